/** Tests. */
@NullMarked
package io.weft.cli.echo;

import org.jspecify.annotations.NullMarked;
