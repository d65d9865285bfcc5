package io.weft.bench.samples;

import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * The figures of one window, or why there are none.
 *
 * @param run of the {@link RunHeader} that it belongs to
 * @param bench the measurement, such as {@code echo}
 * @param cell what was measured
 * @param server or peer, such as {@code c-epoll}
 * @param round counted from 1; samples of a round were taken one after the other
 * @param figures by the names that the load generator gives them; empty where there is a problem
 * @param busy whether something else used the machine, so that the figures may be too high
 * @param problem why nothing could be measured, or null
 */
public record Sample(
        String run,
        String bench,
        Cell cell,
        String server,
        int round,
        Map<String, Double> figures,
        boolean busy,
        @Nullable String problem) {

    public Sample {
        figures = Map.copyOf(figures);
    }

    /** A figure; absent where it was not measured. */
    public OptionalDouble figure(String name) {
        Double value = figures.get(name);
        return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
    }

    /** Whether it holds figures. */
    public boolean isMeasured() {
        return problem == null;
    }
}
