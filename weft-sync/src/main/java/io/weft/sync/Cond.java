package io.weft.sync;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;

/**
 * Threads that wait until something has changed which a {@link Mutex} guards.
 *
 * {@snippet :
 * mutex.lock();
 * try {
 *     while (jobs.isEmpty()) {
 *         arrived.await();
 *     }
 *     next = jobs.remove();
 * } finally {
 *     mutex.unlock();
 * }
 * }
 *
 * <p>The semantics are Go's ({@code sync.Cond}): who waits longest is woken first, and nobody wakes
 * up without a signal. But others may run between the signal and the return, so what was waited for
 * may be over again, and is to be looked at in a loop.
 *
 * <p>All methods may be called from any thread, {@link #signal} and {@link #broadcast} without the
 * mutex as well. An interrupt or a time-out never takes a signal away from another one.
 *
 * <p>A waiter queues before it unlocks the mutex, so a signal that follows a change under the mutex
 * finds it.
 */
public final class Cond {

    private final Mutex mutex;
    private final ParkQueue queue = new ParkQueue();

    /** For what the mutex guards. */
    public Cond(Mutex mutex) {
        this.mutex = Objects.requireNonNull(mutex, "mutex");
    }

    /** What it belongs to. */
    public Mutex mutex() {
        return mutex;
    }

    /**
     * Unlocks the mutex, waits for a signal, and locks the mutex again.
     *
     * @throws InterruptedException if the caller is or gets interrupted before it is signalled. The
     *     mutex is locked then, too.
     * @throws IllegalStateException if the mutex is not locked
     */
    public void await() throws InterruptedException {
        awaitUntil(Parked.NO_DEADLINE);
    }

    /**
     * Waits so long at most; the mutex is locked afterwards, however long that takes.
     *
     * @param timeout zero or less unlocks the mutex, and locks it again; some 292 years or more is
     *     for ever
     * @return whether it was signalled
     * @throws InterruptedException as {@link #await()}
     * @throws IllegalStateException if the mutex is not locked
     */
    public boolean await(Duration timeout) throws InterruptedException {
        return awaitUntil(Parked.deadlineNanos(Math.max(Blocked.nanos(timeout), 0)));
    }

    /** Wakes the one that waits longest, if any does. */
    public void signal() {
        Thread thread = null;
        queue.lock();
        Parked first = queue.removeFirst();
        if (first != null) {
            thread = first.wake(Parked.GRANTED);
        }
        queue.unlock();
        LockSupport.unpark(thread);
    }

    /** Wakes all that wait. */
    public void broadcast() {
        List<Thread> waiting = new ArrayList<>();
        queue.lock();
        try {
            for (Parked each = queue.removeFirst(); each != null; each = queue.removeFirst()) {
                waiting.add(each.wake(Parked.GRANTED));
            }
        } finally {
            queue.unlock();
        }
        waiting.forEach(LockSupport::unpark);
    }

    /** Whether threads wait; may be over when this returns. */
    public boolean hasWaiters() {
        queue.lock();
        boolean waiting = !queue.isEmpty();
        queue.unlock();
        return waiting;
    }

    @Override
    public String toString() {
        return "Cond[" + mutex + (hasWaiters() ? ", waited for]" : "]");
    }

    private boolean awaitUntil(long deadlineNanos) throws InterruptedException {
        if (!mutex.isLocked()) {
            throw new IllegalStateException(
                    "the mutex is not locked: lock it before the wait, which unlocks it");
        }
        Parked mine;
        queue.lock();
        try {
            mine = queue.begin();
            queue.addLast(mine);
        } finally {
            queue.unlock();
        }
        unlockMutex(mine);
        boolean signalled =
                mine.await(this, true, deadlineNanos) == Parked.GRANTED || !withdraw(mine);
        boolean interrupted = mine.wasInterrupted();
        queue.end(mine, signalled);
        mutex.lock();
        if (!signalled && interrupted) {
            throw new InterruptedException();
        }
        return signalled;
    }

    /** A mistake of the caller does not leave a waiter behind that would take a signal. */
    private void unlockMutex(Parked mine) {
        boolean unlocked = false;
        try {
            mutex.unlock();
            unlocked = true;
        } finally {
            if (!unlocked) {
                withdraw(mine);
            }
        }
    }

    private boolean withdraw(Parked mine) {
        queue.lock();
        boolean removed = queue.remove(mine);
        queue.unlock();
        return removed;
    }
}
