package io.weft.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StagePlanTest {

    @Test
    void stagesEndWithTheMost() {
        assertThat(StagePlan.stages(10_000)).containsExactly(1, 100, 1_000, 10_000);
        assertThat(StagePlan.stages(500)).containsExactly(1, 100, 500);
        assertThat(StagePlan.stages(100)).containsExactly(1, 100);
        assertThat(StagePlan.stages(1)).containsExactly(1);
        assertThat(StagePlan.stages(19_000)).containsExactly(1, 100, 1_000, 10_000, 19_000);
    }
}
