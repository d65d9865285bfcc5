/** What the kernel tells about processes, in {@code /proc}. */
@NullMarked
package io.weft.cli.proc;

import org.jspecify.annotations.NullMarked;
