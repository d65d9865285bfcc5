/** Tests. */
@NullMarked
package io.weft.cli.million;

import org.jspecify.annotations.NullMarked;
