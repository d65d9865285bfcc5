/**
 * Channels and select, with Go's semantics. A goroutine that has to wait parks; a platform thread
 * blocks; both may use the same channel.
 */
@NullMarked
package io.weft.sync;

import org.jspecify.annotations.NullMarked;
