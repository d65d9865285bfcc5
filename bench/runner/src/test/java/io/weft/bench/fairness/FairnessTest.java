package io.weft.bench.fairness;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.bench.process.Home;
import io.weft.bench.samples.Sample;
import io.weft.bench.stats.Goal;
import io.weft.bench.stats.Goal.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Goals, tables, plans and command lines. */
class FairnessTest {

    private static final Path ROOT = Path.of("../..");

    private static Goal goal(List<Sample> samples, String cell, String what) {
        return FairnessGoals.of(samples).stream()
                .filter(goal -> goal.cell().equals(cell) && goal.what().contains(what))
                .findFirst()
                .orElseThrow();
    }

    private static Verdict verdict(String cell, String what, Sample... samples) {
        return goal(List.of(samples), cell, what).verdict();
    }

    private static Sample weft(String cell, String figure, double value) {
        return FairnessSamples.of(cell, "weft", 1, Map.of(figure, value));
    }

    private static Sample echo(String cell, String figure, double micros, double lost) {
        return FairnessSamples.of(
                cell, "weft", 1, Map.of(figure, micros, "lost", lost, "sent", 8_000.0));
    }

    @Test
    void eachGoalHasItsBound() {
        String sleep = "sleep 50 µs";
        assertThat(verdict(sleep, "p50", weft(sleep, "over_p50_us", 15))).isEqualTo(Verdict.MET);
        assertThat(verdict(sleep, "p50", weft(sleep, "over_p50_us", 15.1)))
                .isEqualTo(Verdict.MISSED);
        assertThat(verdict("early", "early", weft("early", "early", 0))).isEqualTo(Verdict.MET);
        assertThat(verdict("early", "early", weft("early", "early", 1))).isEqualTo(Verdict.MISSED);
        assertThat(verdict("early", "never", weft("early", "never_fired", 1)))
                .isEqualTo(Verdict.MISSED);
        assertThat(verdict("armed", "heap", weft("armed", "heap_bytes_per_timer", 100)))
                .isEqualTo(Verdict.MET);
        assertThat(verdict("idle", "core", weft("idle", "cpu_percent", 0.1)))
                .isEqualTo(Verdict.MISSED);
        assertThat(verdict("loops", "p99", echo("loops", "p99_us", 15_000, 0)))
                .isEqualTo(Verdict.MET);
        assertThat(verdict("loops", "lost", echo("loops", "p99_us", 15_000, 1)))
                .isEqualTo(Verdict.MISSED);
        assertThat(verdict("blocking", "p99", echo("blocking", "p99_us", 5_100, 0)))
                .isEqualTo(Verdict.MISSED);
        assertThat(verdict("readable", "p50", echo("readable", "p50_us", 900, 0)))
                .isEqualTo(Verdict.MET);
        assertThat(verdict("readable", "p99.9", echo("readable", "p999_us", 10_500, 0)))
                .isEqualTo(Verdict.MISSED);
    }

    @Test
    void ratiosAreComputedRoundByRound() {
        Sample go = FairnessSamples.of("reset", "go", 1, Map.of("ns_per_op", 53.0));
        assertThat(verdict("reset", "weft / go", weft("reset", "ns_per_op", 53), go))
                .isEqualTo(Verdict.MET);
        assertThat(verdict("reset", "weft / go", weft("reset", "ns_per_op", 54), go))
                .isEqualTo(Verdict.MISSED);
        assertThat(
                        verdict(
                                "deadline moved",
                                "with / without",
                                weft("deadline moved", "server_ns", 103),
                                weft("no deadline", "server_ns", 100)))
                .isEqualTo(Verdict.MET);
        assertThat(
                        verdict(
                                "echo, this commit",
                                "after / before",
                                weft("echo, this commit", "server_ns", 103),
                                weft("echo, commit before", "server_ns", 100)))
                .isEqualTo(Verdict.MISSED);
    }

    @Test
    void partsThatWereNotMeasuredHaveNoGoals() {
        assertThat(FairnessGoals.of(List.of(weft("idle", "cpu_percent", 0.01))))
                .extracting(Goal::cell)
                .containsExactly("idle");
        assertThat(FairnessGoals.of(List.of())).isEmpty();
        assertThat(FairnessTable.text(List.of())).isEmpty();
    }

    @Test
    void aMeasurementThatFailedIsNotMeasured() {
        Sample failed = FairnessSamples.problem("reset", "weft", Map.of(), "weft ended");
        assertThat(verdict("reset", "weft / go", failed)).isEqualTo(Verdict.NOT_MEASURED);
        Sample noLoad = FairnessSamples.problem("loops", "weft", Map.of(), "no load generator");
        assertThat(verdict("loops", "p99", noLoad)).isEqualTo(Verdict.NOT_MEASURED);
        assertThat(verdict("loops", "lost", noLoad)).isEqualTo(Verdict.NOT_MEASURED);
    }

    @Test
    void anEchoThatStopsHasNoLatenciesAndMissesItsGoals() {
        Map<String, Double> lost = Map.of("lost", 8_000.0, "sent", 8_000.0);
        List<Sample> samples =
                List.of(
                        FairnessSamples.problem("loops", "weft", lost, "the echo stops: 8,000"),
                        FairnessSamples.problem("loops", "jdk", lost, "the echo stops: 8,000"));
        assertThat(goal(samples, "loops", "p99").verdict()).isEqualTo(Verdict.MISSED);
        assertThat(goal(samples, "loops", "p99").figure()).isEqualTo("the echo stops");
        assertThat(goal(samples, "loops", "lost").verdict()).isEqualTo(Verdict.MISSED);
        assertThat(FairnessTable.text(samples))
                .containsPattern("loops +jdk +- \\[1] .* 8,000 of 8,000 ")
                .contains("[1] the echo stops: 8,000");
    }

    @Test
    void tablesHaveTheFiguresOfAllPeers() {
        List<Sample> samples =
                List.of(
                        weft("sleep 50 µs", "over_p50_us", 9.5),
                        FairnessSamples.of("sleep 50 µs", "go", 1, Map.of("over_p50_us", 1060.0)),
                        FairnessSamples.of("no deadline", "go", 1, Map.of("server_ns", 5000.0)),
                        FairnessSamples.of("deadline moved", "go", 1, Map.of("server_ns", 6000.0)));
        assertThat(FairnessTable.text(samples))
                .containsPattern("sleep 50 µs +weft +9\\.5 ")
                .containsPattern("sleep 50 µs +go +1,060\\.0 ")
                .containsPattern("go +5,000 +6,000 +1\\.200");
    }

    @Test
    void aRunOfDefaultsEndsWithinTwelveMinutes() {
        FairnessOptions options =
                new FairnessOptions(
                        Arrays.stream(Part.values()).filter(p -> p != Part.PRICE).toList(),
                        List.of("weft", "go", "jdk"),
                        3,
                        4,
                        10_000_000,
                        1_000_000,
                        null);
        assertThat(FairnessPlan.seconds(options)).isBetween(300.0, 660.0);
    }

    @Test
    void partsKeepTheirOrderAndAreTakenOnce() {
        FairnessOptions options =
                new FairnessOptions(
                        List.of(Part.IDLE, Part.SLEEP, Part.IDLE),
                        List.of("jdk", "jdk"),
                        1,
                        1,
                        1,
                        1,
                        null);
        assertThat(options.parts()).containsExactly(Part.SLEEP, Part.IDLE);
        assertThat(options.peers()).containsExactly("jdk");
    }

    @Test
    void bothJvmsGetTheSameCommandButForTheScheduler() {
        FairnessPrograms programs = new FairnessPrograms(new Home(ROOT), Path.of("java"));
        List<String> weft = programs.program("weft", "sleep", List.of());
        List<String> jdk = programs.program("jdk", "sleep", List.of());
        assertThat(jdk)
                .filteredOn(part -> !weft.contains(part))
                .allMatch(
                        part ->
                                part.startsWith("-Djdk.virtualThreadScheduler.")
                                        || part.equals("jdk"));
        assertThat(programs.echo("weft", true)).contains("--read-timeout");
        assertThat(programs.echo("go", false)).doesNotContain("--read-timeout");
    }

    @Test
    void theProgramInGoHasAllPartsButThatOfWeftAlone() throws IOException {
        String program = Files.readString(ROOT.resolve("bench/peers/fair-go/main.go"));
        assertThat(List.of("sleep", "reset", "armed", "idle", "serve"))
                .allMatch(name -> program.contains('"' + name + "\":"));
        assertThat(List.of(Disturbed.LOOPS, Disturbed.BLOCKING, Disturbed.READABLE))
                .allMatch(
                        how ->
                                program.contains(
                                        '"' + how.arguments().getFirst().substring(2) + '"'));
    }
}
