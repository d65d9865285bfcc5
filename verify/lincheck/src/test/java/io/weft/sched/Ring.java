package io.weft.sched;

import org.jspecify.annotations.Nullable;

/** What the scenarios ask of a local run queue: the real one, or a twin with a mistake. */
interface Ring {

    /** Adds at the tail; false when full. Owner only. */
    boolean push(Runnable task);

    /** Takes the oldest, or null. Owner only. */
    @Nullable Runnable pop();

    /** Moves the older half to {@code out} and tells how many. Owner only. */
    int takeHalf(@Nullable Runnable[] out);

    /** Moves half to another ring of the same kind; returns the last of them, or null. */
    @Nullable Runnable stealInto(Ring thief);

    /** The real run queue. */
    record Real(RunQueue queue) implements Ring {

        Real(int capacity) {
            this(new RunQueue(capacity));
        }

        @Override
        public boolean push(Runnable task) {
            return queue.push(task);
        }

        @Override
        public @Nullable Runnable pop() {
            return queue.pop();
        }

        @Override
        public int takeHalf(@Nullable Runnable[] out) {
            return queue.takeHalf(out);
        }

        @Override
        public @Nullable Runnable stealInto(Ring thief) {
            return queue.stealHalfInto(((Real) thief).queue);
        }
    }
}
