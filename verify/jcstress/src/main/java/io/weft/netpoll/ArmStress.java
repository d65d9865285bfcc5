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
 * {@link DirectDesc#ensureArmed}: a reader looks without the lock whether its receive is under way,
 * while the one who reaps ends it. The reaper clears the flag under the lock and readies the slot
 * after that; the reader forgets stale readiness and looks at the flag after that.
 *
 * <p>The slots and the lock are the real ones, the flag stands in for that of the descriptor, which
 * takes a ring.
 *
 * <p>Results: whether the reader took the receive for under way, and so goes on to wait; whether
 * readiness was in the slot when both were done.
 */
public class ArmStress {

    private ArmStress() {}

    /** A connection whose receive is under way. */
    private static final class Conn {
        private final SubmissionLock lock = new SubmissionLock();
        private final Slots slots = new Slots();

        /** Guarded by the lock, but for the reader's look. */
        private boolean receiving = true;

        boolean looksArmed() {
            slots.prepare(Direction.READ);
            return receiving;
        }

        void clear() {
            lock.lock();
            receiving = false;
            lock.unlock();
        }

        void ready() {
            slots.ready(Direction.READ);
        }

        int isReady() {
            return slots.slotVolatile(Direction.READ) instanceof Wait ? 1 : 0;
        }
    }

    /** Clears, then readies. */
    @JCStressTest
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "does not wait: readiness is there")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "asks again, and does not wait")
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "has consumed readiness, asks again")
    @Outcome(id = "1, 0", expect = FORBIDDEN, desc = "waits for a receive that is over")
    @State
    public static class LookOrReap {
        private final Conn conn = new Conn();

        @Actor
        public void reads(II_Result r) {
            r.r1 = conn.looksArmed() ? 1 : 0;
        }

        @Actor
        public void reaps() {
            conn.clear();
            conn.ready();
        }

        @Arbiter
        public void looks(II_Result r) {
            r.r2 = conn.isReady();
        }
    }

    /**
     * Readies first: the readiness is consumed while the flag is still set. It takes its time in
     * between, so that a short run meets the moment.
     */
    @JCStressTest
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "does not wait: readiness is there")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "asks again, and does not wait")
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "has consumed readiness, asks again")
    @Outcome(id = "1, 0", expect = FORBIDDEN, desc = "waits for a receive that is over")
    @State
    public static class BrokenReadyFirst {
        private final Conn conn = new Conn();

        @Actor
        public void reads(II_Result r) {
            r.r1 = conn.looksArmed() ? 1 : 0;
        }

        @Actor
        public void reaps() {
            conn.ready();
            Thread.onSpinWait();
            conn.clear();
        }

        @Arbiter
        public void looks(II_Result r) {
            r.r2 = conn.isReady();
        }
    }
}
