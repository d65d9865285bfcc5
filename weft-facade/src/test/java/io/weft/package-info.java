/** Tests of whole goroutines, from the facade down to the kernel. */
@NullMarked
package io.weft;

import org.jspecify.annotations.NullMarked;
