package io.weft.sync;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * A number of permits, of which each caller takes as many as it needs and gives them back. Bounds
 * what is done at once by what it costs.
 *
 * {@snippet :
 * Semaphore memory = new Semaphore(1 << 30);
 * memory.acquire(image.size());
 * try {
 *     decode(image);
 * } finally {
 *     memory.release(image.size());
 * }
 * }
 *
 * <p>The semantics are those of Go's {@code golang.org/x/sync/semaphore}: first come, first served,
 * and nobody overtakes. When the first one waits for many permits, those behind it wait as well,
 * even if there are enough for them; else who needs many could wait for ever. A permit belongs to
 * no thread: another one may give it back.
 *
 * <p>All methods may be called from any thread. What was done before {@link #release} is visible
 * after the {@link #acquire} that it makes possible. Nothing is allocated unless somebody has to
 * wait.
 *
 * <p>The permits are guarded by the lock of the queue, which is held for some ten nanoseconds.
 * While somebody waits there are fewer than the first one needs.
 */
public final class Semaphore {

    private final long capacity;

    private final ParkQueue queue = new ParkQueue();

    /** Guarded by the lock of the queue. */
    private long available;

    /**
     * Begins with all permits.
     *
     * @param capacity how many there are
     * @throws IllegalArgumentException if it is negative
     */
    public Semaphore(long capacity) {
        if (capacity < 0) {
            throw new IllegalArgumentException("a capacity of less than zero: " + capacity);
        }
        this.capacity = capacity;
        this.available = capacity;
    }

    /**
     * Waits for permits and takes them.
     *
     * @throws IllegalArgumentException if it is a negative number, or more than the capacity, so
     *     that the wait would never end
     * @throws InterruptedException if the caller is or gets interrupted while it waits; then it has
     *     none of them
     */
    public void acquire(long permits) throws InterruptedException {
        acquireUntil(permits, Parked.NO_DEADLINE);
    }

    /**
     * Takes permits if there are enough and nobody waits.
     *
     * @return whether it has them
     * @throws IllegalArgumentException as {@link #acquire}
     */
    public boolean tryAcquire(long permits) {
        requireFitting(permits);
        queue.lock();
        boolean taken = takeLocked(permits);
        queue.unlock();
        return taken;
    }

    /**
     * Waits so long at most for permits.
     *
     * @param timeout zero or less is {@link #tryAcquire(long)}; some 292 years or more is for ever
     * @return whether it has them
     * @throws IllegalArgumentException as {@link #acquire}
     * @throws InterruptedException as {@link #acquire}
     */
    public boolean tryAcquire(long permits, Duration timeout) throws InterruptedException {
        long nanos = Blocked.nanos(timeout);
        return nanos <= 0
                ? tryAcquire(permits)
                : acquireUntil(permits, Parked.deadlineNanos(nanos));
    }

    /**
     * Gives permits back. Those who wait get them in their order.
     *
     * @throws IllegalArgumentException if it is a negative number
     * @throws IllegalStateException if fewer are taken; nothing is changed then
     */
    public void release(long permits) {
        requireNotNegative(permits);
        List<Thread> served;
        queue.lock();
        try {
            if (permits > capacity - available) {
                throw new IllegalStateException(
                        permits
                                + " permits are given back, and "
                                + (capacity - available)
                                + " are taken: give back what was acquired, once");
            }
            available += permits;
            served = serveLocked();
        } finally {
            queue.unlock();
        }
        served.forEach(LockSupport::unpark);
    }

    /** How many permits there are, taken or not. */
    public long capacity() {
        return capacity;
    }

    /** How many can be taken; another number may be when this returns. */
    public long available() {
        queue.lock();
        long now = available;
        queue.unlock();
        return now;
    }

    /** Whether threads wait; may be over when this returns. */
    public boolean hasQueued() {
        queue.lock();
        boolean queued = !queue.isEmpty();
        queue.unlock();
        return queued;
    }

    @Override
    public String toString() {
        return "Semaphore[" + available() + " of " + capacity + "]";
    }

    private void requireFitting(long permits) {
        requireNotNegative(permits);
        if (permits > capacity) {
            throw new IllegalArgumentException(
                    permits
                            + " permits are more than the "
                            + capacity
                            + " that there are: ask for fewer, or make a larger semaphore");
        }
    }

    private static void requireNotNegative(long permits) {
        if (permits < 0) {
            throw new IllegalArgumentException("a negative number of permits: " + permits);
        }
    }

    /** As {@link #tryAcquire(long, Duration)}, to a moment of {@link Hosts#nanoTime}. */
    boolean acquireUntil(long permits, long deadlineNanos) throws InterruptedException {
        requireFitting(permits);
        Parked mine;
        queue.lock();
        try {
            if (takeLocked(permits)) {
                return true;
            }
            mine = queue.begin();
            mine.amount = permits;
            queue.addLast(mine);
        } finally {
            queue.unlock();
        }
        boolean served = mine.await(this, true, deadlineNanos) == Parked.GRANTED || !withdraw(mine);
        boolean interrupted = mine.wasInterrupted();
        queue.end(mine, served);
        if (!served && interrupted) {
            throw new InterruptedException();
        }
        return served;
    }

    private boolean takeLocked(long permits) {
        if (permits > available || !queue.isEmpty()) {
            return false;
        }
        available -= permits;
        return true;
    }

    /** Leaves the queue, and lets those behind have what is there; false when it was served. */
    private boolean withdraw(Parked mine) {
        List<Thread> served = List.of();
        queue.lock();
        boolean removed;
        try {
            removed = queue.remove(mine);
            if (removed) {
                served = serveLocked();
            }
        } finally {
            queue.unlock();
        }
        served.forEach(LockSupport::unpark);
        return removed;
    }

    /** Gives permits to those who wait, as long as there are enough for the first one. */
    private List<Thread> serveLocked() {
        Parked first = queue.first();
        if (first == null || first.amount > available) {
            return List.of();
        }
        List<Thread> served = new ArrayList<>();
        while (first != null && first.amount <= available) {
            available -= first.amount;
            queue.remove(first);
            served.add(first.wake(Parked.GRANTED));
            first = queue.first();
        }
        return served;
    }
}
