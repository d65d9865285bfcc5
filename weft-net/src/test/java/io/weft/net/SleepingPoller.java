package io.weft.net;

import io.weft.sched.spi.Poller;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** A poller that finds nothing, for a scheduler that is there for its timers only. */
final class SleepingPoller implements Poller {

    private final Semaphore owed = new Semaphore(0);

    @Override
    public int poll() {
        return 0;
    }

    @Override
    public int block(long timeoutNanos) {
        try {
            if (timeoutNanos < 0) {
                owed.acquire();
            } else if (!owed.tryAcquire(timeoutNanos, TimeUnit.NANOSECONDS)) {
                return 0;
            }
            owed.drainPermits();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return 0;
    }

    @Override
    public void wake() {
        owed.release();
    }

    @Override
    public boolean isWatching() {
        return false;
    }

    @Override
    public void close() {}
}
