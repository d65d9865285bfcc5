package io.weft.cli.proc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessStatsTest {

    @TempDir private Path directory = Path.of("");

    @Test
    void sumsTheThreadsAndReadsPastAnOddName() throws IOException {
        Files.writeString(directory.resolve("status"), "Name:\tjava\nVmRSS:\t  2048 kB\n");
        String fields = "S 1 1 1 0 -1 4194560 100 0 0 0 250 50 0 0 20 0 3 0";
        Files.writeString(directory.resolve("stat"), "7 (a) b (c) " + fields + "\n");
        task("7", 3, 4);
        task("8", 10, 20);
        Files.createDirectories(directory.resolve("task").resolve("9"));

        ProcessStats stats = ProcessStats.read(directory);

        assertThat(stats).isEqualTo(new ProcessStats(2048 * 1024, 3_000_000_000L, 13, 24, 2));
        assertThat(stats.contextSwitches()).isEqualTo(37);
    }

    @Test
    void readsTheProcessItself() {
        ProcessStats stats = ProcessStats.self();

        assertThat(stats.residentBytes()).isGreaterThan(1 << 20);
        assertThat(stats.threads()).isGreaterThan(1);
        assertThat(stats.cpuNanos()).isPositive();
    }

    @Test
    void switchesBetweenTwoMomentsAreThoseOfThreadsThatLive() throws IOException {
        task("7", 3, 4);
        task("8", 1_000, 2_000);
        ThreadSwitches then = ThreadSwitches.read(directory);
        task("7", 13, 5);
        task("9", 2, 0);
        Files.delete(directory.resolve("task/8/status"));
        Files.delete(directory.resolve("task/8"));

        assertThat(ThreadSwitches.read(directory).since(then)).isEqualTo(11 + 2);
    }

    @Test
    void aProcessThatIsGoneIsAnError() {
        assertThatThrownBy(() -> ProcessStats.read(directory.resolve("gone")))
                .isInstanceOf(NoSuchFileException.class);
    }

    private void task(String id, int voluntary, int involuntary) throws IOException {
        Path task = Files.createDirectories(directory.resolve("task").resolve(id));
        Files.writeString(
                task.resolve("status"),
                "Name:\tx\nvoluntary_ctxt_switches:\t%d\nnonvoluntary_ctxt_switches:\t%d\n"
                        .formatted(voluntary, involuntary));
    }
}
