package io.weft.sync;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A {@link Mutex} without its spinning, and with a mistake. */
final class BrokenMutex implements LockInterleavingsTest.Lock {

    /** What is wrong. */
    enum Mistake {
        /** A waiter queues although the mutex has become free. */
        QUEUES_WITHOUT_A_LOOK,
        /** A waiter that was woken in vain stays the one that is awake. */
        QUEUES_AWAKE,
        /** A waiter that gives up after it was woken stays the one that is awake. */
        GIVES_UP_AWAKE,
        /** A mutex that is handed over is free as well. */
        FREE_WHEN_HANDED_OVER
    }

    private static final int LOCKED = 1;
    private static final int WOKEN = 2;
    private static final int STARVING = 4;
    private static final int QUEUED = 8;

    private final Mistake mistake;
    private final AtomicInteger word = new AtomicInteger();
    private final ParkQueue queue = new ParkQueue();

    BrokenMutex(Mistake mistake) {
        this.mistake = mistake;
    }

    @Override
    public void lock() {
        acquire(Parked.NO_DEADLINE);
    }

    @Override
    public boolean lockUntil(long deadlineNanos) {
        return acquire(deadlineNanos);
    }

    @Override
    public boolean isLocked() {
        return (word.get() & LOCKED) != 0;
    }

    private boolean acquire(long deadlineNanos) {
        Parked mine = null;
        boolean awake = false;
        boolean leaves = false;
        while (true) {
            int old = word.get();
            int next = awake ? old & ~WOKEN : old;
            if ((old & LOCKED) == 0) {
                if (word.compareAndSet(old, next | LOCKED)) {
                    return true;
                }
            } else if (leaves) {
                if (mistake == Mistake.GIVES_UP_AWAKE || word.compareAndSet(old, next)) {
                    return false;
                }
            } else {
                Parked queued = enqueue(mine, awake);
                if (queued == null) {
                    continue;
                }
                mine = queued;
                leaves = mine.await(this, false, deadlineNanos) == Parked.WAITING;
                if (leaves && withdraw(mine)) {
                    return false;
                }
                if (mine.state() == Parked.GRANTED) {
                    return true;
                }
                awake = true;
            }
        }
    }

    private @Nullable Parked enqueue(@Nullable Parked again, boolean awake) {
        queue.lock();
        try {
            int old = word.get();
            int next = old;
            do {
                old = word.get();
                if ((old & LOCKED) == 0 && mistake != Mistake.QUEUES_WITHOUT_A_LOOK) {
                    return null;
                }
                next = old | QUEUED;
                if (awake) {
                    next |= STARVING; // no patience at all
                    next &= mistake == Mistake.QUEUES_AWAKE ? ~STARVING : ~WOKEN;
                }
            } while (!word.compareAndSet(old, next));
            if (again == null) {
                Parked mine = queue.begin();
                queue.addLast(mine);
                return mine;
            }
            again.rearm();
            queue.addFirst(again);
            return again;
        } finally {
            queue.unlock();
        }
    }

    private boolean withdraw(Parked mine) {
        queue.lock();
        boolean removed = queue.remove(mine);
        clearWhenEmpty();
        queue.unlock();
        return removed;
    }

    private void clearWhenEmpty() {
        if (queue.isEmpty()) {
            word.getAndUpdate(old -> old & ~(QUEUED | STARVING));
        }
    }

    @Override
    public void unlock() {
        while (true) {
            int old = word.get();
            boolean handsOver = (old & STARVING) != 0;
            boolean wakes = (old & (QUEUED | WOKEN)) == QUEUED;
            if (handsOver) {
                if (wakeFirst(Parked.GRANTED)) {
                    return;
                }
            } else if (word.compareAndSet(old, (wakes ? old | WOKEN : old) & ~LOCKED)) {
                if (wakes) {
                    wakeFirst(Parked.WOKEN);
                }
                return;
            }
        }
    }

    private boolean wakeFirst(int how) {
        queue.lock();
        Parked waiter = queue.removeFirst();
        clearWhenEmpty();
        Thread thread = waiter == null ? null : waiter.wake(how);
        if (waiter == null && how == Parked.WOKEN) {
            word.getAndUpdate(old -> old & ~WOKEN);
        }
        if (how == Parked.GRANTED && mistake == Mistake.FREE_WHEN_HANDED_OVER) {
            word.getAndUpdate(old -> old & ~LOCKED);
        }
        queue.unlock();
        LockSupport.unpark(thread);
        return waiter != null;
    }
}
