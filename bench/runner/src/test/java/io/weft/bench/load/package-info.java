/** Tests. */
@NullMarked
package io.weft.bench.load;

import org.jspecify.annotations.NullMarked;
