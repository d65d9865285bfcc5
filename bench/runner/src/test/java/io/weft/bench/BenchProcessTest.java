package io.weft.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.bench.samples.Sample;
import io.weft.bench.samples.SampleLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The packaged harness, started through the launcher as a person would. */
@Timeout(120)
class BenchProcessTest {

    private static final Path HOME = Path.of("../..").toAbsolutePath().normalize();

    private static final long SECONDS_MOST = 100;

    @TempDir private Path folder = Path.of("");

    /** What a run left behind. */
    private record Ended(int status, String out, String err) {}

    @Test
    void theLauncherListsTheMeasurements() throws Exception {
        Ended help = bench("--help");

        assertThat(help.status()).isZero();
        assertThat(help.out()).contains("echo", "memory", "micro", "report");
        assertThat(help.err()).isEmpty();
    }

    @Test
    void anUnknownMeasurementIsOneLine() throws Exception {
        Ended ended = bench("../weft");

        assertThat(ended.status()).isEqualTo(Main.MISUSED);
        assertThat(ended.err()).contains("no measurement ../weft").hasLineCount(1);
    }

    /** Where there is no C compiler the run says what to install, and ends with 1. */
    @Test
    void aSmallRunEndsInATable() throws Exception {
        Path out = folder.resolve("echo.json");
        Ended ended =
                bench(
                        ("echo --peers weft,c-epoll --connections 10 --depth 1 --size 64 --rounds 1"
                                        + " --seconds 0.1 --warm-up 0.1 --out "
                                        + out)
                                .split(" ", -1));

        if (ended.status() != 0) {
            assertThat(ended.err()).contains("install a C compiler");
            return;
        }
        assertThat(ended.out())
                .contains("10 connections, 64 B, depth 1\n", "at 70 % of the slowest server")
                .containsPattern("weft +\\d")
                .containsPattern("c-epoll +\\d");
        SampleLog log = SampleLog.read(out);
        assertThat(log.headers()).hasSize(1);
        assertThat(log.samples()).hasSize(6);
        assertThat(log.samples().stream().filter(s -> !s.cell().isOpenLoop()))
                .allMatch(Sample::isMeasured)
                .allSatisfy(s -> assertThat(s.figure("server_ns").orElse(0)).isPositive());
    }

    /** The launcher must not build: these tests run inside of a build. */
    private Ended bench(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(HOME.resolve("weft").toString(), "bench"));
        command.addAll(List.of(arguments));
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile());
        builder.environment().put("WEFT_BUILD", "never");
        Process process = builder.start();
        try {
            assertThat(process.waitFor(SECONDS_MOST, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        return new Ended(process.exitValue(), Files.readString(out), Files.readString(err));
    }
}
