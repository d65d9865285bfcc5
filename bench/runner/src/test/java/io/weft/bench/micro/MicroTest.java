package io.weft.bench.micro;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.weft.bench.machine.Cpus;
import io.weft.bench.machine.OthersWatch;
import io.weft.bench.process.Home;
import io.weft.bench.samples.Sample;
import io.weft.bench.stats.Goal;
import io.weft.bench.stats.Goal.Verdict;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** Goals, tables, command lines. */
class MicroTest {

    private static final Path ROOT = Path.of("../..");
    private static final int MISUSED = 2;

    private static Verdict verdict(List<Sample> samples, String cell) {
        return MicroGoals.of(samples).stream()
                .filter(goal -> goal.cell().equals(cell))
                .map(Goal::verdict)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void goalsAreMetMissedOrNotMeasured() {
        List<Sample> samples =
                List.of(
                        MicroSamples.of("spawn-join", "weft", 1, 100),
                        MicroSamples.of("spawn-join", "go", 1, 250),
                        MicroSamples.of("yield", "weft", 1, 101),
                        MicroSamples.of("yield", "jdk", 1, 100));
        assertThat(verdict(samples, "spawn-join, procs 1")).isEqualTo(Verdict.MET);
        assertThat(verdict(samples, "yield, procs 1")).isEqualTo(Verdict.MISSED);
        assertThat(verdict(samples, "park, procs 1")).isEqualTo(Verdict.NOT_MEASURED);
    }

    @Test
    void theSmallShareOfABatchCountsAsNoAllocation() {
        Sample none = MicroSamples.of("channel", "weft", Map.of("bytes_per_op", 0.03));
        Sample some = MicroSamples.of("channel-100", "weft", Map.of("bytes_per_op", 24.0));
        List<Goal> goals =
                MicroGoals.of(List.of(none, some)).stream()
                        .filter(goal -> goal.what().startsWith("bytes"))
                        .toList();
        assertThat(goals)
                .extracting(Goal::verdict)
                .containsExactly(Verdict.MET, Verdict.MISSED, Verdict.NOT_MEASURED);
    }

    @Test
    void aLongWaitMissesItsOwnGoal() {
        List<Sample> samples =
                List.of(
                        MicroSamples.of("mutex-100", "weft", waits(10, 300)),
                        MicroSamples.of("mutex-100", "go", waits(20, 100)));
        List<Goal> goals =
                MicroGoals.of(samples).stream()
                        .filter(goal -> goal.cell().equals("mutex-100, procs 1"))
                        .toList();
        assertThat(goals).extracting(Goal::figure).containsExactly("0.50", "3.00");
        assertThat(goals).extracting(Goal::verdict).containsExactly(Verdict.MET, Verdict.MISSED);
    }

    private static Map<String, Double> waits(double nanos, double longestMicros) {
        return Map.of("ns_per_op", nanos, "longest_wait_us", longestMicros);
    }

    @Test
    void eachGroupHasATableOfItsOwnPeers() {
        List<Sample> samples =
                List.of(
                        MicroSamples.of("channel", "weft", Map.of("ns_per_op", 150.0)),
                        MicroSamples.of("channel", "go", Map.of("ns_per_op", 100.0)));
        assertThat(new MicroTable(samples).toString())
                .doesNotContain("  jdk")
                .containsPattern("operation +P +unit +weft +go .*weft/go")
                .containsPattern("channel +1 +ns +150 +100 .*1.50");
    }

    @Test
    void aFailureIsADashWithItsReason() {
        List<Sample> samples =
                List.of(
                        MicroSamples.of("yield", "weft", 1, 100),
                        MicroSamples.problem("yield", "go", "go yield ended with status 1"));
        assertThat(new MicroTable(samples).toString())
                .containsPattern("yield +1 +ns +100 +- \\[1\\] +- \\[2\\] +- +-\n")
                .contains("[1] go yield ended with status 1", "[2] jdk was not asked for");
    }

    @Test
    void jvmOptionsAreThoseOfTheLauncher() throws IOException {
        List<String> launcher =
                // Those of all commands, and those of echo, which stand in its case.
                Pattern.compile("^(?: {8})?option (-[^\\s$]+)(?= )", Pattern.MULTILINE)
                        .matcher(Files.readString(ROOT.resolve("weft")))
                        .results()
                        .map(MatchResult::group)
                        .map(line -> line.strip().substring("option ".length()))
                        .toList();
        assertThat(Programs.JVM_OPTIONS).containsExactlyElementsOf(launcher);
    }

    @Test
    void theProgramInGoHasAllOperations() throws IOException {
        String program = Files.readString(ROOT.resolve("bench/peers/micro-go/main.go"));
        assertThat(Operations.ALL).allMatch(name -> program.contains('"' + name + "\":"));
    }

    @Test
    void onlyTheThreadFactoryTellsWeftFromTheJdk() {
        MicroOptions options =
                new MicroOptions(List.of("park"), List.of("weft"), List.of(2), 1, 1, 9);
        Programs programs = new Programs(new Home(ROOT), Path.of("java"));
        List<String> weft = programs.command("weft", "park", 2, options);
        List<String> jdk = programs.command("jdk", "park", 2, options);
        assertThat(jdk)
                .contains("-Djdk.virtualThreadScheduler.parallelism=2")
                .filteredOn(part -> !weft.contains(part))
                .allMatch(
                        part ->
                                part.startsWith("-Djdk.virtualThreadScheduler.")
                                        || part.equals("jdk"));
    }

    @Test
    void othersWithChannelsAreNarrowedAsTheJdkIs() {
        MicroOptions options =
                new MicroOptions(List.of("channel"), Programs.PEERS, List.of(1), 1, 1, 9);
        Programs programs = new Programs(new Home(ROOT), Path.of("java"));
        assertThat(programs.command("jox", "channel", 1, options))
                .containsAll(Programs.JVM_OPTIONS)
                .contains("-Djdk.virtualThreadScheduler.parallelism=1", "JoxChannels");
        assertThat(programs.command("kotlin", "channel", 1, options))
                .containsAll(Programs.JVM_OPTIONS)
                .contains("-Dkotlinx.coroutines.scheduler.core.pool.size=1", "KotlinChannelsKt");
    }

    @Test
    void onlyThoseAreAskedWhoHaveAnOperation() {
        assertThat(asked("yield")).containsExactly("weft", "go", "jdk");
        assertThat(asked("select")).containsExactly("weft", "go", "jox", "kotlin");
    }

    private static List<String> asked(String operation) {
        return new MicroOptions(List.of(operation), Programs.PEERS, List.of(1), 1, 1, 9).asked();
    }

    @Test
    void onePIsOnOneCpu() {
        Pinning pinning = new Pinning(new Cpus(0, 1));
        assertThat(pinning.cpus(1)).isEqualTo("0");
        assertThat(pinning.cpus(2)).isEqualTo("0,1");
    }

    @Test
    void ownWorkIsNotThatOfOthers() {
        String own = "7 (a b) S 1 1 1 0 0 0 0 0 0 0 %d 5 %d 5 0 0 0";
        OthersWatch before = OthersWatch.parse(0, "cpu 100 0 0 0 0 0 0 7 0 0", own.formatted(0, 0));
        OthersWatch after =
                OthersWatch.parse(
                        1_000_000_000L, "cpu 190 0 0 0 0 0 0 8 0 0", own.formatted(20, 40));
        Map<String, Double> figures = after.since(before);
        assertThat(figures)
                .contains(entry("others", 0.3), entry("steal", 0.01), entry("seconds", 1.0));
    }

    @Test
    void anUnknownOperationIsMisuse() {
        StringWriter err = new StringWriter();
        int status =
                new CommandLine(new MicroCommand())
                        .setErr(new PrintWriter(err, true))
                        .execute("--operations", "yield,nap");
        assertThat(status).isEqualTo(MISUSED);
        assertThat(err.toString()).contains("nap: unknown, use some of yield,park");
    }
}
