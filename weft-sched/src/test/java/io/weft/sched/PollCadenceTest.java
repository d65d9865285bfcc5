package io.weft.sched;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PollCadenceTest {

    /** Looks per second of run time, for goroutines that run {@code runNanos} each. */
    private static long looksPerSecond(long runNanos) {
        PollCadence cadence = new PollCadence();
        long now = 0;
        long looks = 0;
        while (now < 1_000_000_000) {
            if (cadence.countDown() && cadence.isDue(now)) {
                looks++;
            }
            now += runNanos;
        }
        return looks;
    }

    @Test
    void looksAboutAsOftenWhateverTheGoroutinesTake() {
        long ideal = 1_000_000_000 / PollCadence.TARGET_NANOS;
        for (long runNanos : new long[] {200, 1_000, 10_000, 100_000}) {
            assertThat(looksPerSecond(runNanos))
                    .as("goroutines of %d ns", runNanos)
                    .isBetween(ideal / 3, ideal);
        }
    }

    @Test
    void looksAfterEachGoroutineThatIsLongerThanTheTarget() {
        assertThat(looksPerSecond(5_000_000)).isBetween(198L, 200L);
    }

    @Test
    void adaptsWhenGoroutinesBecomeLong() {
        PollCadence cadence = new PollCadence();
        long now = 0;
        for (int i = 0; i < 100_000; i++, now += 200) {
            if (cadence.countDown()) {
                cadence.isDue(now);
            }
        }
        int looks = 0;
        for (int runs = 0; runs < 200; runs++, now += 5_000_000) {
            if (cadence.countDown() && cadence.isDue(now)) {
                looks++;
            }
        }
        assertThat(looks).isGreaterThan(200 - 64 - 2);
    }
}
