/** Tests. */
@NullMarked
package io.weft.cli.proc;

import org.jspecify.annotations.NullMarked;
