package io.weft.sync;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Guards a channel, a queue of waiters or a context. It is held for some ten nanoseconds at a time,
 * by goroutines and platform threads alike, so it spins: a lock that parks would cost more than
 * what it guards.
 *
 * <p>While it is held nothing may block, park, unpark or run code of a user. A holder that the
 * kernel takes off its CPU holds the others up for that time, which is why they give their own CPU
 * away after {@value #SPINS} looks.
 *
 * <p>Taking it is a volatile compare-and-set, giving it back a release store: what one holder wrote
 * is visible to the next. Not reentrant.
 */
abstract class SpinLock {

    private static final int SPINS = 100;

    private static final VarHandle HELD;

    static {
        try {
            HELD = MethodHandles.lookup().findVarHandle(SpinLock.class, "held", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @SuppressWarnings("unused") // through HELD
    private boolean held;

    final void lock() {
        if (!HELD.compareAndSet(this, false, true)) {
            lockContended();
        }
    }

    private void lockContended() {
        // Not bounded by a number: each holder has a bounded number of steps to do.
        for (int spins = 1; true; spins++) {
            if (!(boolean) HELD.getOpaque(this) && HELD.compareAndSet(this, false, true)) {
                return;
            }
            if (spins % SPINS == 0) {
                Thread.yield();
            } else {
                Thread.onSpinWait();
            }
        }
    }

    final void unlock() {
        HELD.setRelease(this, false);
    }
}
