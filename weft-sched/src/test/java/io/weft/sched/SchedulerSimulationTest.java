package io.weft.sched;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.sched.SchedulerSimulation.Outcome;
import io.weft.sched.SchedulerSimulation.Twin;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The scheduler under interleavings that seeds say. {@code ./weft simulate} tries fresh ones. */
@Timeout(120)
class SchedulerSimulationTest {

    private static final int SEEDS = 150;
    private static final int SEEDS_UNTIL_A_TWIN_IS_FOUND = 300;

    @Test
    void nothingIsWrongUnderManyInterleavings() throws InterruptedException {
        List<SchedulerCounters> counters = new ArrayList<>();
        for (long seed = 0; seed < SEEDS; seed++) {
            Outcome outcome = SchedulerSimulation.run(seed, Twin.NONE);
            counters.add(outcome.counters());
            if (outcome.failure() != null) {
                throw new AssertionError(
                        "at step "
                                + outcome.steps()
                                + "; ./weft simulate --seed "
                                + seed
                                + " runs it again",
                        outcome.failure());
            }
        }
        assertThat(counters)
                .as("what the scheduler can do, it has done")
                .anyMatch(c -> c.steals() > 0)
                .anyMatch(c -> c.stalePolls() > 0)
                .anyMatch(c -> c.pollEvents() > 0)
                .anyMatch(c -> c.overflows() > 0)
                .anyMatch(c -> c.timers() > 0)
                .anyMatch(c -> c.wakeUps() > 0)
                .anyMatch(c -> c.retakes() > 0)
                .anyMatch(c -> c.handOffs() > c.retakes())
                .anyMatch(c -> c.monitorPolls() > 0);
    }

    @Test
    void aSeedIsOneInterleaving() throws InterruptedException {
        Set<Long> hashes = new HashSet<>();
        for (long seed = 1_000; seed < 1_020; seed++) {
            Outcome first = SchedulerSimulation.run(seed, Twin.NONE);
            Outcome second = SchedulerSimulation.run(seed, Twin.NONE);
            assertThat(second.steps()).isEqualTo(first.steps()).isPositive();
            assertThat(second.hash()).isEqualTo(first.hash());
            hashes.add(first.hash());
        }
        assertThat(hashes).hasSize(20);
    }

    @ParameterizedTest
    @EnumSource(
            value = Twin.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"NONE"})
    void aTwinIsFound(Twin twin) throws InterruptedException {
        long seed = 0;
        Outcome outcome = SchedulerSimulation.run(seed, twin);
        while (outcome.failure() == null && seed < SEEDS_UNTIL_A_TWIN_IS_FOUND) {
            outcome = SchedulerSimulation.run(++seed, twin);
        }
        assertThat(outcome.failure()).as(twin.name()).isInstanceOf(AssertionError.class);
        Outcome again = SchedulerSimulation.run(seed, twin);
        assertThat(again.failure()).isNotNull();
        assertThat(again.steps()).isEqualTo(outcome.steps());
        assertThat(again.hash()).isEqualTo(outcome.hash());
    }
}
