package io.weft.sched;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Who owns a P, and what its owner is doing: the guard of everything a P holds. {@link P} extends
 * it, so that the word and what it guards are one object.
 *
 * <pre>
 *  state      who may leave it     how
 *  FREE       an M without a P     CAS FREE → OWNED(m)           acquire
 *  OWNED(m)   m, in the scheduler  store → RUNNING(m)            release or volatile: see publish
 *                                  store → OWNED(other)          release: hands the P on
 * store → FREE                  release
 *  RUNNING(m) m, on return from    CAS RUNNING(m) → OWNED(m)     full: pairs with the release above
 *             a goroutine, or on
 *             entering the
 *             scheduler inside it
 *             anyone else          CAS RUNNING(m) → OWNED(other) full: P is taken from m
 *
 *   word = M number &lt;&lt; 2 | state          (the number makes the word of two owners differ)
 * </pre>
 *
 * While OWNED, only m touches the P. While RUNNING, m runs foreign code and has promised not to
 * touch the P before its CAS succeeds; that is what makes it safe to take the P from an M that does
 * not come back. A failed CAS tells m that it has no P any more.
 */
class OwnerWord {

    private static final int FREE = 0;
    private static final int OWNED = 1;
    private static final int RUNNING = 2;
    private static final int STATE_BITS = 2;

    private static final VarHandle WORD;

    static {
        try {
            WORD = MethodHandles.lookup().findVarHandle(OwnerWord.class, "word", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @SuppressWarnings("unused") // through WORD
    private int word = FREE;

    /** FREE → OWNED(m). */
    final boolean acquireFree(int m) {
        return WORD.compareAndSet(this, FREE, owned(m));
    }

    /** OWNED(m) → FREE. */
    final void releaseFree(int m) {
        expectOwned(m);
        WORD.setRelease(this, FREE);
    }

    /**
     * OWNED(m) → RUNNING(m), with release: what m did to the P is seen by whoever takes it. Enough
     * before a goroutine is run.
     */
    final void publishRunning(int m) {
        WORD.setRelease(this, running(m));
    }

    /**
     * OWNED(m) → RUNNING(m), as a full fence: the submission before it is ordered with the look at
     * the idle set after it. See {@link Scheduler}, barrier S1.
     */
    final void publishRunningFenced(int m) {
        WORD.setVolatile(this, running(m));
    }

    /**
     * RUNNING(m) → OWNED(m).
     *
     * @return false when the P was taken from m
     */
    final boolean reenter(int m) {
        return WORD.compareAndSet(this, running(m), owned(m));
    }

    /** RUNNING(m) → OWNED(other): takes the P from an M that does not come back. */
    final boolean retake(int m, int other) {
        return WORD.compareAndSet(this, running(m), owned(other));
    }

    /** OWNED(m) → OWNED(other), with release: m hands the P on, with all that it did to it. */
    final void transfer(int m, int other) {
        expectOwned(m);
        WORD.setRelease(this, owned(other));
    }

    /** The word as it is at this moment, for {@link #isRunning(int)} and {@link #machine(int)}. */
    final int observe() {
        return (int) WORD.getVolatile(this);
    }

    /** Whether a goroutine was running when the word was observed. */
    static boolean isRunning(int word) {
        return (word & RUNNING) != 0;
    }

    /** The number of the M that held the P when the word was observed. */
    static int machine(int word) {
        return word >>> STATE_BITS;
    }

    /** Whether m is in the scheduler with this P. Exact when m asks, a moment's truth else. */
    final boolean isOwnedBy(int m) {
        return (int) WORD.getOpaque(this) == owned(m);
    }

    /** Whether a goroutine is running on this P; a moment's truth. */
    final boolean isRunning() {
        return isRunning((int) WORD.getOpaque(this));
    }

    /** The word for a dump: {@code free}, {@code owned by M3}, {@code running on M3}. */
    final String describeOwner() {
        int now = (int) WORD.getVolatile(this);
        int m = now >>> STATE_BITS;
        return switch (now & ((1 << STATE_BITS) - 1)) {
            case FREE -> "free";
            case OWNED -> "owned by M" + m;
            default -> "running on M" + m;
        };
    }

    private void expectOwned(int m) {
        if (!isOwnedBy(m)) {
            throw new IllegalStateException(
                    "sched: M" + m + " gives up a P that is " + describeOwner());
        }
    }

    private static int owned(int m) {
        return m << STATE_BITS | OWNED;
    }

    private static int running(int m) {
        return m << STATE_BITS | RUNNING;
    }
}
