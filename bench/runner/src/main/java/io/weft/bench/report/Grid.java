package io.weft.bench.report;

import io.weft.bench.samples.Cell;
import io.weft.bench.samples.Sample;
import io.weft.bench.session.Rows;
import io.weft.bench.stats.Summary;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Servers by cells: tables and charts of one figure. */
final class Grid {

    private final List<Sample> samples;
    private final List<String> servers;
    private final List<Cell> cells;
    private final Function<Cell, String> names;

    /**
     * @param servers the rows
     * @param cells the columns
     * @param names headings of the columns
     */
    Grid(
            List<Sample> samples,
            List<String> servers,
            List<Cell> cells,
            Function<Cell, String> names) {
        this.samples = List.copyOf(samples);
        this.servers = List.copyOf(servers);
        this.cells = List.copyOf(cells);
        this.names = names;
    }

    boolean isEmpty() {
        return cells.isEmpty();
    }

    /** Medians with their spread. */
    String figures(String figure, int digits) {
        return table(servers, (rows, cell, server) -> rows.spread(cell, server, figure, digits));
    }

    /** Each server divided by one of them, round by round. */
    String ratiosTo(String below, String figure) {
        return table(
                others(below), (rows, cell, server) -> rows.ratio(cell, server, below, figure));
    }

    /** One server divided by each of the others. */
    String ratiosOf(String above, String figure) {
        return table(
                others(above), (rows, cell, server) -> rows.ratio(cell, above, server, figure));
    }

    private List<String> others(String server) {
        return servers.stream().filter(s -> !s.equals(server)).toList();
    }

    /** What stands where a server and a cell meet. */
    private interface Entry {
        String of(Rows rows, Cell cell, String server);
    }

    private String table(List<String> rowServers, Entry entry) {
        List<String> headings = new ArrayList<>(List.of("server"));
        cells.forEach(cell -> headings.add(names.apply(cell)));
        MarkdownTable table = new MarkdownTable(headings);
        Rows rows = new Rows(samples);
        for (String server : rowServers) {
            List<String> row = new ArrayList<>(List.of(server));
            cells.forEach(cell -> row.add(entry.of(rows, cell, server)));
            table.row(row);
        }
        return table + notes(rows);
    }

    /** The notes of a table as a paragraph of its own. */
    static String notes(Rows rows) {
        String notes =
                rows.notes()
                        .lines()
                        .map(line -> line.startsWith("*") ? "\\" + line : line)
                        .collect(Collectors.joining("<br>\n"));
        return notes.isEmpty() ? "" : "\n" + notes + "\n";
    }

    BarChart chart(String file, String title, String figure, boolean logarithmic) {
        List<BarChart.Bars> bars = new ArrayList<>();
        Rows rows = new Rows(samples);
        for (String server : servers) {
            List<@Nullable Double> heights = new ArrayList<>();
            for (Cell cell : cells) {
                heights.add(
                        rows.series(cell, server, figure)
                                .summary()
                                .map(Summary::median)
                                .orElse(null));
            }
            bars.add(new BarChart.Bars(server, heights));
        }
        return new BarChart(file, title, logarithmic, cells.stream().map(names).toList(), bars);
    }
}
