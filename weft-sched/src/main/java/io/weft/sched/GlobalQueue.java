package io.weft.sched;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The queue that all Ps share: what threads without a P make ready, and what overflows a local
 * ring. First in, first out, and without a lock, since it is entered from inside unparking code,
 * where waiting for another thread can deadlock the JVM.
 *
 * <p>Its bound is the number of live goroutines: each is here at most twice.
 */
final class GlobalQueue {

    private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();

    /**
     * Counted beside the queue: sizes batches, and says when a turn of the queue is worth while. It
     * may lag behind, so it never decides whether an M may sleep.
     */
    private final AtomicInteger size = new AtomicInteger();

    void add(Runnable task) {
        tasks.add(task);
        size.getAndIncrement();
    }

    @Nullable Runnable take() {
        Runnable task = tasks.poll();
        if (task != null) {
            size.getAndDecrement();
        }
        return task;
    }

    /**
     * Takes one task to run and moves a fair share of the others to {@code local}: at most {@code
     * size / processors + 1} in all and at most half a ring, so that a burst is spread over the Ps.
     * Called by the owner of {@code local}, which is empty.
     */
    @Nullable Runnable takeBatch(RunQueue local, int processors) {
        Runnable first = take();
        if (first == null) {
            return null;
        }
        int share = Math.min(size.get() / processors, local.capacity() / 2 - 1);
        for (int i = 0; i < share; i++) {
            Runnable task = take();
            if (task == null) {
                break;
            }
            if (!local.push(task)) {
                add(task);
                break;
            }
        }
        return first;
    }

    boolean isEmpty() {
        return tasks.isEmpty();
    }

    int size() {
        return Math.max(0, size.get());
    }
}
