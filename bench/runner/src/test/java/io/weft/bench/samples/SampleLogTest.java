package io.weft.bench.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SampleLogTest {

    @TempDir private Path folder = Path.of("");

    @Test
    void whatIsWrittenIsReadAgain() throws Exception {
        Path file = folder.resolve("new/samples.json");
        RunHeader header =
                new RunHeader(
                        "run",
                        "echo",
                        "2026-01-01T00:00:00Z",
                        "./weft bench echo",
                        "abc",
                        "cpu",
                        2,
                        1L << 34,
                        "Linux",
                        "apart",
                        Map.of("go", "go1.23"),
                        Map.of("tokio", "no cargo"),
                        Map.of("go", List.of("go", "--port", "0")));
        Sample sample =
                new Sample(
                        "run",
                        "echo",
                        Cell.echo(100, 1, 64).atPercent(70),
                        "weft",
                        2,
                        Map.of("p50_us", 20.5),
                        true,
                        null);
        Sample problem =
                new Sample(
                        "run", "micro", Cell.micro("yield", 1), "go", 1, Map.of(), false, "<died>");

        try (SampleWriter writer = SampleWriter.append(file)) {
            writer.write(header);
            writer.write(sample);
        }
        try (SampleWriter writer = SampleWriter.append(file)) {
            writer.write(problem);
        }

        SampleLog log = SampleLog.read(file);
        assertThat(log.headers()).containsExactly(header);
        assertThat(log.samples()).containsExactly(sample, problem);
        assertThat(log.of("micro")).containsExactly(problem);
    }

    @Test
    void whatACellDoesNotVaryIsAbsent() throws Exception {
        Path file = folder.resolve("samples.json");
        try (SampleWriter writer = SampleWriter.append(file)) {
            writer.write(
                    new Sample(
                            "r", "memory", Cell.ofConnections(9), "go", 1, Map.of(), false, null));
        }

        assertThat(Files.readString(file)).contains("\"cell\":{\"connections\":9}");
    }

    @Test
    void aBrokenLineIsNamed() throws Exception {
        Path file = Files.writeString(folder.resolve("broken.json"), "\n{\"server\":\n");

        assertThatThrownBy(() -> SampleLog.read(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("broken.json:2: not a line of samples");
    }

    @Test
    void titlesSayWhatIsSpecial() {
        assertThat(Cell.echo(1000, 1, 64).title()).isEqualTo("1,000 connections, 64 B, depth 1");
        assertThat(Cell.echo(1, 1, 64).withPlacement(Cell.ONE_CORE, 1).title())
                .isEqualTo("1 connection, 64 B, depth 1, one CPU for both");
        assertThat(Cell.echo(10, 1, 64).atPercent(30).title()).endsWith(", at 30 %");
        assertThat(Cell.micro("yield", 2).title()).isEqualTo("yield, procs 2");
    }
}
