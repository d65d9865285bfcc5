package io.weft.sync;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A call that waits on one channel, or on several as a select, until one of them decides it.
 *
 * <pre>
 *  state      meaning                            who changes it, and to what
 *  ─────────  ─────────────────────────────────  ────────────────────────────────────────────────
 *  WAITING    queued on its channels             CLAIMED by who sends, receives or closes, with
 *                                                the lock of that channel; CANCELLED by the caller
 *  CLAIMED    decided, results being written     a case by the one who has claimed it
 *  a case     ≥ 0: that case has won             WAITING by the caller, for its next call
 *  CANCELLED  given up by the caller             WAITING by the caller, for its next call
 * </pre>
 *
 * <p><b>Barrier.</b> The results are written before the store with release that names the case, and
 * read after a load with acquire that finds it. Both changes from WAITING are compare-and-sets, so
 * of two channels, and of a channel and a deadline, exactly one gets the call: a value is neither
 * lost nor taken twice.
 */
final class Blocked {

    /** For calls without a deadline. */
    static final long FOR_EVER = Long.MAX_VALUE;

    static final int CANCELLED = -3;
    private static final int CLAIMED = -2;
    private static final int WAITING = -1;

    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(Blocked.class, "state", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @SuppressWarnings("unused") // through STATE
    private int state = WAITING;

    /** Set before the call is queued anywhere. */
    private @Nullable Thread thread;

    /** What was received; null when the channel was closed, and for a send. */
    private @Nullable Object received;

    /** Whether the channel was closed instead. */
    private boolean closed;

    /** Begins a call of the current thread; nobody else knows this object. */
    void begin() {
        thread = Thread.currentThread();
        received = null;
        closed = false;
        STATE.setOpaque(this, WAITING); // published by the lock of a channel
    }

    /** Takes the call, for {@link #decide}; false when somebody else has it, or it was given up. */
    boolean claim() {
        return STATE.compareAndSet(this, WAITING, CLAIMED);
    }

    /**
     * Decides a call that was claimed.
     *
     * @return whom to wake; this object may be used for another call by then
     */
    Thread decide(int winner, @Nullable Object value, boolean wasClosed) {
        Thread waiter = java.util.Objects.requireNonNull(thread);
        received = value;
        closed = wasClosed;
        STATE.setRelease(this, winner);
        return waiter;
    }

    /**
     * Waits for the decision.
     *
     * @param deadlineNanos of {@link Hosts#nanoTime}, if timed
     * @return the case that has won, or CANCELLED when the time was over before
     * @throws InterruptedException if the caller is or gets interrupted before the decision; after
     *     it the interrupt stays pending, since the call has succeeded
     */
    int await(Object blocker, boolean timed, long deadlineNanos) throws InterruptedException {
        int winner = (int) STATE.getAcquire(this);
        while (winner < 0) {
            if (Thread.interrupted()) {
                if (cancel()) {
                    throw new InterruptedException();
                }
                winner = awaitDecision();
                Thread.currentThread().interrupt();
                return winner;
            }
            if (!timed) {
                LockSupport.park(blocker);
            } else {
                long left = deadlineNanos - Hosts.nanoTime();
                if (left > 0) {
                    LockSupport.parkNanos(blocker, left);
                } else {
                    return cancel() ? CANCELLED : awaitDecision();
                }
            }
            winner = (int) STATE.getAcquire(this);
        }
        return winner;
    }

    private boolean cancel() {
        return STATE.compareAndSet(this, WAITING, CANCELLED);
    }

    /** Who has claimed the call decides it within a few steps, with a channel locked. */
    private int awaitDecision() {
        int winner = (int) STATE.getAcquire(this);
        while (winner < 0) {
            Thread.yield();
            winner = (int) STATE.getAcquire(this);
        }
        return winner;
    }

    /** Whether there is a result; what it was made of is visible then. */
    boolean isDecided() {
        return (int) STATE.getAcquire(this) >= 0;
    }

    @Nullable Object received() {
        return received;
    }

    boolean wasClosed() {
        return closed;
    }

    /** Forgets the value, so that it can become garbage while this object waits for a next call. */
    void forget() {
        received = null;
        thread = null;
    }

    /** The end of a wait that begins now; {@link #FOR_EVER} has none. */
    static long deadlineNanos(long timeoutNanos) {
        return Hosts.whenAfter(Hosts.nanoTime(), timeoutNanos);
    }

    /** Nanoseconds of a duration, {@link #FOR_EVER} if it has more than fit. */
    static long nanos(java.time.Duration duration) {
        return TimeUnit.NANOSECONDS.convert(duration);
    }
}
