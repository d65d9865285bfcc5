package io.weft.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.bench.fairness.FairnessSamples;
import io.weft.bench.micro.MicroSamples;
import io.weft.bench.samples.Cell;
import io.weft.bench.samples.RunHeader;
import io.weft.bench.samples.Sample;
import io.weft.bench.samples.SampleLog;
import io.weft.bench.samples.SampleWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page and its files. */
class ReportTest {

    private static final Path PUBLISHED = Path.of("../../docs");

    @TempDir private Path docs = Path.of("");

    private static RunHeader header(String run, String bench, String date) {
        return new RunHeader(
                run,
                bench,
                date,
                "./weft bench " + bench,
                "abc1234",
                "a processor",
                2,
                1L << 34,
                "Linux",
                "server on CPU 0",
                Map.of("go", "go1.23"),
                Map.of("tokio", "no cargo"),
                Map.of("weft", List.of("weft", "echo")));
    }

    private static Sample echo(Cell cell, String server, int round, Map<String, Double> figures) {
        return new Sample("echo-1", "echo", cell, server, round, figures, false, null);
    }

    private static SampleLog echoLog() {
        List<Sample> samples = new ArrayList<>();
        Cell cell = Cell.echo(100, 1, 64);
        for (int round = 1; round <= 3; round++) {
            samples.add(echo(cell, "weft", round, Map.of("server_ns", 3000.0 + round)));
            samples.add(echo(cell, "c-epoll", round, Map.of("server_ns", 2900.0)));
            samples.add(
                    echo(
                            cell.atPercent(70),
                            "weft",
                            round,
                            Map.of("p50_us", 20.0, "p99_us", 40.0, "p999_us", 90.0)));
        }
        samples.add(
                new Sample("echo-1", "echo", cell, "go", 1, Map.of(), false, "go died in round 1"));
        return new SampleLog(List.of(header("echo-1", "echo", "2026-01-02T00:00:00Z")), samples);
    }

    private static Report report() throws IOException {
        return Report.of(ReportData.of(List.of(echoLog())), "## Where others win\n\nHere.\n");
    }

    @Test
    void aTableHasFiguresRatiosAndReasons() throws IOException {
        assertThat(report().text())
                .contains("| weft | 3,002 (3,001–3,003) |")
                .contains("| c-epoll | 2,900 (2,900–2,900) |")
                .contains("| weft | 1.035 (1.035–1.036) |")
                .contains("[1] go died in round 1");
    }

    @Test
    void goalsComeFromTheSamples() throws IOException {
        assertThat(report().text()).contains("1.035 (1.035–1.036) | ≤ 1.00 | **missed** |");
    }

    @Test
    void thePageHoldsProseAndOrigin() throws IOException {
        assertThat(report().text())
                .contains("## Where others win\n\nHere.\n")
                .contains("| commit | abc1234 |", "| tokio | left out: no cargo |");
    }

    @Test
    void everyChartIsOnThePage() throws IOException {
        Report report = report();
        assertThat(report.charts()).containsKeys("cpu-depth-1.svg", "p999-at-70.svg");
        assertThat(report.charts().keySet())
                .allMatch(name -> report.text().contains("(benchmarks/" + name + ")"));
    }

    @Test
    void withoutRunsThereAreNoFigures() throws IOException {
        Report report = Report.of(ReportData.of(List.of()), "");
        assertThat(report.charts()).isEmpty();
        assertThat(report.text()).contains("Not measured.").contains("There is no published run.");
    }

    @Test
    void memoryHasItsTableAndGoals() throws IOException {
        Cell cell = Cell.ofConnections(18_000);
        List<Sample> samples =
                Stream.of(Map.entry("weft", 900.0), Map.entry("go", 3_600.0))
                        .map(
                                e ->
                                        new Sample(
                                                "memory-1",
                                                "memory",
                                                cell,
                                                e.getKey(),
                                                1,
                                                Map.of("bytes_per_connection", e.getValue()),
                                                false,
                                                null))
                        .toList();
        SampleLog log =
                new SampleLog(
                        List.of(header("memory-1", "memory", "2026-01-02T00:00:00Z")), samples);
        assertThat(Report.of(ReportData.of(List.of(log)), "").text())
                .contains("| server | 18,000 |", "| weft | 900 |", "| go | 0.250 |")
                .contains("| 0.250 | ≤ 0.30 | met |");
    }

    @Test
    void fairnessIsOnThePageWhereItWasMeasured() throws IOException {
        SampleLog log =
                new SampleLog(
                        List.of(header("fairness-1", "fairness", "2026-01-02T00:00:00Z")),
                        List.of(
                                FairnessSamples.of("loops", "weft", 1, Map.of("p99_us", 9_000.0)),
                                FairnessSamples.of("loops", "go", 1, Map.of("p99_us", 14_000.0))));
        assertThat(Report.of(ReportData.of(List.of(log)), "").text())
                .contains("## Time and fairness", "| loops | go | - [1] | 14,000 |")
                .contains("| loops | echo p99, ms | 9.00 | ≤ 15 | met |");
        assertThat(report().text()).doesNotContain("Time and fairness");
    }

    @Test
    void onlyTheNewestRunOfAMeasurementCounts() {
        Sample old = MicroSamples.of("yield", "weft", 1, 1);
        Sample recent =
                new Sample("micro-2", "micro", old.cell(), "weft", 1, old.figures(), false, null);
        SampleLog log =
                new SampleLog(
                        List.of(
                                header("micro-2", "micro", "2026-01-03T00:00:00Z"),
                                header("micro-1", "micro", "2026-01-02T00:00:00Z")),
                        List.of(old, recent));
        assertThat(ReportData.of(List.of(log)).samples()).containsExactly(recent);
    }

    @Test
    void aCheckFindsWhatIsNotOfTheSamples() throws IOException {
        SampleLog log = echoLog();
        try (SampleWriter writer = SampleWriter.append(docs.resolve("benchmarks/echo.json"))) {
            writer.write(log.headers().getFirst());
            for (Sample sample : log.samples()) {
                writer.write(sample);
            }
        }
        ReportFiles files = new ReportFiles(docs);
        Path page = docs.resolve("BENCHMARKS.md");
        Path left = docs.resolve("benchmarks/left.svg");
        files.write();
        assertThat(files.stale()).isEmpty();
        Files.writeString(page, Files.readString(page).replace("missed", "met"));
        Files.writeString(left, "<svg/>");
        assertThat(files.stale()).containsExactly(page, left);
        files.write();
        assertThat(files.stale()).isEmpty();
        assertThat(left).doesNotExist();
    }

    @Test
    void thePublishedPageIsOfThePublishedSamples() throws IOException {
        assertThat(new ReportFiles(PUBLISHED).stale()).isEmpty();
    }
}
