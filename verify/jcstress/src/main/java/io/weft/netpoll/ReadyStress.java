package io.weft.netpoll;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * {@link ReadinessSlots}: the poller announces readiness while a thread goes to wait for it. The
 * announcement either ends this wait or stays in the slot for the next one.
 *
 * <p>The waiter is interrupted beforehand, so that the real {@code await} takes its way up to the
 * park, and instead of parking withdraws and says INTERRUPTED.
 *
 * <p>Results: whether the wait ended with READY, whether READY was in the slot when both were done.
 */
public class ReadyStress {

    private ReadyStress() {}

    /** {@code ready} against {@code await}. */
    @JCStressTest
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "readiness ended the wait")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "readiness stays for the next wait")
    @Outcome(id = "0, 0", expect = FORBIDDEN, desc = "the wake-up is lost")
    @Outcome(expect = FORBIDDEN, desc = "one readiness ends two waits")
    @State
    public static class ReadyOrAwait {
        private final Slots slots = new Slots();

        @Actor
        public void waits(II_Result r) {
            Thread.currentThread().interrupt();
            Wait end = slots.await(Direction.READ);
            Thread.interrupted();
            r.r1 = end == Wait.READY ? 1 : 0;
        }

        @Actor
        public void announces() {
            slots.ready(Direction.READ);
        }

        @Arbiter
        public void looks(II_Result r) {
            r.r2 = slots.slotVolatile(Direction.READ) instanceof Wait ? 1 : 0;
        }
    }

    /** Leaves out the compare-and-set on entering: readiness that has just come is overwritten. */
    @JCStressTest
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "readiness ended the wait")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "readiness stays for the next wait")
    @Outcome(id = "0, 0", expect = FORBIDDEN, desc = "the wake-up is lost")
    @Outcome(expect = FORBIDDEN, desc = "one readiness ends two waits")
    @State
    public static class BrokenEnter {
        private final AtomicReference<@Nullable Object> slot = new AtomicReference<>();

        @Actor
        public void waits(II_Result r) {
            Thread me = Thread.currentThread();
            if (slot.get() instanceof Wait) {
                slot.set(null);
                r.r1 = 1;
                return;
            }
            slot.set(me); // and withdraws at once, as the interrupted waiter does
            if (!slot.compareAndSet(me, null)) {
                slot.set(null);
                r.r1 = 1;
            }
        }

        @Actor
        public void announces() {
            slot.getAndSet(ReadinessSlots.READY);
        }

        @Arbiter
        public void looks(II_Result r) {
            r.r2 = slot.get() instanceof Wait ? 1 : 0;
        }
    }
}
