package io.weft;

import io.weft.sched.RuntimeTimer;
import io.weft.sched.Scheduler;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A timer that wakes a thread, which may be a goroutine. The wake-up says nothing but "look at the
 * clock": the thread decides by the time, so that a late or needless one does no harm.
 */
final class Alarm extends RuntimeTimer {

    /** Whom to wake. */
    volatile @Nullable Thread waiter;

    private volatile boolean abandoned;

    Alarm(Scheduler scheduler) {
        super(scheduler);
    }

    /** Whether the scheduler has stopped, so that this will wake nobody any more. */
    boolean isAbandoned() {
        return abandoned;
    }

    void wakeWaiter() {
        LockSupport.unpark(waiter);
    }

    @Override
    protected void expire(long whenNanos) {
        wakeWaiter();
    }

    @Override
    protected void abandon() {
        abandoned = true;
        wakeWaiter();
    }
}
