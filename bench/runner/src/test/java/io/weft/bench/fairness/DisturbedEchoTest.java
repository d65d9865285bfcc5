package io.weft.bench.fairness;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.bench.echo.FakeHome;
import io.weft.bench.load.Load;
import io.weft.bench.machine.Cpus;
import io.weft.bench.process.Home;
import io.weft.bench.samples.Sample;
import io.weft.bench.session.Retakes;
import io.weft.bench.session.Sampler;
import io.weft.bench.session.Session;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Servers and a load generator that are scripts. */
@Timeout(60)
class DisturbedEchoTest {

    /** Answers one command. */
    private static final String SERVER =
            """
            #!/bin/sh
            echo "listening on 127.0.0.1:1 peer=weft pid=$$ version=\\"fake\\""
            read -r line
            echo "{\\"disturbing\\": 2}"
            exec sh -c 'read -r line' fake-weft
            """;

    private static final String FIGURES =
            "seconds=1 server_ns=5000 p50_us=20 p99_us=30 others=0 steal=0 held=0 why=generator";

    @TempDir private Path folder = Path.of("");

    private Sample served(String server, String load) throws Exception {
        Home home = new FakeHome(folder).program("fake", server).load(load).home();
        Load loads = new Load(home);
        Retakes retakes = new Retakes(1);
        Sampler sampler = new Sampler(loads, retakes, "fairness-1", "fairness");
        String cpu = String.valueOf(Cpus.choose().server());
        return new ServedEcho(loads, retakes, sampler, cpu)
                .take(
                        FairnessCells.LOOPS,
                        new ServedEcho.Turn("weft", 1, 0.1),
                        Disturbed.LOOPS,
                        List.of(home.peers().resolve("fake").toString()));
    }

    @Test
    void aLateGeneratorStillGivesFigures() throws Exception {
        Sample sample = served(SERVER, "echo " + FIGURES + " sent=200 lost=1\n");
        assertThat(sample.isMeasured()).isTrue();
        assertThat(sample.figure("p99_us")).hasValue(30);
        assertThat(sample.figure("lost")).hasValue(1);
    }

    @Test
    void anEchoThatStopsIsAProblemThatKeepsItsCounts() throws Exception {
        Sample sample = served(SERVER, "echo " + FIGURES + " sent=200 lost=200\n");
        assertThat(sample.problem())
                .isEqualTo("the echo stops: 200 of 200 messages never came back");
        assertThat(sample.figure("lost")).hasValue(200);
        assertThat(sample.figure("p99_us")).isEmpty();
    }

    @Test
    void aServerThatDoesNotStartSaysSo() throws Exception {
        Sample sample = served("#!/bin/sh\necho 'no such part' >&2\nexit 2\n", "exit 1\n");
        assertThat(sample.problem()).contains("ended with status 2", "no such part");
    }

    @Test
    void serversOfAComparisonTakeTurnsInEveryFork() throws Exception {
        String load = "echo " + FIGURES.replace("held=0 why=generator", "held=1") + "\n";
        List<Sample> samples = windows(new FakeHome(folder).load(load));
        assertThat(samples)
                .filteredOn(s -> s.cell().equals(FairnessCells.AFTER))
                .extracting(Sample::round)
                .containsExactly(1, 2, 3, 4);
        assertThat(samples)
                .filteredOn(s -> s.cell().equals(FairnessCells.BEFORE))
                .hasSize(4)
                .allMatch(Sample::isMeasured);
        assertThat(samples)
                .filteredOn(s -> s.server().equals("go"))
                .extracting(Sample::problem)
                .containsExactly("go was not built", "go was not built");
    }

    private List<Sample> windows(FakeHome fake) throws Exception {
        Home home = fake.home();
        Load load = new Load(home);
        Session.Request request =
                new Session.Request("fairness", "./weft bench fairness", List.of(), "two", null);
        List<String> weft = List.of(home.weft().toString());
        try (Session session = Session.begin(home, request)) {
            Sampler sampler = new Sampler(load, new Retakes(1), "fairness-1", "fairness");
            new EchoWindows(load, sampler, session, Cpus.choose())
                    .measure(
                            List.of(
                                    new EchoWindows.Contender(
                                            "weft", FairnessCells.BEFORE, "", weft),
                                    new EchoWindows.Contender(
                                            "go", FairnessCells.DEADLINE, "go was not built", weft),
                                    new EchoWindows.Contender(
                                            "weft", FairnessCells.AFTER, "", weft)),
                            2,
                            2);
            return session.samples();
        }
    }

    @Test
    void theCpuTimeOfAProcessGrows() throws Exception {
        long pid = ProcessHandle.current().pid();
        long before = ThreadTimes.nanos(pid);
        long end = System.nanoTime() + 20_000_000;
        while (System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        assertThat(ThreadTimes.nanos(pid)).isGreaterThan(before);
    }
}
