/** Tests. */
@NullMarked
package io.weft.cli.load;

import org.jspecify.annotations.NullMarked;
