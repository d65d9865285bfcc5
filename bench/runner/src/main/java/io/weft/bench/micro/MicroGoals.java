package io.weft.bench.micro;

import io.weft.bench.samples.Cell;
import io.weft.bench.samples.Sample;
import io.weft.bench.stats.Goal;
import io.weft.bench.stats.Goal.Verdict;
import io.weft.bench.stats.Series;
import io.weft.bench.stats.Summary;
import io.weft.bench.text.Figures;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What Weft's microbenchmarks should reach, and whether samples show that they do. */
public final class MicroGoals {

    private static final int DIGITS = 2;

    /**
     * Nothing: a batch makes a goroutine and a channel, whose few thousand bytes are shared by its
     * 100,000 values.
     */
    private static final double BYTES_MOST = 0.1;

    /**
     * A ratio of Weft to a peer that is not to be exceeded.
     *
     * @param operation that is compared
     * @param procs Ps that it runs on
     * @param peer it is compared with
     * @param most bound
     * @param figure that is compared
     */
    private record Bound(String operation, int procs, String peer, double most, String figure) {

        Bound(String operation, int procs, String peer, double most) {
            this(operation, procs, peer, most, MicroLine.NANOS);
        }

        Goal of(List<Sample> samples) {
            Cell cell = Cell.micro(operation, procs);
            Series weft = Series.of(samples, cell, Programs.WEFT, figure);
            Series other = Series.of(samples, cell, peer, figure);
            return goal(
                    cell,
                    what() + ", weft / " + peer,
                    weft.ratioTo(other),
                    most,
                    weft.isBusy() || other.isBusy());
        }

        private String what() {
            return figure.equals(MicroLine.LONGEST_WAIT) ? "longest wait" : "ns per operation";
        }
    }

    private static final List<Bound> BOUNDS =
            List.of(
                    new Bound(Operations.SPAWN_JOIN, 1, Programs.GO, 0.5),
                    new Bound(Operations.SPAWN_JOIN, 2, Programs.GO, 0.5),
                    new Bound(Operations.SPAWN_BATCH, 1, Programs.GO, 0.5),
                    new Bound(Operations.SPAWN_BATCH, 2, Programs.GO, 0.5),
                    new Bound(Operations.YIELD, 1, Programs.JDK, 1.0),
                    new Bound(Operations.PARK, 1, Programs.JDK, 1.0),
                    new Bound(Operations.HAND_OFF, 1, Programs.JDK, 1.0),
                    new Bound(Operations.CHANNEL, 1, Programs.GO, 1.3),
                    new Bound(Operations.CHANNEL, 2, Programs.GO, 1.3),
                    new Bound(Operations.CHANNEL_100, 1, Programs.GO, 1.0),
                    new Bound(Operations.SELECT, 1, Programs.GO, 1.3),
                    new Bound(Operations.SELECT, 1, Programs.JOX, 0.5),
                    new Bound(Operations.MUTEX, 1, Programs.GO, 1.0),
                    new Bound(Operations.MUTEX_100, 1, Programs.GO, 1.0),
                    new Bound(Operations.MUTEX_100, 1, Programs.GO, 2.0, MicroLine.LONGEST_WAIT),
                    new Bound(Operations.MUTEX_100, 2, Programs.GO, 1.0),
                    new Bound(Operations.MUTEX_100, 2, Programs.GO, 2.0, MicroLine.LONGEST_WAIT),
                    new Bound(Operations.CONTEXT_CANCEL, 1, Programs.GO, 1.0));

    private MicroGoals() {}

    /** A goal per line; those of cells that were not measured say so. */
    public static List<Goal> of(List<Sample> samples) {
        return Stream.concat(
                        BOUNDS.stream().map(bound -> bound.of(samples)),
                        Operations.CHANNELS.operations().stream().map(o -> bytes(samples, o)))
                .toList();
    }

    /** What an operation on one P allocates in the steady state. */
    private static Goal bytes(List<Sample> samples, String operation) {
        Cell cell = Cell.micro(operation, 1);
        Series weft = Series.of(samples, cell, Programs.WEFT, MicroLine.BYTES);
        String what = "bytes of heap per operation, 0 but for what a batch needs";
        return goal(cell, what, weft.summary(), BYTES_MOST, weft.isBusy());
    }

    private static Goal goal(
            Cell cell, String what, Optional<Summary> figure, double most, boolean busy) {
        return new Goal(
                cell.title(),
                what,
                figure.map(f -> Figures.spread(f, DIGITS)).orElse("-"),
                "≤ " + Figures.number(most, DIGITS),
                figure.map(f -> Verdict.of(f.median() <= most)).orElse(Verdict.NOT_MEASURED),
                busy);
    }
}
