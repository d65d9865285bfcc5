/**
 * TCP for goroutines. A blocking call parks a goroutine (or any virtual thread) and blocks a
 * platform thread; the calls and their exceptions are those that Java users know from {@link
 * java.nio.channels.InterruptibleChannel interruptible channels}.
 */
@NullMarked
package io.weft.net;

import org.jspecify.annotations.NullMarked;
