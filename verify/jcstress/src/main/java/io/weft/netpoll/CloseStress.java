package io.weft.netpoll;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * {@link ReadinessSlots}: close while a thread goes to wait. The closer sets the closed bit and
 * then swaps the slots, the waiter enters its slot and then reads the bit; so at least one of them
 * notices the other.
 *
 * <p>Results: whether the waiter would park, whether its thread was still in the slot when both
 * were done, that is, whether the closer did not wake it.
 */
public class CloseStress {

    private CloseStress() {}

    /** {@code close} against the steps of {@code await} up to the park. */
    @JCStressTest
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "the waiter saw the closed bit")
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "both saw each other")
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "parks, and is woken")
    @Outcome(id = "1, 1", expect = FORBIDDEN, desc = "waits for ever on a closed descriptor")
    @State
    public static class CloseOrAwait {
        private final Slots slots = new Slots();

        @Actor
        public void waits(II_Result r) {
            slots.enterRead();
            r.r1 = !slots.isClosed() && slots.isInSlot(Thread.currentThread()) ? 1 : 0;
        }

        @Actor
        public void closes() {
            slots.close();
        }

        @Arbiter
        public void looks(II_Result r) {
            r.r2 = slots.slotVolatile(Direction.READ) instanceof Thread ? 1 : 0;
        }
    }

    /** Leaves out the order: the waiter reads the closed bit first and enters the slot then. */
    @JCStressTest
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "the waiter saw the closed bit")
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "both saw each other")
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "parks, and is woken")
    @Outcome(id = "1, 1", expect = FORBIDDEN, desc = "waits for ever on a closed descriptor")
    @State
    public static class BrokenCheckFirst {
        private final Slots slots = new Slots();

        @Actor
        public void waits(II_Result r) {
            boolean closed = slots.isClosed();
            slots.enterRead();
            r.r1 = !closed && slots.isInSlot(Thread.currentThread()) ? 1 : 0;
        }

        @Actor
        public void closes() {
            slots.close();
        }

        @Arbiter
        public void looks(II_Result r) {
            r.r2 = slots.slotVolatile(Direction.READ) instanceof Thread ? 1 : 0;
        }
    }
}
