package io.weft.sched;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class IdleSetTest {

    @Test
    void holdsMoreProcessorsThanAWordHasBits() {
        IdleSet idle = new IdleSet(130);
        assertThat(idle.isEmpty()).isTrue();
        for (int i = 0; i < 130; i++) {
            idle.add(i);
        }
        assertThat(idle.size()).isEqualTo(130);
        assertThat(idle.remove(64)).isTrue();
        assertThat(idle.contains(64)).isFalse();
        assertThat(idle.remove(64)).isFalse();
        for (int i = 0; i < 129; i++) {
            assertThat(idle.claim()).isBetween(0, 129).isNotEqualTo(64);
        }
        assertThat(idle.claim()).isEqualTo(-1);
    }

    @Test
    void faultsWhenAProcessorGoesIdleTwice() {
        IdleSet idle = new IdleSet(2);
        idle.add(1);
        assertThatThrownBy(() -> idle.add(1)).hasMessageContaining("P1 went idle twice");
    }
}
