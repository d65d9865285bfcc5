package io.weft.sync;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** A {@link Semaphore} with a mistake. */
final class BrokenSemaphore implements SemaphoreInterleavingsTest.Permits {

    /** What is wrong. */
    enum Mistake {
        /** Who gives up at the head does not look at those behind. */
        GIVES_UP_SILENTLY,
        /** Who gives permits back serves the first one only. */
        SERVES_ONE,
        /** Permits are counted without the lock. */
        COUNTS_WITHOUT_THE_LOCK
    }

    private final Mistake mistake;
    private final ParkQueue queue = new ParkQueue();
    private long available;

    BrokenSemaphore(Mistake mistake, long capacity) {
        this.mistake = mistake;
        available = capacity;
    }

    @Override
    public boolean acquireUntil(long permits, long deadlineNanos) {
        Parked mine;
        queue.lock();
        try {
            if (permits <= available && queue.isEmpty()) {
                available -= permits;
                return true;
            }
            mine = queue.begin();
            mine.amount = permits;
            queue.addLast(mine);
        } finally {
            queue.unlock();
        }
        if (mine.await(this, true, deadlineNanos) == Parked.GRANTED) {
            return true;
        }
        List<Thread> served = List.of();
        queue.lock();
        boolean removed = queue.remove(mine);
        if (removed && mistake != Mistake.GIVES_UP_SILENTLY) {
            served = serve();
        }
        queue.unlock();
        served.forEach(LockSupport::unpark);
        return !removed;
    }

    @Override
    public void release(long permits) {
        if (mistake == Mistake.COUNTS_WITHOUT_THE_LOCK) {
            available += permits;
        }
        queue.lock();
        if (mistake != Mistake.COUNTS_WITHOUT_THE_LOCK) {
            available += permits;
        }
        List<Thread> served = serve();
        queue.unlock();
        served.forEach(LockSupport::unpark);
    }

    private List<Thread> serve() {
        List<Thread> served = new ArrayList<>();
        Parked first = queue.first();
        while (first != null && first.amount <= available) {
            available -= first.amount;
            queue.remove(first);
            served.add(first.wake(Parked.GRANTED));
            first = mistake == Mistake.SERVES_ONE ? null : queue.first();
        }
        return served;
    }
}
