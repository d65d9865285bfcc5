package io.weft.bench.memory;

import io.weft.bench.process.Servers;
import io.weft.bench.samples.Cell;
import io.weft.bench.samples.Sample;
import io.weft.bench.session.Comparison;
import io.weft.bench.stats.Goal;
import io.weft.bench.stats.Goal.Verdict;
import io.weft.bench.stats.Series;
import io.weft.bench.stats.Summary;
import io.weft.bench.text.Figures;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** What Weft is to reach with idle connections. */
public final class MemoryGoals {

    private static final double BYTES_MOST = 1200;
    private static final double TO_GO_MOST = 0.30;
    private static final double TO_NETTY_MOST = 0.45;

    private MemoryGoals() {}

    /** The goals of all cells that these samples are of. */
    public static List<Goal> of(Collection<Sample> samples) {
        List<Goal> goals = new ArrayList<>();
        for (Cell cell : samples.stream().map(Sample::cell).distinct().toList()) {
            goals.add(bytes(samples, cell));
            Comparison each = Comparison.of(samples, cell, MemoryBody.EACH, "memory");
            goals.add(each.atMost(Servers.GO, List.of(Servers.GO), TO_GO_MOST));
            goals.add(each.atMost("the better Netty", Servers.NETTY, TO_NETTY_MOST));
        }
        return List.copyOf(goals);
    }

    private static Goal bytes(Collection<Sample> samples, Cell cell) {
        Optional<Summary> weft = Series.of(samples, cell, Servers.WEFT, MemoryBody.EACH).summary();
        return new Goal(
                cell.title(),
                "Weft, bytes per connection",
                weft.map(s -> Figures.spread(s, 0)).orElse("-"),
                "≤ " + Figures.number(BYTES_MOST, 0),
                weft.map(s -> Verdict.of(s.median() <= BYTES_MOST)).orElse(Verdict.NOT_MEASURED),
                false);
    }
}
