package io.weft.bench.stats;

import io.weft.bench.samples.Cell;
import io.weft.bench.samples.Sample;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * One figure of one server in one cell, round by round. Rounds on a busy machine count only where
 * no round was quiet.
 */
public final class Series {

    private final NavigableMap<Integer, Double> values;
    private final boolean busy;

    private Series(NavigableMap<Integer, Double> values, boolean busy) {
        this.values = values;
        this.busy = busy;
    }

    /** Of the samples of a cell and a server. */
    public static Series of(Collection<Sample> samples, Cell cell, String server, String figure) {
        List<Sample> measured =
                samples.stream()
                        .filter(s -> s.isMeasured() && s.figure(figure).isPresent())
                        .filter(s -> s.cell().equals(cell) && s.server().equals(server))
                        .toList();
        List<Sample> quiet = measured.stream().filter(s -> !s.busy()).toList();
        NavigableMap<Integer, Double> values = new TreeMap<>();
        for (Sample sample : quiet.isEmpty() ? measured : quiet) {
            OptionalDouble value = sample.figure(figure);
            value.ifPresent(v -> values.put(sample.round(), v));
        }
        return new Series(values, quiet.isEmpty() && !measured.isEmpty());
    }

    /** Whether nothing was measured. */
    public boolean isEmpty() {
        return values.isEmpty();
    }

    /** Whether no round was quiet. */
    public boolean isBusy() {
        return busy;
    }

    /** Empty where nothing was measured. */
    public Optional<Summary> summary() {
        return Summary.of(values.values());
    }

    /** Of this to another, computed within each round that both have. */
    public Optional<Summary> ratioTo(Series other) {
        List<Double> ratios =
                values.entrySet().stream()
                        .filter(e -> other.values.getOrDefault(e.getKey(), 0.0) > 0)
                        .map(e -> e.getValue() / valueOf(other, e))
                        .toList();
        return Summary.of(ratios);
    }

    private static double valueOf(Series series, Map.Entry<Integer, Double> entry) {
        return series.values.getOrDefault(entry.getKey(), 0.0);
    }
}
