package io.weft.sched;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The goroutines that have locked their M. As in Go, such an M runs nothing else, and ends with its
 * goroutine if that ends locked, because nobody knows what it did to the thread.
 */
final class CarrierLocks {

    private final ConcurrentHashMap<Runnable, CarrierLock> locks = new ConcurrentHashMap<>();

    /** Looked at for each goroutine that runs, so that the map is not while nobody locks. */
    private final AtomicInteger count = new AtomicInteger();

    private final int max;

    CarrierLocks(int max) {
        this.max = max;
    }

    /** The lock of a goroutine, or null. Lock-free. */
    @Nullable CarrierLock of(Runnable task) {
        return count.get() == 0 ? null : locks.get(task);
    }

    /** Locks the calling goroutine, which runs as {@code task} on this M, once more. */
    void lock(Scheduler scheduler, M m, Runnable task) {
        CarrierLock held = m.lock;
        if (held != null) {
            held.depth++;
            return;
        }
        if (count.incrementAndGet() > max) {
            count.decrementAndGet();
            throw new IllegalStateException(
                    "sched: "
                            + max
                            + " goroutines have locked their carriers, the most that are allowed:"
                            + " raise maxSpareCarriers");
        }
        CarrierLock lock = new CarrierLock(task, Thread.currentThread());
        locks.put(task, lock);
        // The map may have made this goroutine wait, and it may be on another M; from here to the
        // end nothing can.
        M here = scheduler.currentMachine();
        if (here == null) {
            throw new IllegalStateException("sched: a goroutine runs on no M");
        }
        lock.tie(here);
        here.lock = lock;
    }

    /**
     * Takes one lock back.
     *
     * @throws IllegalStateException if the goroutine on this M has not locked
     */
    void unlock(M m) {
        CarrierLock lock = m.lock;
        if (lock == null) {
            throw new IllegalStateException(
                    "sched: the carrier is not locked: call lockCarrier() first, in this goroutine,"
                            + " once for each unlockCarrier()");
        }
        if (--lock.depth > 0) {
            return;
        }
        m.lock = null;
        lock.tie(null);
        remove(lock);
    }

    void remove(CarrierLock lock) {
        if (locks.remove(lock.task, lock)) {
            count.decrementAndGet();
        }
    }
}
