package io.weft.sync;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** A {@link WaitGroup} with a mistake. */
final class BrokenWaitGroup implements WaitGroupInterleavingsTest.Group {

    /** What is wrong. */
    enum Mistake {
        /** A waiter queues although the counter has become zero. */
        QUEUES_WITHOUT_A_LOOK,
        /** Who has counted to zero wakes those who wait for a later one, too. */
        RELEASES_THE_NEXT
    }

    private static final long QUEUED = 1;

    private final Mistake mistake;
    private final AtomicLong word = new AtomicLong();
    private final ParkQueue queue = new ParkQueue();

    BrokenWaitGroup(Mistake mistake) {
        this.mistake = mistake;
    }

    @Override
    public void add(int delta) {
        long now = word.addAndGet(2L * delta);
        if (now != QUEUED) {
            return;
        }
        List<Thread> waiting = new ArrayList<>();
        queue.lock();
        if (word.compareAndSet(QUEUED, 0) || mistake == Mistake.RELEASES_THE_NEXT) {
            for (Parked each = queue.removeFirst(); each != null; each = queue.removeFirst()) {
                waiting.add(each.wake(Parked.GRANTED));
            }
        }
        queue.unlock();
        waiting.forEach(LockSupport::unpark);
    }

    @Override
    public boolean awaitUntil(long deadlineNanos) {
        if (word.get() < 2) {
            return true;
        }
        queue.lock();
        long old;
        do {
            old = word.get();
            if (old < 2 && mistake != Mistake.QUEUES_WITHOUT_A_LOOK) {
                queue.unlock();
                return true;
            }
        } while (!word.compareAndSet(old, old | QUEUED));
        Parked mine = queue.begin();
        queue.addLast(mine);
        queue.unlock();
        return mine.await(this, true, deadlineNanos) == Parked.GRANTED || !withdraw(mine);
    }

    private boolean withdraw(Parked mine) {
        queue.lock();
        boolean removed = queue.remove(mine);
        if (queue.isEmpty()) {
            word.getAndUpdate(old -> old & ~QUEUED);
        }
        queue.unlock();
        return removed;
    }
}
