package io.weft.netpoll;

import static io.weft.verify.lincheck.Interleavings.breaks;
import static io.weft.verify.lincheck.Interleavings.check;
import static io.weft.verify.lincheck.Interleavings.holds;
import static io.weft.verify.lincheck.Interleavings.shared;
import static io.weft.verify.lincheck.Interleavings.together;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Registration by the first wait: one at a time, and no wish is forgotten. */
@Timeout(240)
class InterestInterleavingsTest {

    /** What the kernel watches, and who is telling it to. */
    private static final class Watch {

        private final AtomicInteger inside = new AtomicInteger();
        private final AtomicBoolean added = new AtomicBoolean();
        private final AtomicBoolean writing = new AtomicBoolean();

        /** How many calls fail before the first that works. */
        private final AtomicInteger failures;

        Watch(int failures) {
            this.failures = new AtomicInteger(failures);
        }

        int add(boolean forWriting) {
            check(!added.get(), "added twice");
            int result = call(forWriting);
            if (result == 0) {
                added.set(true);
            }
            return result;
        }

        int change() {
            check(added.get(), "changed before it was added");
            return call(true);
        }

        private int call(boolean forWriting) {
            check(inside.getAndIncrement() == 0, "two threads in epoll_ctl");
            boolean fails = failures.get() > 0 && failures.getAndDecrement() > 0;
            if (!fails && forWriting) {
                writing.set(true);
            }
            inside.getAndDecrement();
            return fails ? -1 : 0;
        }

        void checkBothWatched() {
            check(added.get() && writing.get(), "a wish is forgotten");
        }
    }

    private static final class RealInterest extends LazyInterest {

        private final Watch watch;

        RealInterest(Watch watch) {
            this.watch = watch;
        }

        /** The socket is writable: an edge comes as soon as that is watched. */
        @Override
        int register(boolean writing) {
            int result = watch.add(writing);
            if (result == 0 && writing) {
                ready(Direction.WRITE);
            }
            return result;
        }

        @Override
        int change() {
            int result = watch.change();
            if (result == 0) {
                ready(Direction.WRITE);
            }
            return result;
        }

        @Override
        IOException registrationFailure(int errno) {
            return new IOException("refused");
        }

        @Override
        void closeDescriptor() {}
    }

    /** A second thread leaves its wish with the one that arms, which does not look for wishes. */
    private static final class BrokenInterest {

        private final Watch watch = new Watch(0);
        private final AtomicBoolean arming = new AtomicBoolean();
        private final AtomicBoolean wishToWrite = new AtomicBoolean();

        void arm(boolean writing) {
            if (writing) {
                wishToWrite.set(true);
            }
            if (arming.compareAndSet(false, true)) {
                watch.add(wishToWrite.get());
            }
        }
    }

    @Test
    void twoFirstWaitsRegisterForBoth() {
        holds(
                () -> {
                    Watch watch = shared(new Watch(0));
                    RealInterest interest = shared(new RealInterest(watch));
                    together(
                            () -> armUntilItWorks(interest, Direction.READ),
                            () -> armUntilItWorks(interest, Direction.WRITE));
                    watch.checkBothWatched();
                });
    }

    @Test
    void aFailureReachesWhoeverWished() {
        holds(
                () -> {
                    Watch watch = shared(new Watch(1));
                    RealInterest interest = shared(new RealInterest(watch));
                    together(
                            () -> armUntilItWorks(interest, Direction.READ),
                            () -> writeWhenWatched(interest, watch));
                    watch.checkBothWatched();
                });
    }

    @Test
    void aWishThatNobodyLooksForIsFound() {
        breaks(
                () -> {
                    BrokenInterest interest = shared(new BrokenInterest());
                    together(() -> interest.arm(false), () -> interest.arm(true));
                    interest.watch.checkBothWatched();
                });
    }

    private static void armUntilItWorks(RealInterest interest, Direction direction) {
        while (true) {
            try {
                interest.arm(direction);
                return;
            } catch (IOException e) {
                // refused once by the scenario: the caller tries again
            }
        }
    }

    /** A writer: arms, waits, and tries again when it was readied without cause. */
    private static void writeWhenWatched(RealInterest interest, Watch watch) {
        while (!watch.writing.get()) {
            armUntilItWorks(interest, Direction.WRITE);
            interest.await(Direction.WRITE);
        }
    }
}
