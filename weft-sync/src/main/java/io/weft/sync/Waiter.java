package io.weft.sync;

import org.jspecify.annotations.Nullable;

/**
 * One case of a {@link Blocked} call in the queue of one channel. Guarded by the lock of that
 * channel while it is queued there; else by the thread of the call.
 */
final class Waiter extends Link<Waiter> {

    final Blocked call;

    /** Of the call; what it is decided with. */
    final int index;

    /** What a sender offers. */
    @Nullable Object value;

    Waiter(Blocked call, int index) {
        this.call = call;
        this.index = index;
    }
}
