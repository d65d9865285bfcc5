package io.weft.sched;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** {@link RunQueue} with volatile positions and one thing left out of it: what the twins use. */
final class BrokenRing {

    private final @Nullable Runnable[] slots;
    private final int mask;
    private final AtomicInteger head = new AtomicInteger();
    private final AtomicInteger tail = new AtomicInteger();

    BrokenRing(int capacity) {
        slots = new Runnable[capacity];
        mask = capacity - 1;
    }

    /** As in the original. */
    boolean push(Runnable task) {
        int end = tail.get();
        if (end - head.get() == slots.length) {
            return false;
        }
        slots[end & mask] = task;
        tail.set(end + 1);
        return true;
    }

    /** As in the original. */
    @Nullable Runnable pop() {
        for (int begin = head.get(); begin != tail.get(); begin = head.get()) {
            Runnable task = slots[begin & mask];
            if (head.compareAndSet(begin, begin + 1)) {
                return task;
            }
        }
        return null;
    }

    /** Moves the head with a store: a thief may have moved it meanwhile. */
    @Nullable Runnable popWithoutCompareAndSet() {
        int begin = head.get();
        if (begin == tail.get()) {
            return null;
        }
        Runnable task = slots[begin & mask];
        head.set(begin + 1);
        return task;
    }

    /** As the original, for a queue of one or two: takes the oldest. */
    @Nullable Runnable steal() {
        return pop();
    }

    /** Moves the head first and reads the slot then: the owner may have reused it meanwhile. */
    @Nullable Runnable stealHeadFirst() {
        for (int begin = head.get(); begin != tail.get(); begin = head.get()) {
            if (head.compareAndSet(begin, begin + 1)) {
                return slots[begin & mask];
            }
        }
        return null;
    }
}
