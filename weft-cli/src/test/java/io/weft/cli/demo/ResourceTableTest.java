package io.weft.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ResourceTableTest {

    @Test
    void fitsATerminal() {
        assertThat(Samples.report(null).table().lines())
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(80));
    }

    @Test
    void hasARowPerStageAndAllFigures() {
        String table = Samples.report(null).table();

        assertThat(table)
                .containsPattern("\n +1 +n/a +n/a +n/a +8,935 +41,734\n")
                .containsPattern("\n +10,000 +1,23\\d +1,23\\d +1,23\\d +8,935 +41,734\n")
                .containsPattern(
                        "\n +10,000 +142,456 +15\\.8us +59\\.3us +2\\.09ms +1,000\\.1 +0\\.0"
                                + " +12\\.3 +0\\.0\n");
    }

    @Test
    void theStageBesideLoopsHasItsRow() {
        assertThat(Samples.report(null).table())
                .containsPattern("\n +2 +100 +2,000 +110us +9\\.10ms +11\\.0ms +13\\.0ms +0\n")
                .containsPattern("2,000\\s+messages\\s+per\\s+second\\s+are\\s+due");
        assertThat(ResourceTable.line(Samples.busy(7)))
                .contains("100 connections", "p99 9.10ms", "7 lost, beside 2 endless loops");
    }

    @Test
    void saysWhyKernelMemoryIsMissing() {
        assertThat(Samples.report("only root may read /proc/slabinfo").table())
                .contains("kernel: n/a, only root may read /proc/slabinfo.");
        assertThat(Samples.report(null).table()).contains("half of the growth");
    }

    @Test
    void aStageWithErrorsSaysSo() {
        assertThat(ResourceTable.line(Samples.stage(100, null))).doesNotContain("ERRORS");
    }
}
