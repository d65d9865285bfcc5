/** Tests. */
@NullMarked
package io.weft.cli.hold;

import org.jspecify.annotations.NullMarked;
