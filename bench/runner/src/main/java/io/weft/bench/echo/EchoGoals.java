package io.weft.bench.echo;

import io.weft.bench.process.Servers;
import io.weft.bench.samples.Cell;
import io.weft.bench.samples.Sample;
import io.weft.bench.stats.Goal;
import io.weft.bench.stats.Goal.Verdict;
import io.weft.bench.stats.Series;
import io.weft.bench.stats.Summary;
import io.weft.bench.text.Figures;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** What Weft is to reach in the cells of echo, for those that were measured. */
public final class EchoGoals {

    private static final String COST = "server_ns";
    private static final String P50 = "p50_us";
    private static final int SIZE = 64;

    /** Of p50 with one connection, above C epoll. */
    private static final double P50_MICROS_MOST = 3;

    private static final List<String> NETTY = List.of(Servers.NETTY_EPOLL, Servers.NETTY_URING);
    private static final List<String> OTHERS =
            Servers.ALL.stream().filter(name -> !name.equals(Servers.WEFT)).toList();

    private final List<Sample> samples;
    private final List<Goal> goals = new ArrayList<>();

    private EchoGoals(Collection<Sample> samples) {
        this.samples = List.copyOf(samples);
    }

    /** A comparison with the best of some peers. */
    private record Bound(String peers, List<String> names, double most, boolean inclusive) {

        static Bound atMost(String peers, List<String> names, double most) {
            return new Bound(peers, names, most, true);
        }

        static Bound ahead(String peers, Predicate<String> which) {
            return new Bound(peers, OTHERS.stream().filter(which).toList(), 1, false);
        }

        boolean holds(double ratio) {
            return inclusive ? ratio <= most : ratio < most;
        }

        String text() {
            return (inclusive ? "≤ " : "< ") + Figures.number(most, 2);
        }
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
            if ("70".equals(cell.rate())) {
                ratio(cell, "p999_us", Bound.ahead("the best not in C", n -> !Servers.isInC(n)));
            }
        } else if (Cell.SHARED.equals(cell.placement())) {
            ratio(cell, "rate", Bound.ahead("the best other", name -> true));
        } else if (Integer.valueOf(1).equals(cell.connections())) {
            latency(cell);
        }
        if (cell.equals(Cell.echo(number(cell.connections()), number(cell.depth()), SIZE))) {
            cost(cell);
        }
    }

    private static int number(@org.jspecify.annotations.Nullable Integer value) {
        return value == null ? 0 : value;
    }

    private void cost(Cell cell) {
        Bound ahead = Bound.ahead("the best other", name -> !name.equals(Servers.C_EPOLL));
        if (number(cell.depth()) == 16) {
            ratio(cell, COST, c(1.05));
            ratio(cell, COST, ahead);
        } else if (number(cell.depth()) == 1) {
            switch (number(cell.connections())) {
                case 100 -> ratios(cell, List.of(1.00, 0.98, 0.82, 0.72));
                case 1_000 -> ratios(cell, List.of(1.12, 0.82, 0.75, 0.70));
                case 10_000 -> {
                    ratio(cell, COST, c(1.15));
                    ratio(cell, COST, ahead);
                }
                default -> {}
            }
        }
    }

    private void ratios(Cell cell, List<Double> most) {
        ratio(cell, COST, c(most.get(0)));
        ratio(cell, COST, Bound.atMost("the better Netty", NETTY, most.get(1)));
        ratio(cell, COST, Bound.atMost(Servers.GO, List.of(Servers.GO), most.get(2)));
        ratio(cell, COST, Bound.atMost(Servers.JDK, List.of(Servers.JDK), most.get(3)));
    }

    private static Bound c(double most) {
        return Bound.atMost(Servers.C_EPOLL, List.of(Servers.C_EPOLL), most);
    }

    /** Weft to the best of the peers; of rates, where more is better, the best to Weft. */
    private void ratio(Cell cell, String figure, Bound bound) {
        boolean rate = figure.equals("rate");
        Comparator<String> order = Comparator.comparingDouble(name -> median(cell, name, figure));
        Optional<String> best =
                bound.names().stream()
                        .filter(name -> !series(cell, name, figure).isEmpty())
                        .min(rate ? order.reversed() : order);
        Series weft = series(cell, Servers.WEFT, figure);
        Series other = series(cell, best.orElse(""), figure);
        Optional<Summary> ratio = rate ? other.ratioTo(weft) : weft.ratioTo(other);
        String versus =
                best.filter(b -> bound.names().size() > 1).map(b -> " (" + b + ")").orElse("");
        String what =
                name(figure)
                        + (rate
                                ? bound.peers() + versus + " / Weft"
                                : "Weft / " + bound.peers() + versus);
        goals.add(
                new Goal(
                        CellText.of(cell),
                        what + missing(cell, figure, bound),
                        ratio.map(r -> Figures.spread(r, 3)).orElse("-"),
                        bound.text(),
                        ratio.map(r -> Verdict.of(bound.holds(r.median())))
                                .orElse(Verdict.NOT_MEASURED),
                        weft.isBusy() || other.isBusy()));
    }

    private static String name(String figure) {
        return switch (figure) {
            case "p999_us" -> "p99.9, ";
            case "rate" -> "messages/s, ";
            default -> "CPU, ";
        };
    }

    /** Peers that the goal speaks of and that were not measured. */
    private String missing(Cell cell, String figure, Bound bound) {
        List<String> missing =
                bound.names().stream()
                        .filter(name -> series(cell, name, figure).isEmpty())
                        .toList();
        return missing.isEmpty() || missing.size() == bound.names().size()
                ? ""
                : ", without " + String.join(", ", missing);
    }

    private void latency(Cell cell) {
        Series weft = series(cell, Servers.WEFT, P50);
        Series c = series(cell, Servers.C_EPOLL, P50);
        boolean measured = !weft.isEmpty() && !c.isEmpty();
        double difference = median(cell, Servers.WEFT, P50) - median(cell, Servers.C_EPOLL, P50);
        goals.add(
                new Goal(
                        CellText.of(cell),
                        "p50, Weft - c-epoll",
                        measured ? Figures.number(difference, 1) + " µs" : "-",
                        "≤ " + Figures.number(P50_MICROS_MOST, 0) + " µs",
                        measured ? Verdict.of(difference <= P50_MICROS_MOST) : Verdict.NOT_MEASURED,
                        weft.isBusy() || c.isBusy()));
    }

    private double median(Cell cell, String server, String figure) {
        return series(cell, server, figure).summary().map(Summary::median).orElse(0.0);
    }

    private Series series(Cell cell, String server, String figure) {
        return Series.of(samples, cell, server, figure);
    }
}
