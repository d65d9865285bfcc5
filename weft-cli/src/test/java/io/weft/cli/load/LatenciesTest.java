package io.weft.cli.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LatenciesTest {

    private final Window window = new Window(0, 1_000, 2_000);
    private final Latencies latencies = new Latencies(2);

    @Test
    void theWarmUpCountsNowhere() {
        latencies.answered(0, 100, 900, window);

        assertThat(latencies.answeredInWindow()).isZero();
        assertThat(latencies.total().getTotalCount()).isZero();
        assertThat(latencies.answered()).isEqualTo(1);
    }

    @Test
    void aMessageSentInTheWindowCountsHoweverLateItsAnswerIs() {
        latencies.answered(1, 1_500, 60_000, window);

        assertThat(latencies.answeredInWindow()).isZero();
        assertThat(latencies.total().getMaxValue()).isBetween(58_400L, 58_600L);
    }

    @Test
    void anAnswerInTheWindowCountsAsThroughputWhereverItWasSent() {
        latencies.answered(1, 900, 1_100, window);

        assertThat(latencies.answeredInWindow()).isEqualTo(1);
        assertThat(latencies.total().getTotalCount()).isZero();
    }

    @Test
    void anUnsentMessageHasWaitedUntilTheEnd() {
        latencies.unsent(0, 1_200, window);

        assertThat(latencies.unsent()).isEqualTo(1);
        assertThat(latencies.total().getMaxValue()).isEqualTo(800);
    }

    @Test
    void theWindowHoldsItsStartAndNotItsEnd() {
        assertThat(window.contains(999)).isFalse();
        assertThat(window.contains(1_000)).isTrue();
        assertThat(window.contains(1_999)).isTrue();
        assertThat(window.contains(2_000)).isFalse();
        assertThat(window.isOver(1_999)).isFalse();
        assertThat(window.isOver(2_000)).isTrue();
    }
}
