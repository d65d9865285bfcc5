package io.weft.sync;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * {@link Mutex} and {@link RWMutex}: one holder at a time, and each sees what the one before has
 * written.
 *
 * <p>Results: a plain counter that was raised four times under the lock, and whether a holder has
 * seen the two halves of a pair apart.
 */
public class MutexStress {

    private MutexStress() {}

    /** What the lock guards. */
    private static final class Guarded {
        private int count;
        private int left;
        private int right;
        private boolean torn;

        void change() {
            look();
            left++;
            count++;
            right++;
        }

        void look() {
            torn |= left != right;
        }

        void report(II_Result r) {
            r.r1 = count;
            r.r2 = torn ? 1 : 0;
        }
    }

    /** The real one, twice by each of two. */
    @JCStressTest
    @Outcome(id = "4, 0", expect = ACCEPTABLE, desc = "one after the other")
    @Outcome(expect = FORBIDDEN, desc = "two at once, or what one has written is not seen")
    @State
    public static class Exclusive {
        private final Mutex mutex = new Mutex();
        private final Guarded guarded = new Guarded();

        private void change() {
            mutex.lock();
            guarded.change();
            mutex.unlock();
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
        public void result(II_Result r) {
            guarded.report(r);
        }
    }

    /** A writer, four times, and a reader that has a wait given up now and then. */
    @JCStressTest
    @Outcome(id = "4, 0", expect = ACCEPTABLE, desc = "the reader sees both halves")
    @Outcome(expect = FORBIDDEN, desc = "the reader sees a half, or the writer loses something")
    @State
    public static class Readers {
        private final RWMutex mutex = new RWMutex();
        private final Guarded guarded = new Guarded();

        @Actor
        public void writer() {
            for (int i = 0; i < 4; i++) {
                mutex.lock();
                guarded.change();
                mutex.unlock();
            }
        }

        @Actor
        public void reader() {
            if (mutex.tryReadLock()) {
                guarded.look();
                mutex.readUnlock();
            }
            mutex.readLock();
            guarded.look();
            mutex.readUnlock();
        }

        @Arbiter
        public void result(II_Result r) {
            guarded.report(r);
        }
    }

    /** Whether it is free is looked at before it is taken. */
    @JCStressTest
    @Outcome(id = "4, 0", expect = ACCEPTABLE, desc = "one after the other")
    @Outcome(expect = FORBIDDEN, desc = "two at once, or what one has written is not seen")
    @State
    public static class BrokenLockInTwoSteps {
        private final Guarded guarded = new Guarded();
        private volatile boolean locked;

        private void change() {
            while (locked) {
                Thread.onSpinWait();
            }
            locked = true;
            guarded.change();
            locked = false;
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
        public void result(II_Result r) {
            guarded.report(r);
        }
    }
}
