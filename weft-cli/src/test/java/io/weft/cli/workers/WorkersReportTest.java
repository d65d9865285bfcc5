package io.weft.cli.workers;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.cli.echo.EchoTotals;
import io.weft.cli.echo.EchoUsage;
import java.util.List;
import org.junit.jupiter.api.Test;

class WorkersReportTest {

    private static final WorkerFigures FIRST =
            new WorkerFigures(
                    71, new EchoUsage(1_250_000_000, new EchoTotals(2, 0, 1_000, 64_000, 0)), "");

    private static final WorkerFigures SECOND =
            new WorkerFigures(
                    4_711, new EchoUsage(500_000_000, new EchoTotals(3, 1, 500, 32_000, 1)), "");

    @Test
    void aRowForEachAndOneForAll() {
        WorkersReport report = new WorkersReport(List.of(FIRST, SECOND));

        assertThat(report.table())
                .isEqualTo(
                        """
                          pid  connections  messages   bytes  errors  CPU s
                           71            2     1,000  64,000       0   1.25
                         4711            3       500  32,000       1   0.50
                        total            5     1,500  96,000       1   1.75
                        """);
        assertThat(report.totals()).isEqualTo(new EchoTotals(5, 1, 1_500, 96_000, 1));
        assertThat(report.totals().served())
                .isEqualTo("served connections=5 messages=1500 bytes=96000 errors=1");
        assertThat(report.isClean()).isTrue();
    }

    @Test
    void oneThatHasFailedIsMarkedAndCounted() {
        WorkerFigures failed = new WorkerFigures(4_711, SECOND.usage(), "was ended by signal 9");
        WorkersReport report = new WorkersReport(List.of(FIRST, failed));

        assertThat(report.table())
                .isEqualTo(
                        """
                          pid  connections  messages   bytes  errors  CPU s
                           71            2     1,000  64,000       0   1.25
                         4711            3       500  32,000       1   0.50  was ended by signal 9
                        total            5     1,500  96,000       1   1.75
                        """);
        assertThat(report.isClean()).isFalse();
    }
}
