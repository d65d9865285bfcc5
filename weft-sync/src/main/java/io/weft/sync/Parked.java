package io.weft.sync;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One wait of a thread in a {@link ParkQueue}. Guarded by the lock of the queue, but for the state.
 *
 * <pre>
 *  state    meaning                       who changes it, and to what
 *  ───────  ────────────────────────────  ──────────────────────────────────────────────────────
 *  WAITING  queued, or given up by the    WOKEN or GRANTED by who takes it out of the queue, with
 *           waiter itself                 the lock
 *  WOKEN    may compete for a lock        WAITING by the waiter, before it queues again
 *  GRANTED  has what it waited for        WAITING by the waiter, for its next wait
 * </pre>
 *
 * <p><b>Barrier.</b> The state is stored with release by who wakes and loaded with acquire by who
 * waits: what was done before a grant is visible to the one who got it. Who wakes does not touch
 * this object after that store, since it may be in use for another wait.
 */
final class Parked extends Link<Parked> {

    static final int WAITING = 0;
    static final int WOKEN = 1;
    static final int GRANTED = 2;

    /** Later than any moment of {@link Hosts#whenAfter}. */
    static final long NO_DEADLINE = Long.MAX_VALUE;

    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(Parked.class, "state", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @SuppressWarnings("unused") // through STATE
    private int state = WAITING;

    private @Nullable Thread thread;

    /** Whether an interrupt came meanwhile; only the waiter uses it. */
    private boolean interrupted;

    /** How much it waits for, where that matters. */
    long amount;

    /** Begins to wait as the current thread; nobody else knows this object. */
    void begin() {
        thread = Thread.currentThread();
        interrupted = false;
        rearm();
    }

    /** Waits again, after it was woken in vain. */
    void rearm() {
        STATE.setOpaque(this, WAITING); // published by the lock of the queue
    }

    /** Forgets the thread, so that it can become garbage. */
    void forget() {
        thread = null;
    }

    /**
     * Ends the wait; this object was taken out of the queue.
     *
     * @return whom to unpark, without the lock
     */
    Thread wake(int how) {
        Thread waiter = Objects.requireNonNull(thread);
        STATE.setRelease(this, how);
        return waiter;
    }

    int state() {
        return (int) STATE.getAcquire(this);
    }

    boolean wasInterrupted() {
        return interrupted;
    }

    /**
     * Waits until it is woken.
     *
     * @param deadlineNanos of {@link Hosts#nanoTime}, or {@link #NO_DEADLINE}
     * @return WOKEN or GRANTED; WAITING when the time is over, or an interrupt came and may end the
     *     wait. Then it is still in the queue, unless somebody has woken it since.
     */
    int await(Object blocker, boolean interruptible, long deadlineNanos) {
        int seen = state();
        while (seen == WAITING) {
            if (Thread.interrupted()) {
                interrupted = true;
                if (interruptible) {
                    return WAITING;
                }
            }
            if (deadlineNanos == NO_DEADLINE) {
                LockSupport.park(blocker);
            } else {
                long left = deadlineNanos - Hosts.nanoTime();
                if (left <= 0) {
                    return WAITING;
                }
                LockSupport.parkNanos(blocker, left);
            }
            seen = state();
        }
        return seen;
    }

    /** The end of a wait of that length that begins now. */
    static long deadlineNanos(long timeoutNanos) {
        return timeoutNanos == Blocked.FOR_EVER
                ? NO_DEADLINE
                : Hosts.whenAfter(Hosts.nanoTime(), timeoutNanos);
    }
}
