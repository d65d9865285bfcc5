package io.weft.cli.million;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StagesTest {

    @Test
    void endWithAllConnectionsAndBeginWithAHundredthOfThem() {
        assertThat(Stages.of(1_000_000)).containsExactly(10_000, 100_000, 1_000_000);
        assertThat(Stages.of(100_000)).containsExactly(1_000, 10_000, 100_000);
        assertThat(Stages.of(99_999)).containsExactly(9_999, 99_999);
        assertThat(Stages.of(1_000)).containsExactly(100, 1_000);
        assertThat(Stages.of(999)).containsExactly(999);
        assertThat(Stages.of(1)).containsExactly(1);
    }

    @Test
    void theActiveShareIsOneConnectionAtLeastAndAllAtMost() {
        assertThat(options(1).active(1_000_000)).isEqualTo(10_000);
        assertThat(options(1).active(10)).isEqualTo(1);
        assertThat(options(100).active(10)).isEqualTo(10);
        assertThat(options(0.001).active(1_000)).isEqualTo(1);
    }

    private static MillionOptions options(double activePercent) {
        return new MillionOptions(1, activePercent, 1, 1, 1, "epoll", null);
    }
}
