package io.weft.cli.million;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.cli.proc.MemoryRoom;
import org.junit.jupiter.api.Test;

class EstimateTest {

    private static final long GB = 1_000_000_000;

    @Test
    void aMillionNeedsElevenGigabytesAndAHalf() {
        assertThat(new Estimate(1_000_000).totalBytes()).isEqualTo(11_500_000_000L);
        assertThat(new Estimate(1_000_000).text())
                .contains("1,000,000", "11.5 GB", "9.4 GB", "1.0 GB", "600 MB");
    }

    @Test
    void whatFitsIsNotRefused() {
        assertThat(new Estimate(1_000_000).refusal(room(11 * GB + GB / 2))).isEmpty();
    }

    @Test
    void whatDoesNotFitIsRefusedWithTheSumAndWithWhatDoes() {
        MemoryRoom room = room(6 * GB);

        String refusal = new Estimate(1_000_000).refusal(room).orElseThrow();

        assertThat(refusal).contains("11.5 GB", "6.0 GB", "the test", "--connections 500000");
        assertThat(new Estimate(500_000).refusal(room)).isEmpty();
        assertThat(new Estimate(500_001).refusal(room)).isPresent();
    }

    @Test
    void whereNothingFitsNoNumberIsOffered() {
        assertThat(new Estimate(1).refusal(room(GB / 4)).orElseThrow())
                .contains("too little for any connection")
                .doesNotContain("--connections");
    }

    private static MemoryRoom room(long bytes) {
        return new MemoryRoom(bytes, "the test");
    }
}
