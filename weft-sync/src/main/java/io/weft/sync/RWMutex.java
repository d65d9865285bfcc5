package io.weft.sync;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A lock that any number of readers have, or one writer.
 *
 * {@snippet :
 * lock.readLock();
 * try {
 *     return table.get(key);
 * } finally {
 *     lock.readUnlock();
 * }
 * }
 *
 * <p>The semantics are Go's ({@code sync.RWMutex}). A writer that waits keeps new readers out, so
 * it is not starved; when it unlocks, all readers that wait come before the next writer, so neither
 * are they. Therefore who has it for reading must not lock it for reading again: a writer between
 * the two would wait for the first, and the second for the writer. Writers compete as they do for a
 * {@link Mutex}. It belongs to no thread: another one may unlock it.
 *
 * <p>All methods may be called from any thread. What was done before an unlock is visible after the
 * lock that follows. Without contention nothing is allocated.
 *
 * <pre>
 *  bit      meaning                              set by                   cleared by
 *  ───────  ───────────────────────────────────  ───────────────────────  ───────────────────────
 *  WRITER   a writer has it, or waits for the    the owner of the mutex   its unlock; itself, when
 *           readers to leave: no new readers     of the writers           it gives up
 *  QUEUED   readers are in the queue; implies    a reader that queues,    with WRITER; or by the
 *           WRITER                               if WRITER                last one that gives up
 *  readers  how many have it                     a reader, if no WRITER;  each when it leaves
 *                                                with WRITER's clearing,
 *                                                for all that are queued
 * </pre>
 *
 * <p>QUEUED changes with the lock of the queue, together with the queue, and so does {@code
 * waiting}, the writer that waits for readers. The last reader to leave finds WRITER and takes that
 * lock: the writer is there, or will look at the word after it, with the same lock.
 *
 * <p><b>Barriers.</b> All changes of the word are volatile compare-and-sets: those of an unlock
 * pair with those of the next lock. Who waits is woken through {@link Parked}.
 */
public final class RWMutex {

    /** The most that read at once. */
    public static final int READERS_MAX = (1 << 29) - 1;

    private static final int WRITER = 1;
    private static final int QUEUED = 2;
    private static final int READER = 4;

    private static final VarHandle WORD;

    static {
        try {
            WORD = MethodHandles.lookup().findVarHandle(RWMutex.class, "word", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Whoever writes or is about to. */
    private final Mutex writers = new Mutex();

    @SuppressWarnings("unused") // through WORD
    private int word;

    /** Of readers; its lock guards {@code waiting} as well. */
    private final ParkQueue queue = new ParkQueue();

    /** The writer that waits for the readers to leave. */
    private @Nullable Parked waiting;

    /** Begins unlocked. */
    public RWMutex() {}

    /** Waits until it can be read. An interrupt does not end the wait; it stays pending. */
    public void readLock() {
        if (!tryReadLock()) {
            readSlowly(false, Parked.NO_DEADLINE);
        }
    }

    /**
     * Waits until it can be read.
     *
     * @throws InterruptedException if the caller is or gets interrupted while it waits
     */
    public void readLockInterruptibly() throws InterruptedException {
        tryReadUntil(Parked.NO_DEADLINE);
    }

    /**
     * Locks it for reading, unless a writer has it or waits for it.
     *
     * @throws IllegalStateException if {@link #READERS_MAX} have it
     */
    public boolean tryReadLock() {
        int old = word();
        while ((old & WRITER) == 0) {
            requireRoom(old >>> 2);
            if (WORD.compareAndSet(this, old, old + READER)) {
                return true;
            }
            old = word();
        }
        return false;
    }

    /**
     * Waits so long at most until it can be read.
     *
     * @param timeout zero or less is {@link #tryReadLock()}; some 292 years or more is for ever
     * @return whether it is locked for reading by this call
     * @throws InterruptedException if the caller is or gets interrupted while it waits
     */
    public boolean tryReadLock(Duration timeout) throws InterruptedException {
        long nanos = Blocked.nanos(timeout);
        return nanos <= 0 ? tryReadLock() : tryReadUntil(Parked.deadlineNanos(nanos));
    }

    /**
     * Ends what a lock for reading has begun.
     *
     * @throws IllegalStateException if nobody has it for reading
     */
    public void readUnlock() {
        int old;
        do {
            old = word();
            if (old < READER) {
                throw new IllegalStateException(
                        "it is not locked for reading: each readUnlock needs a readLock before it");
            }
        } while (!WORD.compareAndSet(this, old, old - READER));
        int now = old - READER;
        if ((now & WRITER) != 0 && now < READER) {
            wakeWriter();
        }
    }

    /** Waits until nobody else has it. An interrupt does not end the wait; it stays pending. */
    public void lock() {
        writers.lock();
        if (!announce()) {
            awaitReaders(false, Parked.NO_DEADLINE);
        }
    }

    /**
     * Waits until nobody else has it.
     *
     * @throws InterruptedException if the caller is or gets interrupted while it waits
     */
    public void lockInterruptibly() throws InterruptedException {
        writers.lockInterruptibly();
        finishLock(Parked.NO_DEADLINE);
    }

    /** Locks it for writing if nobody has it right now. */
    public boolean tryLock() {
        if (!writers.tryLock()) {
            return false;
        }
        if (WORD.compareAndSet(this, 0, WRITER)) {
            return true;
        }
        writers.unlock();
        return false;
    }

    /**
     * Waits so long at most until nobody else has it.
     *
     * @param timeout zero or less is {@link #tryLock()}; some 292 years or more is for ever
     * @return whether it is locked for writing by this call
     * @throws InterruptedException if the caller is or gets interrupted while it waits
     */
    public boolean tryLock(Duration timeout) throws InterruptedException {
        long nanos = Blocked.nanos(timeout);
        return nanos <= 0 ? tryLock() : tryLockUntil(Parked.deadlineNanos(nanos));
    }

    /** As {@link #tryLock(Duration)}, to a moment of {@link Hosts#nanoTime}. */
    boolean tryLockUntil(long deadlineNanos) throws InterruptedException {
        return writers.tryLockUntil(deadlineNanos) && finishLock(deadlineNanos);
    }

    /**
     * Ends what a lock for writing has begun. All readers that wait have it then.
     *
     * @throws IllegalStateException if it is not locked for writing
     */
    public void unlock() {
        int old = word();
        if ((old & WRITER) == 0 || old >= READER) {
            throw new IllegalStateException(
                    "it is not locked for writing: each unlock needs a lock before it");
        }
        if (!WORD.compareAndSet(this, WRITER, 0)) {
            admitReaders(null);
        }
        writers.unlock();
    }

    /** How many have it for reading; another number may when this returns. */
    public int readers() {
        return word() >>> 2;
    }

    /** Whether a writer has it; may be over when this returns. */
    public boolean isLocked() {
        int now = word();
        return (now & WRITER) != 0 && now < READER;
    }

    /** Whether threads wait for it; may be over when this returns. */
    public boolean hasQueued() {
        int now = word();
        return (now & QUEUED) != 0 || ((now & WRITER) != 0 && now >= READER) || writers.hasQueued();
    }

    @Override
    public String toString() {
        return "RWMutex["
                + (isLocked() ? "locked" : readers() + " readers")
                + (hasQueued() ? ", queued]" : "]");
    }

    private int word() {
        return (int) WORD.getVolatile(this);
    }

    private static void requireRoom(int readers) {
        if (readers >= READERS_MAX) {
            throw new IllegalStateException(
                    READERS_MAX + " readers have it: each readLock needs a readUnlock after it");
        }
    }

    private boolean tryReadUntil(long deadlineNanos) throws InterruptedException {
        return tryReadLock() || succeeded(readSlowly(true, deadlineNanos));
    }

    /** How a wait has ended that may be interrupted. */
    private static boolean succeeded(Outcome outcome) throws InterruptedException {
        if (outcome == Outcome.INTERRUPTED) {
            throw new InterruptedException();
        }
        return outcome == Outcome.LOCKED;
    }

    private enum Outcome {
        LOCKED,
        TIMED_OUT,
        INTERRUPTED;

        static Outcome of(boolean locked, boolean interrupted) {
            if (locked) {
                return LOCKED;
            }
            return interrupted ? INTERRUPTED : TIMED_OUT;
        }
    }

    private Outcome readSlowly(boolean interruptible, long deadlineNanos) {
        Parked mine = enqueueReader();
        if (mine == null) {
            return Outcome.LOCKED;
        }
        boolean admitted =
                mine.await(this, interruptible, deadlineNanos) == Parked.GRANTED
                        || !withdrawReader(mine);
        boolean interrupted = mine.wasInterrupted();
        queue.end(mine, admitted);
        return Outcome.of(admitted, interrupted);
    }

    /** Null when the writer has gone and the caller has it. */
    private @Nullable Parked enqueueReader() {
        queue.lock();
        try {
            int old;
            do {
                if (tryReadLock()) {
                    return null;
                }
                old = word();
            } while ((old & WRITER) == 0 || !WORD.compareAndSet(this, old, old | QUEUED));
            Parked mine = queue.begin();
            queue.addLast(mine);
            return mine;
        } finally {
            queue.unlock();
        }
    }

    private boolean withdrawReader(Parked mine) {
        queue.lock();
        boolean removed = queue.remove(mine);
        if (queue.isEmpty()) {
            WORD.getAndBitwiseAnd(this, ~QUEUED);
        }
        queue.unlock();
        return removed;
    }

    /** Keeps new readers out, as the owner of the mutex of writers; whether there is no reader. */
    private boolean announce() {
        return (int) WORD.getAndBitwiseOr(this, WRITER) < READER;
    }

    /** The mutex of writers is the caller's. */
    private boolean finishLock(long deadlineNanos) throws InterruptedException {
        return announce() || succeeded(awaitReaders(true, deadlineNanos));
    }

    private Outcome awaitReaders(boolean interruptible, long deadlineNanos) {
        Parked mine;
        queue.lock();
        try {
            if (word() < READER) {
                return Outcome.LOCKED;
            }
            mine = queue.begin();
            waiting = mine;
        } finally {
            queue.unlock();
        }
        boolean locked =
                mine.await(this, interruptible, deadlineNanos) == Parked.GRANTED
                        || !admitReaders(mine);
        boolean interrupted = mine.wasInterrupted();
        queue.end(mine, locked);
        if (!locked) {
            writers.unlock();
        }
        return Outcome.of(locked, interrupted);
    }

    /** The last reader has left. */
    private void wakeWriter() {
        Thread thread = null;
        queue.lock();
        Parked writer = waiting;
        if (writer != null && word() < READER) {
            waiting = null;
            thread = writer.wake(Parked.GRANTED);
        }
        queue.unlock();
        LockSupport.unpark(thread);
    }

    /**
     * Ends a writer's turn, and lets in all readers that wait.
     *
     * @param givingUp the writer, if it waits for readers to leave; null if it has the lock
     * @return false if it has the lock meanwhile, and nothing was changed
     */
    private boolean admitReaders(@Nullable Parked givingUp) {
        List<Thread> readers = new ArrayList<>();
        queue.lock();
        try {
            if (givingUp != waiting) {
                return false;
            }
            waiting = null;
            int count = 0;
            for (Parked each = queue.first(); each != null; each = each.next) {
                count++;
            }
            int old;
            do {
                old = word();
            } while (!WORD.compareAndSet(this, old, (old & ~(WRITER | QUEUED)) + count * READER));
            for (Parked each = queue.removeFirst(); each != null; each = queue.removeFirst()) {
                readers.add(each.wake(Parked.GRANTED));
            }
        } finally {
            queue.unlock();
        }
        readers.forEach(LockSupport::unpark);
        return true;
    }
}
