/** Tests. */
@NullMarked
package io.weft.cli.text;

import org.jspecify.annotations.NullMarked;
