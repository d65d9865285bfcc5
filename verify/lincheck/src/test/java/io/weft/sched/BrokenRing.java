package io.weft.sched;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** The run queue with a mistake; otherwise the same steps. */
final class BrokenRing implements Ring {

    /** What is wrong. */
    enum Mistake {
        /** A thief moves the head, and reads the slots then: the owner may have reused them. */
        HEAD_BEFORE_SLOTS,
        /** The owner moves the head by a store: a thief may have moved it meanwhile. */
        POP_WITHOUT_CAS,
        /** The owner publishes the tail, and writes the slot then. */
        TAIL_BEFORE_SLOT
    }

    private final Mistake mistake;
    private final int capacity;
    private final AtomicReferenceArray<@Nullable Runnable> slots;
    private final AtomicInteger head = new AtomicInteger();
    private final AtomicInteger tail = new AtomicInteger();

    BrokenRing(Mistake mistake, int capacity) {
        this.mistake = mistake;
        this.capacity = capacity;
        this.slots = new AtomicReferenceArray<>(capacity);
    }

    @Override
    public boolean push(Runnable task) {
        int end = tail.get();
        if (end - head.get() == capacity) {
            return false;
        }
        if (mistake == Mistake.TAIL_BEFORE_SLOT) {
            tail.set(end + 1);
            slots.set(end % capacity, task);
        } else {
            slots.set(end % capacity, task);
            tail.set(end + 1);
        }
        return true;
    }

    @Override
    public @Nullable Runnable pop() {
        while (true) {
            int begin = head.get();
            if (begin == tail.get()) {
                return null;
            }
            Runnable task = slots.get(begin % capacity);
            if (mistake == Mistake.POP_WITHOUT_CAS) {
                head.set(begin + 1);
                return task;
            }
            if (head.compareAndSet(begin, begin + 1)) {
                return task;
            }
        }
    }

    @Override
    public int takeHalf(@Nullable Runnable[] out) {
        int begin = head.get();
        int count = (tail.get() - begin) / 2;
        for (int i = 0; i < count; i++) {
            out[i] = slots.get((begin + i) % capacity);
        }
        return head.compareAndSet(begin, begin + count) ? count : 0;
    }

    @Override
    public @Nullable Runnable stealInto(Ring thief) {
        while (true) {
            int begin = head.get();
            int size = tail.get() - begin;
            int count = size - size / 2;
            if (count == 0) {
                return null;
            }
            if (count > capacity / 2) {
                continue;
            }
            if (mistake == Mistake.HEAD_BEFORE_SLOTS) {
                if (head.compareAndSet(begin, begin + count)) {
                    return copy(begin, count, thief);
                }
                continue;
            }
            Runnable[] seen = new Runnable[count];
            for (int i = 0; i < count; i++) {
                seen[i] = slots.get((begin + i) % capacity);
            }
            if (head.compareAndSet(begin, begin + count)) {
                for (int i = 0; i < count - 1; i++) {
                    thief.push(seen[i]);
                }
                return seen[count - 1];
            }
        }
    }

    private @Nullable Runnable copy(int begin, int count, Ring thief) {
        for (int i = 0; i < count - 1; i++) {
            Runnable task = slots.get((begin + i) % capacity);
            if (task != null) {
                thief.push(task);
            }
        }
        return slots.get((begin + count - 1) % capacity);
    }
}
