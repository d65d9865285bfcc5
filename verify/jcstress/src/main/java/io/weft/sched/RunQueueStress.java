package io.weft.sched;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * {@link RunQueue}: its owner pops and pushes while a thief steals half. Each task is taken exactly
 * once. The ring holds two tasks, so that a push right after a theft reuses the slot stolen from.
 *
 * <p>Results: how many of the tasks were lost, how many were taken more than once.
 */
public class RunQueueStress {

    private static final int CAPACITY = 2;

    private RunQueueStress() {}

    /** A task that counts who took it; counted by the arbiter alone. */
    private static final class Task implements Runnable {
        private int taken;

        @Override
        public void run() {
            taken++;
        }
    }

    /** The tasks of one round, and what each side took: read by the arbiter, after both. */
    private static final class Ledger {
        final Task first = new Task();
        final Task second = new Task();
        final Task third = new Task();
        private @Nullable Runnable kept;
        private @Nullable Runnable popped;
        private @Nullable Runnable stolen;

        /** What the owner did: the third task stays with it if the ring was full. */
        void owner(boolean pushed, @Nullable Runnable popped) {
            kept = pushed ? null : third;
            this.popped = popped;
        }

        void thief(@Nullable Runnable stolen) {
            this.stolen = stolen;
        }

        static void take(@Nullable Runnable task) {
            if (task != null) {
                task.run();
            }
        }

        void settle(II_Result r) {
            take(kept);
            take(popped);
            take(stolen);
            for (Task task : new Task[] {first, second, third}) {
                r.r1 += task.taken == 0 ? 1 : 0;
                r.r2 += task.taken > 1 ? 1 : 0;
            }
        }
    }

    /** The queue itself: push into a reused slot, then pop, against a theft. */
    @JCStressTest
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "each task is taken once")
    @Outcome(expect = FORBIDDEN, desc = "a task is lost or taken twice")
    @State
    public static class PushPopOrSteal {
        private final RunQueue ring = new RunQueue(CAPACITY);
        private final RunQueue thief = new RunQueue(CAPACITY);
        private final Ledger ledger = new Ledger();

        public PushPopOrSteal() {
            ring.push(ledger.first);
            ring.push(ledger.second);
        }

        @Actor
        public void owns() {
            boolean pushed = ring.push(ledger.third);
            ledger.owner(pushed, ring.pop());
        }

        @Actor
        public void steals() {
            ledger.thief(ring.stealHalfInto(thief));
        }

        @Arbiter
        public void settle(II_Result r) {
            for (Runnable task = ring.pop(); task != null; task = ring.pop()) {
                Ledger.take(task);
            }
            for (Runnable task = thief.pop(); task != null; task = thief.pop()) {
                Ledger.take(task);
            }
            ledger.settle(r);
        }
    }

    /** Leaves out the order of the theft: the head is moved before the slot is read. */
    @JCStressTest
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "each task is taken once")
    @Outcome(expect = FORBIDDEN, desc = "a task is lost or taken twice")
    @State
    public static class BrokenHeadFirst {
        private final BrokenRing ring = new BrokenRing(CAPACITY);
        private final Ledger ledger = new Ledger();

        public BrokenHeadFirst() {
            ring.push(ledger.first);
            ring.push(ledger.second);
        }

        @Actor
        public void owns() {
            boolean pushed = ring.push(ledger.third);
            ledger.owner(pushed, ring.pop());
        }

        @Actor
        public void steals() {
            ledger.thief(ring.stealHeadFirst());
        }

        @Arbiter
        public void settle(II_Result r) {
            for (Runnable task = ring.pop(); task != null; task = ring.pop()) {
                Ledger.take(task);
            }
            ledger.settle(r);
        }
    }

    /** Leaves out the compare-and-set of the owner, who does not notice a theft. */
    @JCStressTest
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "each task is taken once")
    @Outcome(expect = FORBIDDEN, desc = "a task is lost or taken twice")
    @State
    public static class BrokenPop {
        private final BrokenRing ring = new BrokenRing(CAPACITY);
        private final Ledger ledger = new Ledger();

        public BrokenPop() {
            ring.push(ledger.first);
            ring.push(ledger.second);
        }

        @Actor
        public void owns() {
            boolean pushed = ring.push(ledger.third);
            ledger.owner(pushed, ring.popWithoutCompareAndSet());
        }

        @Actor
        public void steals() {
            ledger.thief(ring.steal());
        }

        @Arbiter
        public void settle(II_Result r) {
            for (Runnable task = ring.pop(); task != null; task = ring.pop()) {
                Ledger.take(task);
            }
            ledger.settle(r);
        }
    }
}
