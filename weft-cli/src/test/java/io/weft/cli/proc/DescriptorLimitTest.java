package io.weft.cli.proc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DescriptorLimitTest {

    @TempDir private Path directory = Path.of("");

    @Test
    void readsLimitsAndCountsWhatIsOpen() throws IOException {
        limits("1024", "unlimited");
        Path descriptors = Files.createDirectories(directory.resolve("fd"));
        Files.createFile(descriptors.resolve("0"));
        Files.createFile(descriptors.resolve("1"));

        DescriptorLimit limit = DescriptorLimit.read(directory);

        assertThat(limit).isEqualTo(new DescriptorLimit(1024, Long.MAX_VALUE, 2));
        assertThat(limit.room()).isEqualTo(1024 - 2 - DescriptorLimit.RESERVE);
    }

    @Test
    void whatFitsIsNotRefused() {
        DescriptorLimit limit = new DescriptorLimit(1_000, 1_000, 36);

        assertThat(limit.refusal(900)).isEmpty();
        assertThat(limit.refusal(901)).isPresent();
    }

    @Test
    void theRefusalNamesLimitHolderAndCure() {
        String soft = new DescriptorLimit(1_024, 20_000, 30).refusal(5_000).orElseThrow();
        String hard = new DescriptorLimit(20_000, 20_000, 30).refusal(50_000).orElseThrow();

        assertThat(soft).contains("RLIMIT_NOFILE", "1,024", "30 are open", "ulimit -n 20000");
        assertThat(hard).contains("20,000", "LimitNOFILE=", "--connections 19906");
        assertThat(soft).doesNotContain("\n");
    }

    @Test
    void thisProcessHasALimit() throws IOException {
        DescriptorLimit limit = DescriptorLimit.self();

        assertThat(limit.soft()).isBetween(16L, limit.hard());
        assertThat(limit.inUse()).isPositive();
    }

    private void limits(String soft, String hard) throws IOException {
        Files.writeString(
                directory.resolve("limits"),
                "Limit                     Soft Limit           Hard Limit           Units     \n"
                        + "Max processes             96273                96273                x\n"
                        + "Max open files            %-20s %-20s files     \n"
                                .formatted(soft, hard));
    }
}
