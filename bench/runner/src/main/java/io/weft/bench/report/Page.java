package io.weft.bench.report;

import java.util.LinkedHashMap;
import java.util.Map;

/** The page as far as it is written, and its charts. Used by one thread. */
final class Page {

    /** The folder of the charts, from the page. */
    static final String FOLDER = "benchmarks";

    private final StringBuilder text = new StringBuilder();
    private final Map<String, String> charts = new LinkedHashMap<>();

    /** Adds a paragraph, a heading or a table, with an empty line before it. */
    void add(String block) {
        if (!block.isBlank()) {
            text.append(text.isEmpty() ? "" : "\n").append(block.strip()).append('\n');
        }
    }

    /** Adds a chart, if there is anything in it. */
    void add(BarChart chart) {
        if (!chart.isEmpty()) {
            charts.put(chart.fileName(), ChartSvg.draw(chart));
            add("![%s](%s/%s)".formatted(chart.title(), FOLDER, chart.fileName()));
        }
    }

    /** Drawings by the names of their files. */
    Map<String, String> charts() {
        return charts;
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
