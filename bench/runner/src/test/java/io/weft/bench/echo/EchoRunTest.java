package io.weft.bench.echo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.bench.Failure;
import io.weft.bench.machine.Cpus;
import io.weft.bench.samples.Sample;
import io.weft.bench.samples.SampleLog;
import io.weft.bench.session.Session;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Servers and a load generator that fail in the ways that real ones do. */
@Timeout(60)
class EchoRunTest {

    private static final String FIGURES =
            "seconds=1 messages=9 server_ns=5000 switches=0.1 load_cpu=0.9 server_cpu=1 p50_us=20"
                    + " p99_us=30 p999_us=40 max_us=50";

    private static final String QUIET =
            "echo " + FIGURES + " rate=1000 target_rate=${rate:-0} others=0 steal=0\n";

    @TempDir private Path folder = Path.of("");

    @Test
    void aServerThatDiesInARoundLosesItsRowAndTheOthersGoOn() throws Exception {
        // Two slices of warm-up for c-epoll and go, six for weft; then windows in turn.
        String dies = "if [ $run -eq 15 ]; then kill -9 $pid; sleep 0.2; exit 1; fi\n";
        FakeHome fake = new FakeHome(folder).server("c-epoll").server("go").load(dies + QUIET);

        List<Sample> samples = run(fake, List.of(16), 2, "weft", "c-epoll", "go");
        String text = tables(samples);

        assertThat(samples).hasSize(6);
        assertThat(samples.stream().filter(Sample::isMeasured)).hasSize(5);
        assertThat(text)
                .contains("[1] round 2: c-epoll died in round 2 of: 10 connections, 64 B, depth 16")
                .containsPattern("c-epoll +5,000 \\[1]")
                .containsPattern("weft +5,000 ")
                .containsPattern("go +5,000 ");
    }

    @Test
    void aDeadServerIsNotMeasuredInLaterCells() throws Exception {
        String dies = "case $server in *go*) kill -9 $pid; sleep 0.2; exit 1 ;; esac\n";
        FakeHome fake = new FakeHome(folder).server("go").load(dies + QUIET);

        String text = tables(run(fake, List.of(1), 1, "weft", "go"));

        assertThat(text).contains("go failed while it was warmed");
        assertThat(text.lines().filter(line -> line.startsWith("go ")))
                .hasSize(3)
                .allSatisfy(line -> assertThat(line).matches("go( +-( \\[\\d])?)+"));
    }

    @Test
    void aRateThatWasNotHeldGivesNoFigureAndSaysWhy() throws Exception {
        String lost =
                "[ -z \"$rate\" ] || { echo "
                        + FIGURES
                        + " rate=200 target_rate=$rate held=0 why=generator send_late_p99_us=999"
                        + " others=0 steal=0; exit 0; }\n";
        FakeHome fake = new FakeHome(folder).server("c-epoll").load(lost + QUIET);

        List<Sample> samples = run(fake, List.of(1), 1, "weft", "c-epoll");

        assertThat(samples.stream().filter(s -> s.cell().isOpenLoop()))
                .hasSize(4)
                .noneMatch(Sample::isMeasured)
                .noneMatch(s -> s.figure("p99_us").isPresent());
        assertThat(tables(samples))
                .contains("the load generator did not hold 300 messages/s: 200 came");
    }

    @Test
    void allServersGetTheRateOfTheSlowest() throws Exception {
        String slow = "case $server in *weft*) : ;; *) r=500 ;; esac\n";
        String figures =
                "echo " + FIGURES + " rate=${r:-1000} target_rate=${rate:-0} others=0 steal=0\n";
        FakeHome fake = new FakeHome(folder).server("go").load(slow + figures);

        List<Sample> samples = run(fake, List.of(1), 1, "weft", "go");

        assertThat(samples.stream().filter(s -> s.cell().isOpenLoop()))
                .extracting(s -> s.figure("target_rate").orElse(0))
                .containsExactly(150.0, 150.0, 350.0, 350.0);
    }

    @Test
    void aBusyMachineMarksTheFigures() throws Exception {
        FakeHome fake =
                new FakeHome(folder)
                        .server("c-epoll")
                        .load("echo " + FIGURES + " rate=1000 others=0.5 steal=0\n");

        List<Sample> samples = run(fake, List.of(16), 1, "weft", "c-epoll");

        assertThat(samples).hasSize(2).allMatch(Sample::busy);
        assertThat(tables(samples))
                .containsPattern("weft +5,000\\*")
                .contains("* no quiet window: other processes used more than 0.10");
    }

    @Test
    void serversThatWereNotBuiltOrDoNotStartSaySo() throws Exception {
        FakeHome fake =
                new FakeHome(folder)
                        .program("go", "#!/bin/sh\necho 'no such flag' >&2\nexit 3\n")
                        .leftOut("tokio", "no cargo")
                        .load(QUIET);

        List<Sample> samples = run(fake, List.of(16), 1, "weft", "go", "tokio", "jdk");

        assertThat(tables(samples))
                .contains("go did not start: go ended with status 3: no such flag")
                .contains("tokio was left out: no cargo")
                .contains("jdk was not built: see bench/peers/setup")
                .containsPattern("weft +5,000 ");
    }

    @Test
    void nothingMeasuredIsAFailure() throws Exception {
        FakeHome fake = new FakeHome(folder).load("echo 'load: connect: refused' >&2\nexit 1\n");

        assertThatThrownBy(() -> run(fake, List.of(16), 1, "weft"))
                .isInstanceOf(Failure.class)
                .hasMessageContainingAll("nothing could be measured", "refused");
    }

    private List<Sample> run(FakeHome fake, List<Integer> depths, int rounds, String... servers)
            throws Failure, InterruptedException, IOException {
        EchoOptions options =
                new EchoOptions(
                        List.of(servers),
                        List.of(10),
                        depths,
                        List.of(64),
                        rounds,
                        0.1,
                        0.1,
                        false,
                        1,
                        false);
        Path out = folder.resolve("samples.json");
        Session.Request request =
                new Session.Request("echo", "./weft bench echo", List.of(servers), "apart", out);
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        PrintStream err = new PrintStream(said, true, StandardCharsets.UTF_8);
        try (Session session = Session.begin(fake.home(), request)) {
            new EchoRun(fake.home(), Cpus.choose(), options, session, err).run();
            session.requireFigures();
            assertThat(SampleLog.read(out).samples()).isEqualTo(session.samples());
            assertThat(said.toString(StandardCharsets.UTF_8)).contains("left");
            return session.samples();
        }
    }

    private static String tables(List<Sample> samples) {
        List<String> servers = samples.stream().map(Sample::server).distinct().toList();
        return new EchoTables(servers, samples).text();
    }
}
