package io.weft.netpoll;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Guards what the threads of one poller share: the queues of its rings, the buffers and the state
 * of the connections there. It is held for some ten nanoseconds at a time, by goroutines and by
 * carriers alike, so it spins: a lock that parks would park a carrier behind a goroutine.
 *
 * <p>While it is held nothing may block or park, or a carrier would spin for as long as that takes.
 * A ring is never entered with it. Readying a thread is allowed, and that is where a holder may
 * call the kernel after all, for the moment that it takes to wake a carrier. A holder that the
 * kernel takes off its CPU holds the others up for that time, which is why they give their own CPU
 * away after {@value #SPINS} looks.
 *
 * <p>Taking it is a volatile compare-and-set, giving it back a release store: what one holder wrote
 * is visible to the next. Not reentrant.
 */
final class SubmissionLock {

    private static final int SPINS = 200;

    private static final VarHandle HELD;

    static {
        try {
            HELD =
                    MethodHandles.lookup()
                            .findVarHandle(SubmissionLock.class, "held", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @SuppressWarnings("unused") // through HELD
    private boolean held;

    void lock() {
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

    void unlock() {
        HELD.setRelease(this, false);
    }
}
