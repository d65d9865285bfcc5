package io.weft.bench.stats;

import io.weft.bench.samples.Cell;
import io.weft.bench.samples.Sample;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One figure of one server in one cell, round by round. Rounds on a busy machine count only where
 * no round was quiet.
 */
public final class Series {

    private final Map<Integer, Double> all = new TreeMap<>();
    private final Map<Integer, Double> quiet = new TreeMap<>();

    private Series() {}

    /** Of the samples of a cell and a server. */
    public static Series of(Collection<Sample> samples, Cell cell, String server, String figure) {
        Series series = new Series();
        samples.stream()
                .filter(s -> s.isMeasured() && s.cell().equals(cell) && s.server().equals(server))
                .forEach(s -> s.figure(figure).ifPresent(value -> series.add(s, value)));
        return series;
    }

    private void add(Sample sample, double value) {
        all.put(sample.round(), value);
        if (!sample.busy()) {
            quiet.put(sample.round(), value);
        }
    }

    /** Whether nothing was measured. */
    public boolean isEmpty() {
        return all.isEmpty();
    }

    /** Whether it was measured, but in no round on a quiet machine. */
    public boolean isBusy() {
        return quiet.isEmpty() && !all.isEmpty();
    }

    /** Empty where nothing was measured. */
    public Optional<Summary> summary() {
        return Summary.of(quiet.isEmpty() ? all.values() : quiet.values());
    }

    /**
     * Of this to another, computed within each round that both have, of quiet rounds where there is
     * one that was quiet for both.
     */
    public Optional<Summary> ratioTo(Series other) {
        Optional<Summary> ofQuiet = ratio(quiet, other.quiet);
        return ofQuiet.isPresent() ? ofQuiet : ratio(all, other.all);
    }

    /** Whether {@link #ratioTo} has a ratio, but of no round that was quiet for both. */
    public boolean isRatioBusy(Series other) {
        return ratio(quiet, other.quiet).isEmpty() && ratio(all, other.all).isPresent();
    }

    private static Optional<Summary> ratio(Map<Integer, Double> above, Map<Integer, Double> below) {
        return Summary.of(
                above.entrySet().stream()
                        .filter(e -> positive(below.get(e.getKey())) > 0)
                        .map(e -> e.getValue() / positive(below.get(e.getKey())))
                        .toList());
    }

    private static double positive(@Nullable Double value) {
        return value == null ? 0 : value;
    }
}
