package io.weft.sched;

import static io.weft.sched.RuntimeTimer.NEVER;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Threads arm, move and stop the same timers, while others fire them. Each arming ends in one way:
 * fired, stopped or moved; so the sums must agree.
 */
@Timeout(60)
class TimerRaceTest {

    private static final int TIMERS = 8;
    private static final int STEPS = 150_000;
    private static final int ARMING_THREADS = 3;
    private static final int FIRING_THREADS = 2;

    private final AtomicLong clock = new AtomicLong();
    private final AtomicLong armings = new AtomicLong();
    private final AtomicLong endings = new AtomicLong();
    private final AtomicLong early = new AtomicLong();
    private final AtomicBoolean done = new AtomicBoolean();
    private final AtomicBoolean rearming = new AtomicBoolean(true);

    private final class Counted extends RuntimeTimer {

        Counted(Timers timers) {
            super(timers);
        }

        @Override
        protected void expire(long whenNanos) {
            endings.incrementAndGet();
            if (clock.get() < whenNanos) {
                early.incrementAndGet();
            }
            if (whenNanos % 3 == 0 && rearming.get()) {
                arm(this, whenNanos + 50);
            }
        }
    }

    private void arm(RuntimeTimer timer, long whenNanos) {
        armings.incrementAndGet();
        if (timer.reset(whenNanos)) {
            endings.incrementAndGet();
        }
    }

    private void disarm(RuntimeTimer timer) {
        if (timer.stop()) {
            endings.incrementAndGet();
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 3", "1, 5", "1, 7", "1, 11", "1, 500", "2, 7", "2, 20", "3, 500"})
    void eachArmingEndsOnce(int heaps, int spread) throws InterruptedException {
        FakeTimers timers = new FakeTimers(heaps);
        List<RuntimeTimer> all = new ArrayList<>();
        for (int i = 0; i < TIMERS; i++) {
            all.add(new Counted(timers));
        }
        List<Thread> arming = new ArrayList<>();
        List<Thread> firing = new ArrayList<>();
        for (int t = 0; t < ARMING_THREADS; t++) {
            int seed = t;
            arming.add(Thread.ofPlatform().start(() -> armAndStop(timers, all, seed, spread)));
        }
        for (int t = 0; t < FIRING_THREADS; t++) {
            firing.add(Thread.ofPlatform().start(() -> runUntilDone(timers)));
        }
        for (Thread thread : arming) {
            thread.join();
        }
        done.set(true);
        for (Thread thread : firing) {
            thread.join();
        }
        fireTheRest(timers, all);
        assertThat(early).hasValue(0);
        assertThat(endings.get()).isEqualTo(armings.get());
        assertThat(timers.size()).isZero();
    }

    private void armAndStop(FakeTimers timers, List<RuntimeTimer> all, int seed, int spread) {
        Random random = new Random(seed);
        timers.setCallerHeap(seed % timers.count());
        for (int step = 0; step < STEPS; step++) {
            RuntimeTimer timer = all.get(random.nextInt(TIMERS));
            if (random.nextInt(4) == 0) {
                disarm(timer);
            } else {
                arm(timer, clock.get() + random.nextInt(spread));
            }
        }
    }

    private void runUntilDone(FakeTimers timers) {
        while (!done.get()) {
            long now = clock.incrementAndGet();
            for (int i = 0; i < timers.count(); i++) {
                timers.heap(i).runDue(now, 3);
            }
        }
    }

    /** Nothing moves any more: whatever is armed must be found, and in time. */
    private void fireTheRest(FakeTimers timers, List<RuntimeTimer> all) {
        rearming.set(false);
        for (RuntimeTimer timer : all) {
            long when = timer.whenNanos();
            if (when != NEVER) {
                clock.accumulateAndGet(when, Math::max);
                timers.runDue(when);
                assertThat(timer.whenNanos()).as("armed for %d, and late", when).isEqualTo(NEVER);
            }
        }
        timers.runDue(NEVER - 1); // what is left of those that were stopped
    }
}
