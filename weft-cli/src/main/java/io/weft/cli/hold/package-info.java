/** Very many connections without a goroutine each: opened, used, closed, on command. */
@NullMarked
package io.weft.cli.hold;

import org.jspecify.annotations.NullMarked;
