package io.weft.verify.lincheck;

import static io.weft.verify.lincheck.Interleavings.breaks;
import static io.weft.verify.lincheck.Interleavings.check;
import static io.weft.verify.lincheck.Interleavings.holds;
import static io.weft.verify.lincheck.Interleavings.shared;
import static io.weft.verify.lincheck.Interleavings.together;

import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The checker itself: on a JDK that it does not know it would let everything pass. */
@Timeout(120)
class CanaryTest {

    @Test
    void aLostUpdateIsFound() {
        breaks(
                () -> {
                    int[] count = shared(new int[1]);
                    together(() -> count[0]++, () -> count[0]++);
                    check(count[0] == 2, "an update is lost");
                });
    }

    @Test
    void anAtomicUpdateIsNotBlamed() {
        holds(
                () -> {
                    AtomicInteger count = new AtomicInteger();
                    together(count::getAndIncrement, count::getAndIncrement);
                    check(count.get() == 2, "an update is lost");
                });
    }

    @Test
    void aLostWakeUpIsFound() {
        breaks(() -> waitFor(new AtomicBoolean(), false));
    }

    @Test
    void aWaiterThatLooksAgainIsNotBlamed() {
        holds(() -> waitFor(new AtomicBoolean(), true));
    }

    /** The setter wakes who has announced itself; the waiter looks before, and perhaps after. */
    private static void waitFor(AtomicBoolean condition, boolean lookAgain) {
        Semaphore wakeUp = new Semaphore(0);
        AtomicBoolean announced = new AtomicBoolean();
        together(
                () -> {
                    boolean sleep = !condition.get();
                    announced.set(true);
                    sleep &= !lookAgain || !condition.get();
                    if (sleep) {
                        wakeUp.acquireUninterruptibly();
                    }
                },
                () -> {
                    condition.set(true);
                    if (announced.get()) {
                        wakeUp.release();
                    }
                });
    }
}
