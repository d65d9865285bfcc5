package io.weft.sched;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * {@link OwnerWord}: M1 comes back from a goroutine while M2 takes the P away and runs a goroutine
 * on it. Exactly one of them ends up with the P.
 *
 * <p>Results: whether M1 got back in, whether M2 took the P.
 */
public class OwnerWordStress {

    private static final int M1 = 1;
    private static final int M2 = 2;

    private OwnerWordStress() {}

    /** The word itself. */
    @JCStressTest
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "M1 keeps the P")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "M2 has taken the P")
    @Outcome(expect = FORBIDDEN, desc = "two owners, or none")
    @State
    public static class RetakeOrReenter {
        private final OwnerWord word = new OwnerWord();

        public RetakeOrReenter() {
            word.acquireFree(M1);
            word.publishRunning(M1);
        }

        @Actor
        public void comesBack(II_Result r) {
            r.r1 = word.reenter(M1) ? 1 : 0;
        }

        @Actor
        public void takes(II_Result r) {
            if (word.retake(M1, M2)) {
                r.r2 = 1;
                word.publishRunning(M2);
            }
        }
    }

    /** Leaves out the compare-and-set: both look first and store then. */
    @JCStressTest
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "M1 keeps the P")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "M2 has taken the P")
    @Outcome(expect = FORBIDDEN, desc = "two owners, or none")
    @State
    public static class BrokenCheckThenSet {
        private static final int RUNNING_ON_M1 = 1;
        private static final int OWNED = 2;

        private final AtomicInteger word = new AtomicInteger(RUNNING_ON_M1);

        @Actor
        public void comesBack(II_Result r) {
            if (word.get() == RUNNING_ON_M1) {
                word.set(OWNED);
                r.r1 = 1;
            }
        }

        @Actor
        public void takes(II_Result r) {
            if (word.get() == RUNNING_ON_M1) {
                word.set(OWNED);
                r.r2 = 1;
            }
        }
    }

    /** Leaves out the number of the M: M1 takes the running goroutine of M2 for its own. */
    @JCStressTest
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "M1 keeps the P")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "M2 has taken the P")
    @Outcome(expect = FORBIDDEN, desc = "two owners, or none")
    @State
    public static class BrokenWithoutNumber {
        private static final int RUNNING = 1;
        private static final int OWNED = 2;

        private final AtomicInteger word = new AtomicInteger(RUNNING);

        @Actor
        public void comesBack(II_Result r) {
            r.r1 = word.compareAndSet(RUNNING, OWNED) ? 1 : 0;
        }

        @Actor
        public void takes(II_Result r) {
            if (word.compareAndSet(RUNNING, OWNED)) {
                r.r2 = 1;
                word.set(RUNNING);
            }
        }
    }

    /**
     * The goroutine on M1 makes a task ready while M2 takes the P: M1 puts it into the ring, if it
     * gets in, else into the global queue. M2 sees all that M1 has put into the ring.
     *
     * <p>Results: where M1 put the task, 1 for the ring and 2 for the global queue; what M2 found
     * in the ring, -1 when it did not get the P.
     */
    @JCStressTest
    @Outcome(id = "1, -1", expect = ACCEPTABLE, desc = "M1 keeps the P")
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "M2 takes the P afterwards, with the task")
    @Outcome(id = "2, 0", expect = ACCEPTABLE, desc = "M2 took the P before")
    @Outcome(expect = FORBIDDEN, desc = "the task is lost, or in two places")
    @State
    public static class ReadyOrRetake {
        private final OwnerWord word = new OwnerWord();
        private int ring;

        public ReadyOrRetake() {
            word.acquireFree(M1);
            word.publishRunning(M1);
        }

        @Actor
        public void makesReady(II_Result r) {
            if (word.reenter(M1)) {
                ring++;
                word.publishRunning(M1);
                r.r1 = 1;
            } else {
                r.r1 = 2;
            }
        }

        @Actor
        public void takes(II_Result r) {
            r.r2 = word.retake(M1, M2) ? ring : -1;
        }
    }

    /** Gives the P free for the taking before the task is in the ring. */
    @JCStressTest
    @Outcome(id = "1, -1", expect = ACCEPTABLE, desc = "M1 keeps the P")
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "M2 takes the P afterwards, with the task")
    @Outcome(id = "2, 0", expect = ACCEPTABLE, desc = "M2 took the P before")
    @Outcome(expect = FORBIDDEN, desc = "the task is lost, or in two places")
    @State
    public static class BrokenPublishBeforePush {
        private static final int OWNED = 1;
        private static final int RUNNING_ON_M1 = 2;
        private static final int TAKEN = 3;

        private final AtomicInteger word = new AtomicInteger(RUNNING_ON_M1);
        private int ring;

        @Actor
        public void makesReady(II_Result r) {
            if (word.compareAndSet(RUNNING_ON_M1, OWNED)) {
                word.set(RUNNING_ON_M1);
                ring++;
                r.r1 = 1;
            } else {
                r.r1 = 2;
            }
        }

        @Actor
        public void takes(II_Result r) {
            r.r2 = word.compareAndSet(RUNNING_ON_M1, TAKEN) ? ring : -1;
        }
    }
}
