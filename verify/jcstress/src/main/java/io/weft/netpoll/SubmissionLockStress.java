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
 * {@link SubmissionLock}: one holder at a time, and each sees what the one before has written.
 *
 * <p>Results: a plain counter that two threads have raised twice each under the lock, and whether a
 * holder has seen the two halves of a pair apart.
 */
public class SubmissionLockStress {

    private SubmissionLockStress() {}

    /** What the lock guards. */
    private static final class Guarded {
        private int count;
        private int left;
        private int right;
        private boolean torn;

        void change() {
            torn |= left != right;
            left++;
            count++;
            right++;
        }

        void report(II_Result r) {
            r.r1 = count;
            r.r2 = torn ? 1 : 0;
        }
    }

    /** The real one. */
    @JCStressTest
    @Outcome(id = "4, 0", expect = ACCEPTABLE, desc = "one after the other")
    @Outcome(expect = FORBIDDEN, desc = "two at once, or what one has written is not seen")
    @State
    public static class Exclusive {
        private final SubmissionLock lock = new SubmissionLock();
        private final Guarded guarded = new Guarded();

        private void change() {
            lock.lock();
            guarded.change();
            lock.unlock();
        }

        @Actor
        public void first() {
            change();
            change();
        }

        @Actor
        public void second() {
            change();
            change();
        }

        @Arbiter
        public void looks(II_Result r) {
            guarded.report(r);
        }
    }

    /** Looks at the flag and sets it in two steps, in place of a compare-and-set. */
    @JCStressTest
    @Outcome(id = "4, 0", expect = ACCEPTABLE, desc = "one after the other")
    @Outcome(expect = FORBIDDEN, desc = "two at once, or what one has written is not seen")
    @State
    public static class BrokenTestThenSet {
        private final Guarded guarded = new Guarded();
        private volatile boolean held;

        private void change() {
            while (held) {
                Thread.onSpinWait();
            }
            held = true;
            guarded.change();
            held = false;
        }

        @Actor
        public void first() {
            change();
            change();
        }

        @Actor
        public void second() {
            change();
            change();
        }

        @Arbiter
        public void looks(II_Result r) {
            guarded.report(r);
        }
    }
}
