package io.weft.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StagePlanTest {

    @Test
    void theStageBesideLoopsIsNoLargerThanTheOthers() {
        assertThat(StagePlan.busy(new DemoOptions(10_000, 5, 1, 1, "epoll")))
                .isEqualTo(new StagePlan(100, 3, 1, 1, 2_000));
        assertThat(StagePlan.busy(new DemoOptions(20, 0.3, 1, 1, "epoll")))
                .isEqualTo(new StagePlan(20, 0.3, 1, 1, 2_000));
    }

    @Test
    void stagesEndWithTheMost() {
        assertThat(StagePlan.stages(10_000)).containsExactly(1, 100, 1_000, 10_000);
        assertThat(StagePlan.stages(500)).containsExactly(1, 100, 500);
        assertThat(StagePlan.stages(100)).containsExactly(1, 100);
        assertThat(StagePlan.stages(1)).containsExactly(1);
        assertThat(StagePlan.stages(19_000)).containsExactly(1, 100, 1_000, 10_000, 19_000);
    }
}
