package io.weft.netpoll;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * {@link FdWord}: close while another thread uses the descriptor under its read lock. close(2) is
 * called once, and never while the lock is held.
 *
 * <p>Results: 0 if the lock was refused, 1 if it was had and the descriptor was open all the time,
 * 2 if the descriptor was closed under the lock; how often close(2) was called.
 */
public class FdWordStress {

    private static final int OPEN_UNDER_LOCK = 1;
    private static final int CLOSED_UNDER_LOCK = 2;

    private FdWordStress() {}

    private static final class CountingWord extends FdWord {
        final AtomicInteger closes = new AtomicInteger();

        @Override
        void closeDescriptor() {
            closes.getAndIncrement();
        }

        @Override
        void wakeWaiters() {
            // nobody waits for readiness
        }
    }

    /** The word itself. */
    @JCStressTest
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "the lock was refused")
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "close(2) came after the unlock")
    @Outcome(expect = FORBIDDEN, desc = "closed twice, never, or while in use")
    @State
    public static class CloseOrLock {
        private final CountingWord word = new CountingWord();

        @Actor
        public void uses(II_Result r) {
            if (word.lockRead()) {
                r.r1 = word.closes.get() == 0 ? OPEN_UNDER_LOCK : CLOSED_UNDER_LOCK;
                word.unlockRead();
            }
        }

        @Actor
        public void closes() {
            word.close();
        }

        @Arbiter
        public void counts(II_Result r) {
            r.r2 = word.closes.get();
        }
    }

    /** Leaves out the one word: the closed mark and the count of references are two variables. */
    @JCStressTest
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "the lock was refused")
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "close(2) came after the unlock")
    @Outcome(expect = FORBIDDEN, desc = "closed twice, never, or while in use")
    @State
    public static class BrokenTwoWords {
        private final AtomicBoolean closed = new AtomicBoolean();
        private final AtomicInteger references = new AtomicInteger();
        private final AtomicInteger closes = new AtomicInteger();

        @Actor
        public void uses(II_Result r) {
            if (closed.get()) {
                return;
            }
            references.getAndIncrement();
            r.r1 = closes.get() == 0 ? OPEN_UNDER_LOCK : CLOSED_UNDER_LOCK;
            if (references.decrementAndGet() == 0 && closed.get()) {
                closes.getAndIncrement();
            }
        }

        @Actor
        public void closes() {
            closed.set(true);
            if (references.get() == 0) {
                closes.getAndIncrement();
            }
        }

        @Arbiter
        public void counts(II_Result r) {
            r.r2 = closes.get();
        }
    }
}
