package io.weft.bench.echo;

import io.weft.bench.process.Servers;
import io.weft.bench.samples.Cell;
import io.weft.bench.samples.Sample;
import io.weft.bench.session.Comparison;
import io.weft.bench.stats.Goal;
import io.weft.bench.stats.Goal.Verdict;
import io.weft.bench.stats.Series;
import io.weft.bench.text.Figures;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What Weft is to reach in the cells of echo, for those that were measured. */
public final class EchoGoals {

    private static final String P50 = "p50_us";
    private static final int SIZE = 64;
    private static final String OPEN_PERCENT = "70";

    /** Of p50 with one connection, above C epoll. */
    private static final double P50_MICROS_MOST = 3;

    private final List<Sample> samples;
    private final List<Goal> goals = new ArrayList<>();

    private EchoGoals(Collection<Sample> samples) {
        this.samples = List.copyOf(samples);
    }

    /** The goals of all cells that these samples are of. */
    public static List<Goal> of(Collection<Sample> samples) {
        EchoGoals goals = new EchoGoals(samples);
        samples.stream().map(Sample::cell).distinct().forEach(goals::add);
        return List.copyOf(goals.goals);
    }

    private void add(Cell cell) {
        if (!Integer.valueOf(SIZE).equals(cell.size())) {
            return;
        }
        if (cell.isOpenLoop()) {
            if (OPEN_PERCENT.equals(cell.rate())) {
                Comparison tail = Comparison.of(samples, cell, "p999_us", "p99.9");
                goals.add(tail.ahead("the best not in C", others(n -> !Servers.isInC(n))));
            }
        } else if (Cell.SHARED.equals(cell.placement())) {
            Comparison rate = Comparison.of(samples, cell, "rate", "messages/s");
            goals.add(rate.ahead("the best other", others(name -> true)));
        } else {
            closed(cell, number(cell.connections()), number(cell.depth()));
        }
    }

    private static int number(@Nullable Integer value) {
        return value == null ? 0 : value;
    }

    private static List<String> others(Predicate<String> which) {
        return Servers.ALL.stream()
                .filter(name -> Servers.isPeer(name) && which.test(name))
                .toList();
    }

    private void closed(Cell cell, int connections, int depth) {
        if (connections == 1 && depth == 1) {
            latency(cell);
        }
        if (!Cell.APART.equals(cell.placement())) {
            return;
        }
        if (depth == 1) {
            rings(cell, connections);
        }
        if (depth == 16) {
            aheadButOfC(cell, 1.05);
        } else if (depth == 1 && connections == 100) {
            costs(cell, List.of(1.00, 0.98, 0.82, 0.72));
        } else if (depth == 1 && connections == 1_000) {
            costs(cell, List.of(1.12, 0.82, 0.75, 0.70));
        } else if (depth == 1 && connections == 10_000) {
            aheadButOfC(cell, 1.15);
        }
    }

    /** Weft on io_uring beside itself on epoll, where both were measured. */
    private void rings(Cell cell, int connections) {
        if (Series.of(samples, cell, Servers.WEFT_URING, "server_ns").isEmpty()) {
            return;
        }
        Comparison cost = cost(cell).of(Servers.WEFT_URING, "Weft on io_uring");
        if (connections == 100) {
            goals.add(cost.atMost("Weft on epoll", List.of(Servers.WEFT), 0.95));
            goals.add(cost.atMost(Servers.C_URING, List.of(Servers.C_URING), 1.08));
        } else if (connections == 1_000 || connections == 10_000) {
            goals.add(cost.atMost("Weft on epoll", List.of(Servers.WEFT), 1.00));
        }
    }

    private void costs(Cell cell, List<Double> most) {
        Comparison cost = cost(cell);
        goals.add(cost.atMost(Servers.C_EPOLL, List.of(Servers.C_EPOLL), most.get(0)));
        goals.add(cost.atMost("the better Netty", Servers.NETTY, most.get(1)));
        goals.add(cost.atMost(Servers.GO, List.of(Servers.GO), most.get(2)));
        goals.add(cost.atMost(Servers.JDK, List.of(Servers.JDK), most.get(3)));
    }

    private void aheadButOfC(Cell cell, double toCMost) {
        Comparison cost = cost(cell);
        goals.add(cost.atMost(Servers.C_EPOLL, List.of(Servers.C_EPOLL), toCMost));
        List<String> others = others(name -> !name.equals(Servers.C_EPOLL));
        goals.add(cost.ahead("the best but c-epoll", others));
    }

    private Comparison cost(Cell cell) {
        return Comparison.of(samples, cell, "server_ns", "CPU");
    }

    private void latency(Cell cell) {
        Series weft = Series.of(samples, cell, Servers.WEFT, P50);
        Series c = Series.of(samples, cell, Servers.C_EPOLL, P50);
        Optional<Double> difference =
                weft.summary().flatMap(w -> c.summary().map(s -> w.median() - s.median()));
        goals.add(
                new Goal(
                        cell.title(),
                        "p50: Weft - c-epoll",
                        difference.map(d -> Figures.number(d, 1) + " µs").orElse("-"),
                        "≤ " + Figures.number(P50_MICROS_MOST, 0) + " µs",
                        difference
                                .map(d -> Verdict.of(d <= P50_MICROS_MOST))
                                .orElse(Verdict.NOT_MEASURED),
                        difference.isPresent() && (weft.isBusy() || c.isBusy())));
    }
}
