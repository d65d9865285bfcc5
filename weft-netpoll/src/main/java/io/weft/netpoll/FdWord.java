package io.weft.netpoll;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The lifetime of a file descriptor and the lock of each of its directions, in one word. The idea
 * is that of Go's {@code internal/poll.fdMutex}.
 *
 * <pre>
 *  bit  63 │ 62 ─────────── 43 │ 42 ─────────── 23 │ 22 ─────── 3 │    2    │   1    │   0
 *  unused  │ queued writers    │ queued readers    │ references   │ write   │ read   │ closed
 *          │ 20 bits           │ 20 bits           │ 20 bits      │ locked  │ locked │
 *
 *  acquire            not closed                  → references + 1
 *  lock               not closed, not locked      → locked, references + 1
 *                     not closed, locked          → queued + 1; waits, then competes again
 *  unlock             locked, nobody queued       → not locked, references − 1
 *                     locked, somebody queued     → the same and queued − 1; wakes that one
 *  release                                        → references − 1
 *  close              not closed                  → closed, queued readers and writers 0; wakes all
 *  closed and no reference left                   → close(2), by whoever made that transition
 * </pre>
 *
 * <p>The word reaches "closed and no references" once: closed is never taken back, and no reference
 * is added after it. So close(2) happens once, and never while somebody uses the number.
 *
 * <p>Close takes no reference for itself. What it does after its transition touches memory only, so
 * it can never fail for want of a free reference.
 *
 * <p>A woken locker competes with whoever comes along: handing the lock over would make each
 * contended operation cost a context switch. A queued locker can be overtaken, and does not react
 * to an interrupt while queued.
 *
 * <p>Every transition is a volatile compare-and-set: taking a lock needs acquire, dropping it needs
 * release, dropping the last reference needs both, and {@link #close} is one end of the barrier
 * described at {@link ReadinessSlots}. The retries are not bounded by a number, but each failure
 * means that another thread has made progress.
 *
 * <p>All methods may be called from any thread. Nothing here depends on epoll.
 */
abstract class FdWord {

    /** The most references, queued readers or queued writers of one descriptor: 20 bits. */
    static final int MAX_COUNT = (1 << 20) - 1;

    static final long CLOSED = 1L;
    static final long READ_LOCKED = 1L << 1;
    static final long WRITE_LOCKED = 1L << 2;

    private static final int REFERENCES_SHIFT = 3;
    private static final int QUEUED_READERS_SHIFT = 23;
    private static final int QUEUED_WRITERS_SHIFT = 43;

    static final long ONE_REFERENCE = 1L << REFERENCES_SHIFT;
    static final long ONE_QUEUED_READER = 1L << QUEUED_READERS_SHIFT;
    static final long ONE_QUEUED_WRITER = 1L << QUEUED_WRITERS_SHIFT;

    private static final long QUEUED_MASK =
            MAX_COUNT * ONE_QUEUED_READER | MAX_COUNT * ONE_QUEUED_WRITER;

    private static final VarHandle WORD;
    private static final VarHandle CONTENTION;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            WORD = lookup.findVarHandle(FdWord.class, "word", long.class);
            CONTENTION = lookup.findVarHandle(FdWord.class, "contention", Contention.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @SuppressWarnings("unused") // through WORD
    private long word;

    /** Null until somebody has to wait; {@link Contention#OVER} once close(2) is done. */
    @SuppressWarnings("unused") // through CONTENTION
    private @Nullable Contention contention;

    /**
     * Closes the file descriptor. Called once, by the thread that gives back the last reference
     * after close.
     */
    abstract void closeDescriptor();

    /** Wakes whoever waits for readiness. Called once, right after the closed bit is set. */
    abstract void wakeWaiters();

    /**
     * Takes a reference, which keeps the descriptor open until {@link #release}.
     *
     * @return false if the descriptor is closed; there is nothing to release then
     * @throws IllegalStateException if {@link #MAX_COUNT} references are held already
     */
    public final boolean acquire() {
        while (true) {
            long old = wordVolatile();
            if (isClosed(old)) {
                return false;
            }
            if (compareAndSetWordVolatile(old, plusReference(old))) {
                return true;
            }
        }
    }

    /** Gives back a reference of {@link #acquire}. */
    public final void release() {
        while (true) {
            long old = wordVolatile();
            long next = minusReference(old);
            if (compareAndSetWordVolatile(old, next)) {
                finishIfLast(next);
                return;
            }
        }
    }

    /**
     * Takes the read lock and a reference; waits while another reader has it. An interrupt does not
     * end the wait and stays pending.
     *
     * @return false if the descriptor is closed; there is nothing to unlock then
     */
    public final boolean lockRead() {
        return lock(Direction.READ);
    }

    /** Gives back the read lock and its reference. */
    public final void unlockRead() {
        unlock(Direction.READ);
    }

    /** As {@link #lockRead}, for the write lock. */
    public final boolean lockWrite() {
        return lock(Direction.WRITE);
    }

    /** Gives back the write lock and its reference. */
    public final void unlockWrite() {
        unlock(Direction.WRITE);
    }

    /**
     * Closes: no lock and no reference can be taken any more, everybody who waits for readiness or
     * for a lock is woken, and the last reference closes the file descriptor.
     *
     * @return true for the first caller
     */
    public final boolean close() {
        while (true) {
            long old = wordVolatile();
            if (isClosed(old)) {
                return false;
            }
            int readers = queued(old, Direction.READ);
            int writers = queued(old, Direction.WRITE);
            Contention queues = readers + writers == 0 ? null : queuesBeforeTransition(old);
            if (compareAndSetWordVolatile(old, closed(old))) {
                wakeWaiters();
                if (queues != null) {
                    queues.wake(Direction.READ, readers);
                    queues.wake(Direction.WRITE, writers);
                }
                finishIfLast(closed(old));
                return true;
            }
        }
    }

    /**
     * Waits until close(2) is done; an interrupt does not end the wait and stays pending. Waits for
     * ever when nobody closes, or when the caller itself holds a reference.
     */
    public final void awaitClosed() {
        // One variable decides: either this thread finds OVER, or the closing thread, which swaps
        // OVER in, finds what this thread waits on.
        Contention waitingRoom = contentionOrInstall();
        if (waitingRoom != Contention.OVER) {
            waitingRoom.awaitDescriptorClosed();
        }
    }

    /** Whether {@link #close} was called. */
    public final boolean isClosed() {
        return isClosed(wordVolatile());
    }

    private boolean lock(Direction direction) {
        while (true) {
            long old = wordVolatile();
            if (isClosed(old)) {
                return false;
            }
            if ((old & direction.lockedBit) == 0) {
                if (compareAndSetWordVolatile(old, locked(old, direction))) {
                    return true;
                }
            } else {
                queueUp(old, direction);
            }
        }
    }

    /** Waits for a turn if the word is still {@code old}; returns at once if it has changed. */
    private void queueUp(long old, Direction direction) {
        // Installed before the count is raised: whoever reads the count finds the queue.
        Contention queues = contentionOrInstall();
        if (compareAndSetWordVolatile(old, plusQueued(old, direction))) {
            queues.awaitTurn(direction);
        }
    }

    private void unlock(Direction direction) {
        while (true) {
            long old = wordVolatile();
            long next = unlocked(old, direction);
            Contention queues = queued(old, direction) == 0 ? null : queuesBeforeTransition(old);
            if (compareAndSetWordVolatile(old, next)) {
                if (queues != null) {
                    queues.wake(direction, 1);
                }
                finishIfLast(next);
                return;
            }
        }
    }

    /**
     * The queues of a word that counts a queued locker. They are fetched before the transition that
     * takes the locker off the count: after it, somebody else may drop the last reference and put
     * {@link Contention#OVER} in their place, and the locker would never be woken. If the
     * transition succeeds, the descriptor was not closed yet, so what was fetched is the real
     * thing.
     */
    private Contention queuesBeforeTransition(long old) {
        Contention queues = contentionVolatile();
        if (queues == null) {
            throw new IllegalStateException(
                    "netpoll: a locker is counted but there is no queue: " + describe(old));
        }
        return queues;
    }

    private void finishIfLast(long next) {
        if (!isClosed(next) || references(next) != 0) {
            return;
        }
        try {
            closeDescriptor();
        } finally {
            Contention waiting = (Contention) CONTENTION.getAndSet(this, Contention.OVER);
            if (waiting != null) {
                waiting.descriptorClosed();
            }
        }
    }

    private Contention contentionOrInstall() {
        Contention present = contentionVolatile();
        if (present != null) {
            return present;
        }
        Contention fresh = new Contention();
        Contention witness = (Contention) CONTENTION.compareAndExchange(this, null, fresh);
        return witness == null ? fresh : witness;
    }

    // Memory access, the mode in the name.

    final long wordVolatile() {
        return (long) WORD.getVolatile(this);
    }

    private boolean compareAndSetWordVolatile(long old, long next) {
        return WORD.compareAndSet(this, old, next);
    }

    final @Nullable Contention contentionVolatile() {
        return (Contention) CONTENTION.getVolatile(this);
    }

    // Transitions: pure functions from word to word; misuse and overflow fault here.

    static long plusReference(long word) {
        if (references(word) == MAX_COUNT) {
            throw new IllegalStateException(
                    "netpoll: too many concurrent operations on one descriptor (at most "
                            + MAX_COUNT
                            + ")");
        }
        return word + ONE_REFERENCE;
    }

    static long minusReference(long word) {
        if (references(word) == 0) {
            throw new IllegalStateException(
                    "netpoll: a reference is released that nobody holds: " + describe(word));
        }
        return word - ONE_REFERENCE;
    }

    static long locked(long word, Direction direction) {
        return plusReference(word) | direction.lockedBit;
    }

    static long plusQueued(long word, Direction direction) {
        if (queued(word, direction) == MAX_COUNT) {
            throw new IllegalStateException(
                    "netpoll: too many threads queue for one descriptor (at most "
                            + MAX_COUNT
                            + ")");
        }
        return word + direction.oneQueued;
    }

    static long unlocked(long word, Direction direction) {
        if ((word & direction.lockedBit) == 0) {
            throw new IllegalStateException(
                    "netpoll: a lock is given back that nobody holds: " + describe(word));
        }
        long unlocked = minusReference(word) & ~direction.lockedBit;
        return queued(word, direction) == 0 ? unlocked : unlocked - direction.oneQueued;
    }

    static long closed(long word) {
        return (word | CLOSED) & ~QUEUED_MASK;
    }

    static boolean isClosed(long word) {
        return (word & CLOSED) != 0;
    }

    static int references(long word) {
        return (int) (word >>> REFERENCES_SHIFT) & MAX_COUNT;
    }

    static int queued(long word, Direction direction) {
        int shift = direction == Direction.READ ? QUEUED_READERS_SHIFT : QUEUED_WRITERS_SHIFT;
        return (int) (word >>> shift) & MAX_COUNT;
    }

    static String describe(long word) {
        return "closed="
                + isClosed(word)
                + " readLocked="
                + ((word & READ_LOCKED) != 0)
                + " writeLocked="
                + ((word & WRITE_LOCKED) != 0)
                + " references="
                + references(word)
                + " queuedReaders="
                + queued(word, Direction.READ)
                + " queuedWriters="
                + queued(word, Direction.WRITE);
    }
}
