package io.weft.bench.report;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a chart shows: groups of bars, one bar per server in each.
 *
 * @param file its name, without folder and extension
 * @param title above it, with the unit
 * @param logarithmic whether its axis is
 * @param groups names under the groups
 * @param bars of the servers; those without any are left out
 */
record BarChart(
        String file, String title, boolean logarithmic, List<String> groups, List<Bars> bars) {

    /**
     * A server's bars.
     *
     * @param heights one per group, null where nothing was measured
     */
    record Bars(String server, List<@Nullable Double> heights) {

        boolean isEmpty() {
            return heights.stream().allMatch(Objects::isNull);
        }
    }

    BarChart {
        groups = List.copyOf(groups);
        bars = bars.stream().filter(b -> !b.isEmpty()).toList();
    }

    boolean isEmpty() {
        return bars.isEmpty();
    }

    String fileName() {
        return file + ".svg";
    }
}
