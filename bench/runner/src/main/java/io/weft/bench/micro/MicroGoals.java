package io.weft.bench.micro;

import io.weft.bench.samples.Cell;
import io.weft.bench.samples.Sample;
import io.weft.bench.stats.Goal;
import io.weft.bench.stats.Goal.Verdict;
import io.weft.bench.stats.Series;
import io.weft.bench.stats.Summary;
import io.weft.bench.text.Figures;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What Weft's microbenchmarks should reach, and whether samples show that they do. */
public final class MicroGoals {

    private static final double SPAWN_TO_GO_MOST = 0.5;
    private static final double SWITCH_TO_JDK_MOST = 1.0;
    private static final String FIGURE = "ns_per_op";
    private static final int RATIO_DIGITS = 2;

    private MicroGoals() {}

    /** A goal per line; those of cells that were not measured say so. */
    public static List<Goal> of(List<Sample> samples) {
        List<Goal> goals = new ArrayList<>();
        for (String spawn : List.of(Operations.SPAWN_JOIN, Operations.SPAWN_BATCH)) {
            for (int procs : List.of(1, 2)) {
                Cell cell = Cell.micro(spawn, procs);
                goals.add(goal(samples, cell, Programs.GO, SPAWN_TO_GO_MOST));
            }
        }
        for (String turn : List.of(Operations.YIELD, Operations.PARK, Operations.HAND_OFF)) {
            goals.add(goal(samples, Cell.micro(turn, 1), Programs.JDK, SWITCH_TO_JDK_MOST));
        }
        return List.copyOf(goals);
    }

    private static Goal goal(List<Sample> samples, Cell cell, String peer, double most) {
        Series weft = Series.of(samples, cell, Programs.WEFT, FIGURE);
        Series other = Series.of(samples, cell, peer, FIGURE);
        Optional<Summary> ratio = weft.ratioTo(other);
        return new Goal(
                cell.title(),
                "ns per operation, weft / " + peer,
                ratio.map(r -> Figures.spread(r, RATIO_DIGITS)).orElse("-"),
                "≤ " + Figures.number(most, RATIO_DIGITS),
                ratio.map(r -> Verdict.of(r.median() <= most)).orElse(Verdict.NOT_MEASURED),
                weft.isBusy() || other.isBusy());
    }
}
