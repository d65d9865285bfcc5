package io.weft.sync;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A lock for goroutines and platform threads alike.
 *
 * {@snippet :
 * mutex.lock();
 * try {
 *     count++;
 * } finally {
 *     mutex.unlock();
 * }
 * }
 *
 * <p>The semantics are Go's ({@code sync.Mutex}). It belongs to no thread: another one than that
 * which has locked it may unlock it. Therefore it is not reentrant, and who locks it twice waits
 * for ever.
 *
 * <p>It has two modes. Normally who comes takes it when it is free, before those who are still
 * waking up: that is fast, and unfair. A thread that has waited for {@value #STARVING_NANOS} ns
 * makes it fair: from then on it is handed to whoever waits longest, until one of them has waited
 * for less, or nobody waits.
 *
 * <p>All methods may be called from any thread. What was done before {@link #unlock} is visible
 * after the next lock. Without contention nothing is allocated, and locking and unlocking cost one
 * compare-and-set each.
 *
 * <pre>
 *  bit       meaning                               set by                   cleared by
 *  ────────  ────────────────────────────────────  ───────────────────────  ───────────────────────
 *  LOCKED    somebody has it                       who finds it clear       unlock; not when it is
 *                                                                           handed over
 *  QUEUED    threads are in the queue              who queues, if LOCKED    who takes the last one
 *                                                                           out
 *  WOKEN     one is awake and competes: nobody     unlock that wakes;       that one, when it locks,
 *            else needs to be woken                a waiter that spins      queues or gives up
 *  STARVING  unlock hands over; implies LOCKED     a waiter that queues     who gets it soon enough,
 *            and QUEUED                            again, if LOCKED         or who takes the last one
 *                                                                           out
 * </pre>
 *
 * <p>QUEUED changes together with the queue, with the lock of the queue. So an unlock that finds no
 * QUEUED has nobody to wake: a waiter sets it only while it sees LOCKED in the same
 * compare-and-set, and then the unlock finds it. The right to be awake, WOKEN, has one owner: who
 * has it locks, or queues or gives up with LOCKED seen in the same step, so that the unlock of
 * another one wakes the next. STARVING is set with the lock of the queue; who has the mutex may
 * clear it without.
 *
 * <p><b>Barriers.</b> All changes are volatile compare-and-sets: that of an unlock pairs with that
 * of the next lock. A hand-over pairs through {@link Parked}.
 */
public final class Mutex {

    /** How long a thread waits before it makes the mutex fair, ns. */
    static final long STARVING_NANOS = 1_000_000;

    private static final int LOCKED = 1;
    private static final int WOKEN = 2;
    private static final int STARVING = 4;
    private static final int QUEUED = 8;

    /** So often a waiter looks again before it queues; between two looks are SPIN_PAUSES. */
    private static final int SPINS = 4;

    private static final int SPIN_PAUSES = 30;

    private static final VarHandle WORD;

    static {
        try {
            WORD = MethodHandles.lookup().findVarHandle(Mutex.class, "word", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @SuppressWarnings("unused") // through WORD
    private int word;

    private final ParkQueue queue = new ParkQueue();

    /** Begins unlocked. */
    public Mutex() {}

    /**
     * Waits until it is free, and locks it. An interrupt does not end the wait; it stays pending.
     */
    public void lock() {
        if (!lockQuickly()) {
            lockSlowly(false, Parked.NO_DEADLINE, STARVING_NANOS);
        }
    }

    /** Takes it if it is free, whoever waits: what a look and one compare-and-set can do. */
    private boolean lockQuickly() {
        int old = word();
        if (old == 0) {
            return WORD.compareAndSet(this, 0, LOCKED);
        }
        return (old & LOCKED) == 0 && WORD.compareAndSet(this, old, old | LOCKED);
    }

    /**
     * Waits until it is free, and locks it.
     *
     * @throws InterruptedException if the caller is or gets interrupted while it waits
     */
    public void lockInterruptibly() throws InterruptedException {
        if (!lockQuickly()
                && lockSlowly(true, Parked.NO_DEADLINE, STARVING_NANOS) == Outcome.INTERRUPTED) {
            throw new InterruptedException();
        }
    }

    /** Locks it if it is free right now, whoever waits. */
    public boolean tryLock() {
        int old = word();
        while ((old & LOCKED) == 0) {
            if (WORD.compareAndSet(this, old, old | LOCKED)) {
                return true;
            }
            old = word();
        }
        return false;
    }

    /**
     * Waits so long at most, and locks it if it is free before.
     *
     * @param timeout zero or less is {@link #tryLock()}; some 292 years or more is for ever
     * @return whether it is locked by this call
     * @throws InterruptedException if the caller is or gets interrupted while it waits
     */
    public boolean tryLock(Duration timeout) throws InterruptedException {
        long nanos = Blocked.nanos(timeout);
        return nanos <= 0 ? tryLock() : tryLockUntil(Parked.deadlineNanos(nanos));
    }

    /** As {@link #tryLock(Duration)}, to a moment of {@link Hosts#nanoTime}. */
    boolean tryLockUntil(long deadlineNanos) throws InterruptedException {
        return tryLockUntil(deadlineNanos, STARVING_NANOS);
    }

    /**
     * With another time that makes it fair. Who has no patience does not spin, either: under a
     * checker of interleavings time stands still, and who spins makes no progress.
     */
    boolean tryLockUntil(long deadlineNanos, long patienceNanos) throws InterruptedException {
        if (lockQuickly()) {
            return true;
        }
        return switch (lockSlowly(true, deadlineNanos, patienceNanos)) {
            case LOCKED -> true;
            case TIMED_OUT -> false;
            case INTERRUPTED -> throw new InterruptedException();
        };
    }

    /**
     * Unlocks it. When threads wait, the one that waits longest is woken, or gets it.
     *
     * @throws IllegalStateException if it is not locked
     */
    public void unlock() {
        int old = word();
        if (old == LOCKED) {
            if (!WORD.compareAndSet(this, LOCKED, 0)) {
                unlockSlowly();
            }
            return;
        }
        // Those who wait are not to be woken while one of them is awake.
        if ((old & (LOCKED | WOKEN | STARVING)) != (LOCKED | WOKEN)
                || !WORD.compareAndSet(this, old, old & ~LOCKED)) {
            unlockSlowly();
        } else {
            Turns.yieldIfSliceIsOver();
        }
    }

    /** Whether somebody has it locked; may be over when this returns. */
    public boolean isLocked() {
        return (word() & LOCKED) != 0;
    }

    /** Whether threads are parked for it; may be over when this returns. */
    public boolean hasQueued() {
        return (word() & QUEUED) != 0;
    }

    /** Whether it is fair right now. */
    boolean isStarving() {
        return (word() & STARVING) != 0;
    }

    @Override
    public String toString() {
        int now = word();
        return "Mutex["
                + ((now & LOCKED) == 0 ? "unlocked" : "locked")
                + ((now & QUEUED) == 0 ? "" : ", queued")
                + ((now & STARVING) == 0 ? "" : ", starving")
                + "]";
    }

    private enum Outcome {
        LOCKED,
        TIMED_OUT,
        INTERRUPTED
    }

    private int word() {
        return (int) WORD.getVolatile(this);
    }

    private Outcome lockSlowly(boolean interruptible, long deadlineNanos, long patienceNanos) {
        Parked mine = null;
        long sinceNanos = 0;
        boolean awake = false; // WOKEN is this one's
        boolean starving = false;
        boolean leaves = false;
        int spins = 0;
        while (true) {
            int old = word();
            int next = awake ? old & ~WOKEN : old;
            if ((old & LOCKED) == 0) {
                if (WORD.compareAndSet(this, old, next | LOCKED)) {
                    return end(mine, true);
                }
            } else if (leaves) {
                if (WORD.compareAndSet(this, old, next)) {
                    return end(mine, false);
                }
            } else if (spins < SPINS && patienceNanos > 0 && maySpin(old)) {
                awake = spin(old, awake);
                spins++;
            } else {
                if (mine == null) {
                    sinceNanos = Hosts.nanoTime();
                }
                Parked queued = enqueue(mine, awake, starving);
                if (queued == null) {
                    continue;
                }
                mine = queued;
                int how = mine.await(this, interruptible, deadlineNanos);
                leaves = how == Parked.WAITING;
                if (leaves && withdraw(mine)) {
                    return end(mine, false);
                }
                starving = starving || Hosts.nanoTime() - sinceNanos > patienceNanos;
                if (mine.state() == Parked.GRANTED) {
                    return takeOver(mine, starving);
                }
                awake = true;
                spins = 0;
            }
        }
    }

    private Outcome end(@Nullable Parked mine, boolean locked) {
        if (mine == null) {
            return Outcome.LOCKED; // who gives up has queued before
        }
        boolean interrupted = mine.wasInterrupted();
        queue.end(mine, locked);
        if (locked) {
            return Outcome.LOCKED;
        }
        return interrupted ? Outcome.INTERRUPTED : Outcome.TIMED_OUT;
    }

    /** What is handed over is never free. */
    private static boolean maySpin(int old) {
        return (old & STARVING) == 0 && Turns.maySpin();
    }

    /** Gives the one that has it some time; whether WOKEN is the caller's then. */
    private boolean spin(int old, boolean awake) {
        boolean mine = awake;
        if (!awake && (old & (WOKEN | QUEUED)) == QUEUED) {
            mine = WORD.compareAndSet(this, old, old | WOKEN);
        }
        for (int i = 0; i < SPIN_PAUSES; i++) {
            Thread.onSpinWait();
        }
        return mine;
    }

    /**
     * Queues if it is locked, and gives WOKEN back.
     *
     * @param again what the caller has waited with before: then it queues in front
     * @return what to wait with; null when the mutex is free
     */
    private @Nullable Parked enqueue(@Nullable Parked again, boolean awake, boolean starving) {
        queue.lock();
        try {
            int old = word();
            int next = 0;
            do {
                old = word();
                if ((old & LOCKED) == 0) {
                    return null;
                }
                next = (awake ? old & ~WOKEN : old) | QUEUED | (starving ? STARVING : 0);
            } while (!WORD.compareAndSet(this, old, next));
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

    /** Leaves the queue; false when somebody has taken this one out. */
    private boolean withdraw(Parked mine) {
        queue.lock();
        boolean removed = queue.remove(mine);
        clearWhenEmpty();
        queue.unlock();
        return removed;
    }

    /** With the lock of the queue. */
    private void clearWhenEmpty() {
        if (queue.isEmpty()) {
            WORD.getAndBitwiseAnd(this, ~(QUEUED | STARVING));
        }
    }

    /** The mutex was handed to the caller. */
    private Outcome takeOver(Parked mine, boolean starving) {
        if (!starving) {
            WORD.getAndBitwiseAnd(this, ~STARVING);
        }
        return end(mine, true);
    }

    private void unlockSlowly() {
        while (true) {
            int old = word();
            if ((old & LOCKED) == 0) {
                throw new IllegalStateException(
                        "the mutex is not locked: each unlock needs a lock of its own before it");
            }
            if ((old & STARVING) != 0 ? handOver() : release(old)) {
                return;
            }
        }
    }

    /** Sets it free, and wakes one if that is needed; false when the word is another by now. */
    private boolean release(int old) {
        boolean wakes = (old & (QUEUED | WOKEN)) == QUEUED;
        int next = wakes ? old | WOKEN : old;
        if (!WORD.compareAndSet(this, old, next & ~LOCKED)) {
            return false;
        }
        if (wakes) {
            wakeFirst();
        }
        Turns.yieldIfSliceIsOver();
        return true;
    }

    /** Uses WOKEN, which is the caller's, to wake the first one. */
    private void wakeFirst() {
        Thread thread = null;
        queue.lock();
        Parked waiter = queue.removeFirst();
        if (waiter == null) {
            WORD.getAndBitwiseAnd(this, ~WOKEN); // all of them have given up
        } else {
            clearWhenEmpty();
            thread = waiter.wake(Parked.WOKEN);
        }
        queue.unlock();
        LockSupport.unpark(thread);
    }

    /**
     * Gives the mutex to the first one and lets it run at once: it has waited long enough, and so
     * has who waits behind it. False when nobody waits any more.
     */
    private boolean handOver() {
        queue.lock();
        Parked waiter = queue.removeFirst();
        if (waiter == null) {
            queue.unlock();
            return false;
        }
        clearWhenEmpty();
        Thread thread = waiter.wake(Parked.GRANTED);
        queue.unlock();
        LockSupport.unpark(thread);
        if (thread.isVirtual() && Thread.currentThread().isVirtual()) {
            Thread.yield(); // else the next ones wait for as long as the caller goes on
        }
        return true;
    }
}
