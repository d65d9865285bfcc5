package io.weft.bench.session;

import io.weft.bench.process.Servers;
import io.weft.bench.samples.Cell;
import io.weft.bench.samples.Sample;
import io.weft.bench.stats.Goal;
import io.weft.bench.stats.Goal.Verdict;
import io.weft.bench.stats.Series;
import io.weft.bench.stats.Summary;
import io.weft.bench.text.Figures;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Goals of Weft beside the best of some peers, for one figure of one cell. Ratios are below 1 where
 * Weft is better; so of rates, where more is better, it is the ratio of the best to Weft.
 *
 * @param samples of the measurement
 * @param cell of the goals
 * @param figure that is compared
 * @param name of the figure, for people
 * @param server that is compared with the others
 * @param title of that server, for people
 */
public record Comparison(
        Collection<Sample> samples,
        Cell cell,
        String figure,
        String name,
        String server,
        String title) {

    private static final int RATIO_DIGITS = 3;
    private static final int BOUND_DIGITS = 2;

    /** The figure of which more is better. */
    private static final String RATE = "rate";

    /** Of Weft. */
    public static Comparison of(Collection<Sample> samples, Cell cell, String figure, String name) {
        return new Comparison(samples, cell, figure, name, Servers.WEFT, "Weft");
    }

    /** The same of another server. */
    public Comparison of(String other, String otherTitle) {
        return new Comparison(samples, cell, figure, name, other, otherTitle);
    }

    /** A ratio of at most this. */
    public Goal atMost(String peers, List<String> names, double most) {
        return goal(peers, names, most, true);
    }

    /** A ratio below 1. */
    public Goal ahead(String peers, List<String> names) {
        return goal(peers, names, 1, false);
    }

    private Goal goal(String peers, List<String> names, double most, boolean inclusive) {
        Optional<String> best = best(names);
        Series weft = series(server);
        Series other = series(best.orElse(""));
        boolean rate = figure.equals(RATE);
        Optional<Summary> ratio = rate ? other.ratioTo(weft) : weft.ratioTo(other);
        String whose = peers + best.filter(b -> names.size() > 1).map(b -> ", " + b).orElse("");
        String what = rate ? whose + " / " + title : title + " / " + whose;
        return new Goal(
                cell.title(),
                name + ": " + what + missing(names),
                ratio.map(r -> Figures.spread(r, RATIO_DIGITS)).orElse("-"),
                (inclusive ? "≤ " : "< ") + Figures.number(most, BOUND_DIGITS),
                ratio.map(r -> verdict(r.median(), most, inclusive)).orElse(Verdict.NOT_MEASURED),
                weft.isRatioBusy(other));
    }

    private static Verdict verdict(double ratio, double most, boolean inclusive) {
        return Verdict.of(inclusive ? ratio <= most : ratio < most);
    }

    private Optional<String> best(List<String> names) {
        Comparator<String> order = Comparator.comparingDouble(this::median);
        return names.stream()
                .filter(name -> !series(name).isEmpty())
                .min(figure.equals(RATE) ? order.reversed() : order);
    }

    /** Peers that the goal speaks of and that were not measured, where others were. */
    private String missing(List<String> names) {
        List<String> missing = names.stream().filter(name -> series(name).isEmpty()).toList();
        return missing.isEmpty() || missing.size() == names.size()
                ? ""
                : " (without " + String.join(", ", missing) + ")";
    }

    private double median(String peer) {
        return series(peer).summary().map(Summary::median).orElse(0.0);
    }

    private Series series(String whose) {
        return Series.of(samples, cell, whose, figure);
    }
}
