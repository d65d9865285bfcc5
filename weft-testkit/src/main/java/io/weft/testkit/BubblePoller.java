package io.weft.testkit;

import io.weft.sched.spi.Poller;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Where the time of a bubble moves: {@link #block} is called when nobody is runnable. It watches
 * nothing; who waits for the world outside is woken through the scheduler.
 */
final class BubblePoller implements Poller {

    /** Decides what happens when nobody is runnable. */
    interface Idle {

        /** To be returned: somebody is runnable, or may be. */
        long GO_ON = 0;

        /** To be returned: only a wake-up can change something. */
        long UNTIL_WOKEN = Long.MAX_VALUE;

        /**
         * Called by the M of the bubble.
         *
         * @param timeoutNanos until the next timer; negative: there is none
         * @return how long to wait, in real nanoseconds, before asking again, unless woken
         */
        long onIdle(long timeoutNanos);
    }

    private final Idle idle;

    /**
     * Set by {@link #wake}, then the sleeper is unparked; the sleeper is set, then this is read.
     */
    private volatile boolean woken;

    private volatile @Nullable Thread sleeper;

    BubblePoller(Idle idle) {
        this.idle = idle;
    }

    @Override
    public int poll() {
        return 0;
    }

    @Override
    public int block(long timeoutNanos) {
        while (!woken && timeoutNanos != 0) {
            long nanos = idle.onIdle(timeoutNanos);
            if (nanos == Idle.GO_ON) {
                break;
            }
            sleep(nanos);
        }
        woken = false; // what was to be seen was there before the wake-up
        return 0;
    }

    private void sleep(long nanos) {
        sleeper = Thread.currentThread();
        if (!woken) {
            LockSupport.parkNanos(this, Math.min(nanos, TimeUnit.HOURS.toNanos(1)));
        }
        sleeper = null;
    }

    @Override
    public void wake() {
        woken = true;
        LockSupport.unpark(sleeper);
    }

    @Override
    public boolean isWatching() {
        return false;
    }

    @Override
    public void close() {}
}
