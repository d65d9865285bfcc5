package io.weft.sched;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The local run queue of a P: a bounded ring that its owner fills and anyone may empty.
 *
 * <p>The algorithm is that of Go's {@code runq}: one producer, many consumers, no lock. Positions
 * only grow; a slot is {@code position & mask}.
 *
 * <pre>
 *   field   written by              mode      pairs with
 *   slots   owner                   plain     published by the release of tail
 *   tail    owner                   release   acquire of tail in stealHalfInto, isEmpty
 *   head    whoever takes, by CAS   release   acquire of head in push: the slot may be reused
 * </pre>
 *
 * A taker copies slots first and moves {@code head} afterwards: when its CAS succeeds, no other
 * taker had them and the owner has not written over them; when it fails, the copies are dropped.
 * Moving {@code head} first would let the owner overwrite a slot before it is read.
 */
final class RunQueue {

    private static final VarHandle HEAD;
    private static final VarHandle TAIL;

    static {
        try {
            var lookup = MethodHandles.lookup();
            HEAD = lookup.findVarHandle(RunQueue.class, "head", int.class);
            TAIL = lookup.findVarHandle(RunQueue.class, "tail", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final @Nullable Runnable[] slots;
    private final int mask;

    @SuppressWarnings("unused") // through HEAD
    private int head;

    @SuppressWarnings("unused") // through TAIL
    private int tail;

    /** Slots below this position hold nothing; only the owner looks. */
    private int forgotten;

    /**
     * @param capacity a power of two, at least 2; 256 in service, less under a checker so that it
     *     meets a full ring and a wrap-around
     */
    RunQueue(int capacity) {
        if (capacity < 2 || Integer.bitCount(capacity) != 1) {
            throw new IllegalArgumentException(
                    "run queue capacity must be a power of two and at least 2: " + capacity);
        }
        slots = new Runnable[capacity];
        mask = capacity - 1;
    }

    int capacity() {
        return slots.length;
    }

    /**
     * Adds at the tail. Owner only.
     *
     * @return false when the ring is full
     */
    boolean push(Runnable task) {
        int end = (int) TAIL.get(this);
        // Acquire: the takers' reads of the slot come before our write to it.
        int begin = (int) HEAD.getAcquire(this);
        if (end - begin == slots.length) {
            return false;
        }
        slots[end & mask] = task;
        TAIL.setRelease(this, end + 1);
        return true;
    }

    /** Takes the oldest, or null when there is none. Owner only. */
    @Nullable Runnable pop() {
        for (; ; ) {
            int begin = (int) HEAD.getAcquire(this);
            if (begin == (int) TAIL.get(this)) {
                return null;
            }
            Runnable task = slots[begin & mask];
            if (HEAD.compareAndSet(this, begin, begin + 1)) {
                return task;
            }
        }
    }

    /**
     * Moves the older half to {@code out}, to make room. Owner only.
     *
     * @return how many were moved; 0 when thieves emptied the ring meanwhile
     */
    int takeHalf(@Nullable Runnable[] out) {
        int begin = (int) HEAD.getAcquire(this);
        int count = Math.min(((int) TAIL.get(this) - begin) / 2, out.length);
        for (int i = 0; i < count; i++) {
            out[i] = slots[(begin + i) & mask];
        }
        return count > 0 && HEAD.compareAndSet(this, begin, begin + count) ? count : 0;
    }

    /**
     * Moves half of this queue, rounded up, to the tail of {@code thief}. Called by the owner of
     * {@code thief}; any number of thieves may be at work.
     *
     * @return the last of those moved, which is not in the thief's ring but returned to be run;
     *     null when there was nothing
     */
    @Nullable Runnable stealHalfInto(RunQueue thief) {
        int thiefEnd = (int) TAIL.get(thief);
        int room = thief.slots.length - (thiefEnd - (int) HEAD.getAcquire(thief));
        for (; ; ) {
            int begin = (int) HEAD.getAcquire(this);
            int size = (int) TAIL.getAcquire(this) - begin;
            int count = Math.min(size - size / 2, room);
            if (count <= 0) {
                return null;
            }
            if (count > slots.length / 2) {
                continue; // head and tail were read apart and do not belong together
            }
            for (int i = 0; i < count; i++) {
                thief.slots[(thiefEnd + i) & thief.mask] = slots[(begin + i) & mask];
            }
            if (HEAD.compareAndSet(this, begin, begin + count)) {
                int last = thiefEnd + count - 1;
                Runnable task = thief.slots[last & thief.mask];
                TAIL.setRelease(thief, last);
                return task;
            }
        }
    }

    /** Whether there is nothing to take. Exact for the owner, a moment's truth for others. */
    boolean isEmpty() {
        return size() == 0;
    }

    /** How many wait here; a moment's truth, never negative. */
    int size() {
        for (; ; ) {
            int begin = (int) HEAD.getAcquire(this);
            int end = (int) TAIL.getAcquire(this);
            // An unchanged head says that both numbers were true at once.
            if (begin == (int) HEAD.getAcquire(this)) {
                return end - begin;
            }
        }
    }

    /**
     * Drops the references to what was taken, so that an idle P keeps no finished goroutine alive.
     * Owner only, when the ring is empty. A thief that reads a dropped slot holds an old head, and
     * its CAS fails.
     */
    void forgetTaken() {
        int end = (int) TAIL.get(this);
        if (end != (int) HEAD.getAcquire(this)) {
            return;
        }
        int from = end - forgotten > slots.length ? end - slots.length : forgotten;
        for (int i = from; i != end; i++) {
            slots[i & mask] = null;
        }
        forgotten = end;
    }
}
