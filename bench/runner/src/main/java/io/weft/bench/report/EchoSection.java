package io.weft.bench.report;

import io.weft.bench.process.Servers;
import io.weft.bench.samples.Cell;
import io.weft.bench.samples.Sample;
import io.weft.bench.session.Rows;
import io.weft.bench.text.Figures;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What was measured of echo servers. */
final class EchoSection {

    static final String BENCH = "echo";

    private static final String COST = "server_ns";
    private static final int SIZE = 64;

    private final List<Sample> samples;
    private final List<Cell> cells;
    private final List<String> servers;
    private final Page page;

    EchoSection(ReportData data, Page page) {
        this.samples = data.of(BENCH);
        this.cells = data.cells(BENCH);
        this.servers =
                Servers.ALL.stream()
                        .filter(name -> samples.stream().anyMatch(s -> s.server().equals(name)))
                        .toList();
        this.page = page;
    }

    void write() {
        if (cells.isEmpty()) {
            page.add("## Echo\n\nNot measured.");
            return;
        }
        page.add("## CPU time per message");
        page.add(
                "Nanoseconds of the server's CPU, kernel included, per echoed message of 64 B, one"
                        + " server thread. Columns are numbers of connections; the second table is"
                        + " relative to C epoll, the third has Weft relative to each other.");
        closed(cell -> true, this::cost);
        page.add("## Messages per second");
        page.add(
                "As fast as one load thread can ask. Where the load is the slower side, such a rate"
                        + " says nothing about the server.");
        closed(cell -> true, this::rate);
        page.add("## Context switches per message");
        closed(cell -> true, this::switches);
        sizes();
        latency();
        oneConnection();
        shared();
    }

    /** One part for each depth. */
    private void closed(Predicate<Cell> which, java.util.function.BiConsumer<Integer, Grid> part) {
        List<Cell> chosen = cells.stream().filter(EchoSection::isApart).filter(which).toList();
        chosen.stream()
                .filter(cell -> is(cell.size(), SIZE))
                .map(Cell::depth)
                .filter(Objects::nonNull)
                .distinct()
                .sorted()
                .forEach(
                        depth -> {
                            page.add("### Depth " + depth);
                            part.accept(
                                    depth,
                                    grid(
                                            chosen.stream()
                                                    .filter(c -> is(c.size(), SIZE))
                                                    .filter(c -> is(c.depth(), depth))
                                                    .toList(),
                                            EchoSection::connections));
                        });
    }

    private void cost(int depth, Grid grid) {
        String title = "CPU ns per message over connections, 64 B, depth " + depth;
        page.add(grid.chart("cpu-depth-" + depth, title, COST, false));
        page.add(grid.figures(COST, 0));
        page.add(grid.ratiosTo(Servers.C_EPOLL, COST));
        page.add("Weft divided by each:");
        page.add(grid.ratiosOf(Servers.WEFT, COST));
    }

    private void rate(int depth, Grid grid) {
        page.add(grid.figures("rate", 0));
    }

    private void switches(int depth, Grid grid) {
        page.add(grid.figures("switches", 3));
    }

    private void sizes() {
        List<Cell> sized =
                cells.stream()
                        .filter(EchoSection::isApart)
                        .filter(c -> is(c.depth(), 1) && !is(c.size(), SIZE))
                        .toList();
        if (!sized.isEmpty()) {
            page.add("## Larger messages");
            page.add("CPU nanoseconds per message, depth 1.");
            page.add(grid(sized, Cell::title).figures(COST, 0));
        }
    }

    private void latency() {
        List<Cell> open = cells.stream().filter(Cell::isOpenLoop).toList();
        if (open.isEmpty()) {
            return;
        }
        page.add("## Latency at a given rate");
        page.add(
                "Messages leave on a schedule, whether earlier ones have come back or not, and each"
                        + " counts from the instant at which it was due. The rate is a share of what"
                        + " the slowest server reached in a closed loop, the same for all. Depth 1,"
                        + " 64 B, microseconds.");
        List<Cell> high = open.stream().filter(c -> "70".equals(c.rate())).toList();
        page.add(
                grid(high, EchoSection::connections)
                        .chart(
                                "p999-at-70",
                                "p99.9 in µs over connections, at 70 % of the slowest",
                                "p999_us",
                                true));
        for (Cell cell : open) {
            page.add("### %s connections at %s %%".formatted(connections(cell), cell.rate()));
            page.add(
                    table(
                            List.of(
                                    new Column("p50", cell, "p50_us", 1),
                                    new Column("p99", cell, "p99_us", 1),
                                    new Column("p99.9", cell, "p999_us", 1),
                                    new Column("messages/s", cell, "rate", 0))));
        }
    }

    private void oneConnection() {
        List<Column> columns = new ArrayList<>();
        for (Cell cell : cells) {
            boolean one = is(cell.connections(), 1) && is(cell.depth(), 1);
            if (one && is(cell.size(), SIZE) && !cell.isOpenLoop()) {
                String where =
                        Cell.ONE_CORE.equals(cell.placement()) ? "one CPU" : "a CPU for each side";
                columns.add(new Column("p50, " + where, cell, "p50_us", 1));
                columns.add(new Column("p99, " + where, cell, "p99_us", 1));
            }
        }
        if (!columns.isEmpty()) {
            page.add("## One connection");
            page.add("Microseconds from sending to the whole echo, 64 B.");
            page.add(table(columns));
        }
    }

    private void shared() {
        List<Cell> both = cells.stream().filter(c -> Cell.SHARED.equals(c.placement())).toList();
        if (both.isEmpty()) {
            return;
        }
        page.add("## Two threads, sharing two CPUs with the load");
        page.add("Messages per second over connections; the second table has Weft over each.");
        Grid grid = grid(both, EchoSection::connections);
        String title = "Messages/s over connections, two server threads";
        page.add(grid.chart("shared", title, "rate", false));
        page.add(grid.figures("rate", 0));
        page.add(grid.ratiosOf(Servers.WEFT, "rate"));
    }

    /** A figure of one cell. */
    private record Column(String heading, Cell cell, String figure, int digits) {}

    private String table(List<Column> columns) {
        List<String> headings = new ArrayList<>(List.of("server"));
        columns.forEach(column -> headings.add(column.heading()));
        MarkdownTable table = new MarkdownTable(headings);
        Rows rows = new Rows(samples);
        for (String server : servers) {
            List<String> row = new ArrayList<>(List.of(server));
            columns.forEach(c -> row.add(rows.spread(c.cell(), server, c.figure(), c.digits())));
            table.row(row);
        }
        return table + Grid.notes(rows);
    }

    private Grid grid(List<Cell> columns, Function<Cell, String> names) {
        return new Grid(samples, servers, columns, names);
    }

    private static boolean isApart(Cell cell) {
        return Cell.APART.equals(cell.placement()) && !cell.isOpenLoop();
    }

    private static boolean is(@Nullable Integer value, int expected) {
        return value != null && value == expected;
    }

    static String connections(Cell cell) {
        return Figures.number(cell.connections() == null ? 0 : cell.connections(), 0);
    }
}
