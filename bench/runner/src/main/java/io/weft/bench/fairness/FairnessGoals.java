package io.weft.bench.fairness;

import io.weft.bench.micro.Programs;
import io.weft.bench.samples.Cell;
import io.weft.bench.samples.Sample;
import io.weft.bench.stats.Goal;
import io.weft.bench.stats.Goal.Verdict;
import io.weft.bench.stats.Series;
import io.weft.bench.stats.Summary;
import io.weft.bench.text.Figures;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** What Weft is to reach with timers and fairness, for the parts that were measured. */
public final class FairnessGoals {

    private static final String DASH = "-";
    private static final int RATIO_DIGITS = 3;
    private static final double MICROS_PER_MILLI = 1e3;

    private final List<Sample> samples;
    private final List<Goal> goals = new ArrayList<>();

    private FairnessGoals(Collection<Sample> samples) {
        this.samples = List.copyOf(samples);
    }

    /** The goals of all cells that these samples are of. */
    public static List<Goal> of(Collection<Sample> samples) {
        FairnessGoals all = new FairnessGoals(samples);
        all.median(FairnessCells.SLEEP, "oversleeping p50, µs", "over_p50_us", new Bound(15, 1));
        all.none(FairnessCells.EARLY, "early firings", "early");
        all.none(FairnessCells.EARLY, "timers that never fired", "never_fired");
        all.ratio(
                FairnessCells.RESET,
                "ns per reset, weft / go",
                all.series(FairnessCells.RESET, Programs.WEFT, "ns_per_op"),
                all.series(FairnessCells.RESET, Programs.GO, "ns_per_op"),
                1.0);
        all.median(
                FairnessCells.ARMED, "live heap, bytes", "heap_bytes_per_timer", new Bound(100, 1));
        all.pair(FairnessCells.NO_DEADLINE, FairnessCells.DEADLINE, "CPU, with / without", 1.03);
        all.served(FairnessCells.LOOPS, "p99", "p99_us", 15);
        all.lost(FairnessCells.LOOPS);
        all.served(FairnessCells.BLOCKING, "p99", "p99_us", 5);
        all.lost(FairnessCells.BLOCKING);
        all.served(FairnessCells.READABLE, "p50", "p50_us", 1);
        all.served(FairnessCells.READABLE, "p99.9", "p999_us", 10);
        all.idle();
        all.pair(FairnessCells.BEFORE, FairnessCells.AFTER, "CPU, after / before", 1.02);
        return List.copyOf(all.goals);
    }

    /** A figure over all rounds, those without latencies included. */
    static double sum(Collection<Sample> samples, Cell cell, String peer, String figure) {
        return samples.stream()
                .filter(s -> s.cell().equals(cell) && s.server().equals(peer))
                .flatMapToDouble(s -> s.figure(figure).stream())
                .sum();
    }

    /** Most that a figure may be, and its digits after the point. */
    private record Bound(double most, int digits) {

        String text() {
            return "≤ " + Figures.number(most, 0);
        }
    }

    private Series series(Cell cell, String peer, String figure) {
        return Series.of(samples, cell, peer, figure);
    }

    /** Whether Weft was asked for this. */
    private boolean isOf(Cell cell) {
        return samples.stream()
                .anyMatch(s -> s.cell().equals(cell) && s.server().equals(Programs.WEFT));
    }

    private void median(Cell cell, String what, String figure, Bound bound) {
        if (!isOf(cell)) {
            return;
        }
        Series weft = series(cell, Programs.WEFT, figure);
        Optional<Summary> summary = weft.summary();
        goals.add(
                new Goal(
                        cell.title(),
                        what,
                        summary.map(s -> Figures.spread(s, bound.digits())).orElse(DASH),
                        bound.text(),
                        summary.map(s -> Verdict.of(s.median() <= bound.most()))
                                .orElse(Verdict.NOT_MEASURED),
                        weft.isBusy()));
    }

    private void none(Cell cell, String what, String figure) {
        if (!isOf(cell)) {
            return;
        }
        boolean measured = !series(cell, Programs.WEFT, figure).isEmpty();
        double sum = sum(samples, cell, Programs.WEFT, figure);
        goals.add(
                new Goal(
                        cell.title(),
                        what,
                        measured ? Figures.number(sum, 0) : DASH,
                        "0",
                        measured ? Verdict.of(sum == 0) : Verdict.NOT_MEASURED,
                        false));
    }

    private void ratio(Cell cell, String what, Series above, Series below, double most) {
        if (!isOf(cell)) {
            return;
        }
        Optional<Summary> ratio = above.ratioTo(below);
        goals.add(
                new Goal(
                        cell.title(),
                        what,
                        ratio.map(r -> Figures.spread(r, RATIO_DIGITS)).orElse(DASH),
                        "≤ " + Figures.number(most, 2),
                        ratio.map(r -> Verdict.of(r.median() <= most)).orElse(Verdict.NOT_MEASURED),
                        above.isRatioBusy(below)));
    }

    private void pair(Cell without, Cell with, String what, double most) {
        ratio(
                with,
                what,
                series(with, Programs.WEFT, EchoWindows.COST),
                series(without, Programs.WEFT, EchoWindows.COST),
                most);
    }

    /** In milliseconds. An echo that stops has missed them all. */
    private void served(Cell cell, String name, String figure, double millisMost) {
        if (!isOf(cell)) {
            return;
        }
        Series weft = series(cell, Programs.WEFT, figure);
        Optional<Summary> summary = weft.summary().map(FairnessGoals::millis);
        boolean stops = stops(cell);
        goals.add(
                new Goal(
                        cell.title(),
                        "echo " + name + ", ms",
                        stops
                                ? ServedEcho.STOPS
                                : summary.map(s -> Figures.spread(s, 2)).orElse(DASH),
                        "≤ " + Figures.number(millisMost, 0),
                        stops
                                ? Verdict.MISSED
                                : summary.map(s -> Verdict.of(s.median() <= millisMost))
                                        .orElse(Verdict.NOT_MEASURED),
                        weft.isBusy()));
    }

    private static Summary millis(Summary micros) {
        return new Summary(
                micros.median() / MICROS_PER_MILLI,
                micros.least() / MICROS_PER_MILLI,
                micros.most() / MICROS_PER_MILLI,
                micros.count());
    }

    private boolean stops(Cell cell) {
        return samples.stream()
                .filter(s -> s.cell().equals(cell) && s.server().equals(Programs.WEFT))
                .anyMatch(s -> String.valueOf(s.problem()).startsWith(ServedEcho.STOPS));
    }

    private void lost(Cell cell) {
        if (!isOf(cell)) {
            return;
        }
        double lost = sum(samples, cell, Programs.WEFT, ServedEcho.LOST);
        double sent = sum(samples, cell, Programs.WEFT, ServedEcho.SENT);
        goals.add(
                new Goal(
                        cell.title(),
                        "messages lost",
                        sent == 0 ? DASH : Figures.number(lost, 0),
                        "0",
                        sent == 0 ? Verdict.NOT_MEASURED : Verdict.of(lost == 0),
                        false));
    }

    private void idle() {
        double most = 0.1;
        Cell cell = FairnessCells.IDLE;
        if (!isOf(cell)) {
            return;
        }
        Optional<Summary> weft = series(cell, Programs.WEFT, IdleTimers.PERCENT).summary();
        goals.add(
                new Goal(
                        cell.title(),
                        "% of a core",
                        weft.map(s -> Figures.spread(s, 3)).orElse(DASH),
                        "< " + Figures.number(most, 1),
                        weft.map(s -> Verdict.of(s.median() < most)).orElse(Verdict.NOT_MEASURED),
                        false));
    }
}
