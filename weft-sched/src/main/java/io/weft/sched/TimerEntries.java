package io.weft.sched;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The entries of a {@link TimerHeap}: a 4-ary heap in two arrays, the keys apart from the timers.
 * Four children are as many comparisons as two levels of a binary heap, with half the levels, and
 * their keys lie in half a cache line. Not for two threads at once: the heap's lock is the guard.
 */
final class TimerEntries {

    private static final int ARITY = 4;
    static final int CAPACITY_MIN = 16;

    private long[] keys = new long[CAPACITY_MIN];
    private @Nullable RuntimeTimer[] timers = new @Nullable RuntimeTimer[CAPACITY_MIN];
    private int size;

    /** Read without the lock, too, where a moment's truth will do. */
    int size() {
        return size;
    }

    int capacity() {
        return keys.length;
    }

    boolean isFull() {
        return size == keys.length;
    }

    /** The earliest key, or NEVER. */
    long firstKey() {
        return size == 0 ? RuntimeTimer.NEVER : keys[0];
    }

    /** A timer whose key is the earliest; there must be one. */
    RuntimeTimer first() {
        return Objects.requireNonNull(timers[0]);
    }

    /** Adds an entry; there must be room. */
    void add(long key, RuntimeTimer timer) {
        siftUp(size++, key, timer);
    }

    /** Gives the first entry another key; NEVER takes it out. */
    void replaceFirst(long key) {
        RuntimeTimer timer = first();
        if (key != RuntimeTimer.NEVER) {
            siftDown(0, key, timer);
            return;
        }
        int last = --size;
        RuntimeTimer moved = Objects.requireNonNull(timers[last]);
        timers[last] = null;
        if (last > 0) {
            siftDown(0, keys[last], moved);
        }
    }

    /**
     * Brings each entry in line with its timer, drops those that are of no use, and makes a heap of
     * the rest. In linear time.
     *
     * @param mark a new one, for the timers that stay: a timer has it if one of its entries stays
     */
    void sweep(TimerGarbage mark) {
        int kept = 0;
        for (int i = 0; i < size; i++) {
            RuntimeTimer timer = Objects.requireNonNull(timers[i]);
            // Another entry of this timer stays already. This one may look alive, too: its key can
            // be the one that the timer was moved to since then, or had before. It goes without a
            // look: to settle it would give the timer a key for which no entry stays, and whoever
            // has moved the timer brings an entry of their own.
            if (timer.isMarked(mark)) {
                continue;
            }
            long key = timer.settle(keys[i]);
            if (key != RuntimeTimer.NEVER) {
                timer.mark(mark);
                keys[kept] = key;
                timers[kept++] = timer;
            }
        }
        Arrays.fill(timers, kept, size, null);
        size = kept;
        for (int i = (kept - 2) / ARITY; i >= 0 && kept > 1; i--) {
            siftDown(i, keys[i], Objects.requireNonNull(timers[i]));
        }
    }

    /** Takes all entries out; returns their timers, those whose entry was alive. */
    RuntimeTimer[] takeAll() {
        RuntimeTimer[] taken = new RuntimeTimer[size];
        int count = 0;
        for (int i = 0; i < size; i++) {
            RuntimeTimer timer = Objects.requireNonNull(timers[i]);
            if (timer.dropEntry(keys[i])) {
                taken[count++] = timer;
            }
        }
        size = 0;
        keys = new long[CAPACITY_MIN];
        timers = new @Nullable RuntimeTimer[CAPACITY_MIN];
        return Arrays.copyOf(taken, count);
    }

    /** Makes the arrays so long; no shorter than what they hold. */
    void resize(int capacity) {
        long[] newKeys = Arrays.copyOf(keys, capacity);
        timers = Arrays.copyOf(timers, capacity);
        keys = newKeys;
    }

    private void siftUp(int from, long key, RuntimeTimer timer) {
        int hole = from;
        while (hole > 0) {
            int parent = (hole - 1) / ARITY;
            if (keys[parent] <= key) {
                break;
            }
            keys[hole] = keys[parent];
            timers[hole] = timers[parent];
            hole = parent;
        }
        keys[hole] = key;
        timers[hole] = timer;
    }

    private void siftDown(int from, long key, RuntimeTimer timer) {
        int hole = from;
        while (hole * ARITY + 1 < size) {
            int child = earliestChild(hole);
            if (keys[child] >= key) {
                break;
            }
            keys[hole] = keys[child];
            timers[hole] = timers[child];
            hole = child;
        }
        keys[hole] = key;
        timers[hole] = timer;
    }

    private int earliestChild(int parent) {
        int first = parent * ARITY + 1;
        int end = Math.min(first + ARITY, size);
        int earliest = first;
        for (int child = first + 1; child < end; child++) {
            if (keys[child] < keys[earliest]) {
                earliest = child;
            }
        }
        return earliest;
    }
}
