package io.weft.sched;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StealOrderTest {

    @Test
    void everyWalkVisitsEveryProcessorOnce() {
        for (int processors = 1; processors <= 64; processors++) {
            StealOrder order = new StealOrder(processors);
            for (int draw : new int[] {0, 1, 7, -1, Integer.MIN_VALUE, 123_456_789, -77_777}) {
                Set<Integer> visited = new HashSet<>();
                int position = order.start(draw);
                for (int i = 0; i < processors; i++) {
                    visited.add(position);
                    position = order.next(position, order.step(draw));
                }
                assertThat(visited).hasSize(processors);
            }
        }
    }

    @Test
    void drawsLeadToDifferentWalks() {
        StealOrder order = new StealOrder(8);
        Set<String> walks = new HashSet<>();
        for (int draw = 0; draw < 32; draw++) {
            walks.add(order.start(draw) + "+" + order.step(draw));
        }
        assertThat(walks).hasSize(32);
    }
}
