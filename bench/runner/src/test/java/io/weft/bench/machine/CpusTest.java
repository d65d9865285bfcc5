package io.weft.bench.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.bench.Failure;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CpusTest {

    @Test
    void theFirstTwoOfTheAllowedAreTaken() throws Exception {
        assertThat(Cpus.firstTwo("0-63")).isEqualTo(new Cpus(0, 1));
        assertThat(Cpus.firstTwo("3,8-9")).isEqualTo(new Cpus(3, 8));
    }

    @Test
    void oneCpuIsRefusedWithWhatToDo() {
        assertThatThrownBy(() -> Cpus.firstTwo("5"))
                .isInstanceOf(Failure.class)
                .hasMessageContainingAll("two CPUs are needed", "CPU 5", "or allow more");
    }

    @Test
    void aMissingProgramIsNoticed() {
        assertThat(Cpus.onPath("sh", "/nowhere:/usr/bin:/bin")).isTrue();
        assertThat(Cpus.onPath("sh", "/nowhere")).isFalse();
    }

    @Test
    void othersAndStealMakeAWindowBusy() {
        assertThat(Quiet.isQuiet(window(5, 0.10, 0.02))).isTrue();
        assertThat(Quiet.isQuiet(window(5, 0.11, 0))).isFalse();
        assertThat(Quiet.isQuiet(window(5, 0, 0.03))).isFalse();
    }

    @Test
    void twoTicksOfStealProveNothingHoweverShortTheWindow() {
        assertThat(Quiet.isQuiet(window(0.5, 0, 0.04))).isTrue();
        assertThat(Quiet.isQuiet(window(0.5, 0, 0.06))).isFalse();
    }

    @Test
    void idleTimeIsNotBusy() {
        // user nice system idle iowait irq softirq steal guest
        assertThat(Quiet.busyTicks("cpu  1 2 4 1000 2000 8 16 32 64 128")).isEqualTo(63);
    }

    private static Map<String, Double> window(double seconds, double others, double steal) {
        return Map.of("seconds", seconds, "others", others, "steal", steal);
    }
}
