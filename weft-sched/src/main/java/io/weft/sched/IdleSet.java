package io.weft.sched;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The Ps without work, one bit each. Every change is an atomic read-modify-write and so a full
 * fence: the parking protocol in {@link Scheduler} leans on that.
 */
final class IdleSet {

    private static final VarHandle WORD = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] words;

    IdleSet(int processors) {
        words = new long[(processors + Long.SIZE - 1) / Long.SIZE];
    }

    /** Adds a P that was not in the set. */
    void add(int processor) {
        long bit = 1L << processor;
        long before = (long) WORD.getAndBitwiseOr(words, processor / Long.SIZE, bit);
        if ((before & bit) != 0) {
            throw new IllegalStateException("sched: P" + processor + " went idle twice");
        }
    }

    /**
     * Takes a P out.
     *
     * @return false when somebody else took it out before
     */
    boolean remove(int processor) {
        long bit = 1L << processor;
        return ((long) WORD.getAndBitwiseAnd(words, processor / Long.SIZE, ~bit) & bit) != 0;
    }

    /** Takes any P out and returns its index, or -1 when the set is empty. */
    int claim() {
        for (int i = 0; i < words.length; i++) {
            for (long word = load(i); word != 0; word = load(i)) {
                long bit = Long.lowestOneBit(word);
                if (WORD.compareAndSet(words, i, word, word & ~bit)) {
                    return i * Long.SIZE + Long.numberOfTrailingZeros(bit);
                }
            }
        }
        return -1;
    }

    /** The index of any P in the set, or -1 when it is empty; it stays there. */
    int any() {
        for (int i = 0; i < words.length; i++) {
            long word = load(i);
            if (word != 0) {
                return i * Long.SIZE + Long.numberOfTrailingZeros(word);
            }
        }
        return -1;
    }

    boolean contains(int processor) {
        return (load(processor / Long.SIZE) & (1L << processor)) != 0;
    }

    boolean isEmpty() {
        for (int i = 0; i < words.length; i++) {
            if (load(i) != 0) {
                return false;
            }
        }
        return true;
    }

    int size() {
        int size = 0;
        for (int i = 0; i < words.length; i++) {
            size += Long.bitCount(load(i));
        }
        return size;
    }

    private long load(int index) {
        return (long) WORD.getVolatile(words, index);
    }
}
