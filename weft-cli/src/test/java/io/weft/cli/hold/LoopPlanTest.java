package io.weft.cli.hold;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoopPlanTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 10, 97, 180, 1_000, 9_999, 10_000, 1_000_000})
    void eachConnectionHasItsTurnBeforeAnyHasASecondOne(int active) {
        int stride = new LoopPlan(1, 1, active).stride();
        BitSet seen = new BitSet(active);
        int connection = 0;
        for (int i = 0; i < active; i++) {
            seen.set(connection);
            connection = (int) (((long) connection + stride) % active);
        }
        assertThat(seen.cardinality()).isEqualTo(active);
        assertThat(connection).isZero();
    }

    @Test
    void messagesAreDueEvenlyFromTheStart() {
        LoopPlan plan = new LoopPlan(20_000, 10, 5);

        assertThat(plan.messages()).isEqualTo(200_000);
        assertThat(plan.dueNanos(0)).isZero();
        assertThat(plan.dueNanos(1)).isEqualTo(50_000);
        assertThat(plan.lengthNanos()).isEqualTo(10_000_000_000L);
    }

    @Test
    void theShortestLoopHasOneMessage() {
        assertThat(new LoopPlan(1, 0.1, 1).messages()).isEqualTo(1);
    }
}
