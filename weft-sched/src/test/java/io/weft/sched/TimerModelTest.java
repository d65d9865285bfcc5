package io.weft.sched;

import static io.weft.sched.RuntimeTimer.NEVER;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random histories of one thread, beside a model that is too simple to be wrong. */
@Timeout(60)
class TimerModelTest {

    private static final int STEPS = 200_000;
    private static final int TIMERS = 150;
    private static final int HEAPS = 3;
    private static final int FAR = 10_000;

    /** The moment for which each timer is armed. */
    private final long[] model = new long[TIMERS];

    private final FakeTimers timers = new FakeTimers(HEAPS);
    private final List<RuntimeTimer> real = new ArrayList<>();
    private long now;

    TimerModelTest() {
        Arrays.fill(model, NEVER);
        for (int i = 0; i < TIMERS; i++) {
            int number = i;
            real.add(
                    new RuntimeTimer(timers) {
                        @Override
                        protected void expire(long whenNanos) {
                            expired(number, whenNanos);
                        }
                    });
        }
    }

    private void expired(int number, long whenNanos) {
        assertThat(whenNanos).as("moment of timer %d", number).isEqualTo(model[number]);
        assertThat(whenNanos).as("timer %d expires early", number).isLessThanOrEqualTo(now);
        model[number] = NEVER;
        if (number % 5 == 0) {
            reset(number, now + 1 + number);
        }
    }

    private void reset(int number, long whenNanos) {
        boolean wasArmed = model[number] != NEVER;
        model[number] = Math.max(0, whenNanos);
        assertThat(real.get(number).reset(whenNanos)).isEqualTo(wasArmed);
        assertThat(real.get(number).whenNanos()).isEqualTo(model[number]);
    }

    private void stop(int number) {
        boolean wasArmed = model[number] != NEVER;
        model[number] = NEVER;
        assertThat(real.get(number).stop()).isEqualTo(wasArmed);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void agreesWithTheModel(long seed) {
        Random random = new Random(seed);
        for (int step = 0; step < STEPS; step++) {
            int number = random.nextInt(TIMERS);
            timers.setCallerHeap(random.nextInt(HEAPS));
            switch (random.nextInt(10)) {
                case 0, 1, 2 -> reset(number, now + random.nextInt(FAR));
                case 3 -> reset(number, now + random.nextInt(20) - 10);
                case 4 -> reset(number, now / FAR * FAR + FAR); // the same for many, and again
                case 5, 6 -> stop(number);
                case 7 -> timers.heap(random.nextInt(HEAPS)).runDue(now, random.nextInt(4));
                case 8 -> now += random.nextInt(100);
                default -> runAllDue();
            }
        }
        runAllDue();
        checkBounds();
    }

    private void runAllDue() {
        timers.runDue(now);
        assertThat(firstOfModel()).isGreaterThan(now);
        long next = NEVER;
        for (int i = 0; i < HEAPS; i++) {
            next = Math.min(next, timers.heap(i).next());
        }
        assertThat(next).isLessThanOrEqualTo(firstOfModel());
    }

    private long firstOfModel() {
        return Arrays.stream(model).min().orElseThrow();
    }

    private void checkBounds() {
        assertThat(timers.capacity()).isLessThanOrEqualTo(HEAPS * 4 * TIMERS);
    }
}
