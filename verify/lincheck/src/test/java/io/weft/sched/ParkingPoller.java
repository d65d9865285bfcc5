package io.weft.sched;

import io.weft.sched.spi.Poller;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A poller without descriptors, whose sleep has no end but a wake-up: a lost one is a deadlock. */
class ParkingPoller implements Poller {

    private final AtomicBoolean owed = new AtomicBoolean();
    volatile @Nullable Thread sleeper;

    @Override
    public int poll() {
        return 0;
    }

    @Override
    public int block(long timeoutNanos) {
        sleeper = Thread.currentThread();
        while (!owed.getAndSet(false)) {
            LockSupport.park();
        }
        sleeper = null;
        return 0;
    }

    @Override
    public void wake() {
        owed.set(true);
        Thread thread = sleeper;
        if (thread != null) {
            LockSupport.unpark(thread);
        }
    }

    @Override
    public boolean isWatching() {
        return false;
    }

    @Override
    public void close() {}

    /** Drops a wake-up that comes before the sleep. */
    static final class Forgetful extends ParkingPoller {

        @Override
        public void wake() {
            if (sleeper != null) {
                super.wake();
            }
        }
    }
}
