package io.weft.bench.echo;

import io.weft.bench.process.Servers;
import io.weft.bench.samples.Cell;
import io.weft.bench.samples.Sample;
import io.weft.bench.session.Rows;
import io.weft.bench.session.Rows.Shown;
import io.weft.bench.stats.Summary;
import io.weft.bench.text.Figures;
import io.weft.bench.text.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Samples of echo as tables. */
final class EchoTables {

    private static final String COST = "server_ns";

    /** A side that uses less of its CPU waits for the other, whichever is the slower one. */
    private static final double SATURATED_SHARE = 0.9;

    private final List<String> servers;
    private final List<Sample> samples;

    EchoTables(List<String> servers, List<Sample> samples) {
        this.servers = List.copyOf(servers);
        this.samples = List.copyOf(samples);
    }

    /** All tables, each with its notes. */
    String text() {
        StringBuilder text = new StringBuilder();
        List<Cell> cells = samples.stream().map(Sample::cell).distinct().toList();
        for (Cell cell : cells) {
            text.append('\n').append(table(cell));
        }
        return text.toString();
    }

    private String table(Cell cell) {
        if (cell.isOpenLoop()) {
            return openLoop(cell);
        }
        return switch (String.valueOf(cell.placement())) {
            case Cell.ONE_CORE -> oneCore(cell);
            case Cell.SHARED -> shared(cell);
            default -> apart(cell);
        };
    }

    private String apart(Cell cell) {
        boolean memory =
                cell.connections() != null
                        && cell.connections() >= EchoCells.MEMORY_CONNECTIONS_LEAST;
        List<String> headings =
                new ArrayList<>(
                        List.of(
                                "server",
                                "CPU ns/message",
                                "/ c-epoll",
                                "Weft / it",
                                "messages/s",
                                "switches/1000",
                                "server CPU",
                                "load CPU",
                                "slower",
                                "p50 µs",
                                "p99 µs"));
        headings.addAll(memory ? List.of("bytes/connection") : List.of());
        Table table = new Table(headings.toArray(String[]::new));
        Rows rows = new Rows(samples);
        for (String server : servers) {
            List<String> row = new ArrayList<>();
            row.add(server);
            row.add(rows.spread(cell, server, COST, 0));
            row.add(rows.ratio(cell, server, Servers.C_EPOLL, COST));
            row.add(
                    server.equals(Servers.WEFT)
                            ? ""
                            : rows.ratio(cell, Servers.WEFT, server, COST));
            row.add(rows.median(cell, server, "rate", new Shown(1, 0)));
            row.add(rows.median(cell, server, "switches", new Shown(1000, 1)));
            row.add(rows.median(cell, server, "server_cpu", new Shown(1, 2)));
            row.add(rows.median(cell, server, "load_cpu", new Shown(1, 2)));
            row.add(slower(rows, cell, server));
            row.add(rows.median(cell, server, "p50_us", new Shown(1, 1)));
            row.add(rows.median(cell, server, "p99_us", new Shown(1, 1)));
            if (memory) {
                row.add(rows.spread(cell, server, EchoCells.BYTES_PER_CONNECTION, 0));
            }
            table.row(row);
        }
        return title(cell) + table + rows.notes() + slowerLoad(rows, cell);
    }

    private static String title(Cell cell) {
        return cell.title() + "\n";
    }

    private static String slower(Rows rows, Cell cell, String server) {
        Optional<Summary> own = rows.series(cell, server, "server_cpu").summary();
        Optional<Summary> load = rows.series(cell, server, "load_cpu").summary();
        if (own.isEmpty() || load.isEmpty()) {
            return "";
        }
        double ownShare = own.get().median();
        double loadShare = load.get().median();
        if (Math.max(ownShare, loadShare) < SATURATED_SHARE) {
            return "neither";
        }
        return ownShare >= loadShare ? "server" : "load";
    }

    /** Rates of such a cell say how fast the generator is; costs hold wake-ups, too. */
    private String slowerLoad(Rows rows, Cell cell) {
        List<String> names =
                servers.stream().filter(s -> slower(rows, cell, s).equals("load")).toList();
        return names.isEmpty()
                ? ""
                : "the load was the slower side against "
                        + String.join(", ", names)
                        + ": they had pauses, and their cost per message holds wake-ups\n";
    }

    private String openLoop(Cell cell) {
        Table table =
                new Table(
                        "server",
                        "messages/s",
                        "p50 µs",
                        "p99 µs",
                        "p99.9 µs",
                        "most µs",
                        "server CPU");
        Rows rows = new Rows(samples);
        for (String server : servers) {
            table.row(
                    List.of(
                            server,
                            rows.median(cell, server, "rate", new Shown(1, 0)),
                            rows.spread(cell, server, "p50_us", 1),
                            rows.spread(cell, server, "p99_us", 1),
                            rows.spread(cell, server, "p999_us", 1),
                            rows.median(cell, server, "max_us", new Shown(1, 1)),
                            rows.median(cell, server, "server_cpu", new Shown(1, 2))));
        }
        String rate =
                samples.stream()
                        .filter(s -> s.cell().equals(cell))
                        .mapToDouble(s -> s.figure("target_rate").orElse(0))
                        .filter(r -> r > 0)
                        .mapToObj(r -> ": open loop, " + Figures.number(r, 0) + " messages/s")
                        .findFirst()
                        .orElse(": open loop");
        return cell.title() + " of the slowest server" + rate + "\n" + table + rows.notes();
    }

    private String oneCore(Cell cell) {
        Table table = new Table("server", "p50 µs", "p99 µs", "messages/s", "CPU ns/message");
        Rows rows = new Rows(samples);
        for (String server : servers) {
            table.row(
                    List.of(
                            server,
                            rows.spread(cell, server, "p50_us", 1),
                            rows.spread(cell, server, "p99_us", 1),
                            rows.median(cell, server, "rate", new Shown(1, 0)),
                            rows.median(cell, server, COST, new Shown(1, 0))));
        }
        return title(cell) + table + rows.notes();
    }

    private String shared(Cell cell) {
        Table table =
                new Table(
                        "server",
                        "messages/s",
                        "/ c-epoll",
                        "Weft / it",
                        "CPU ns/message",
                        "server CPU",
                        "load CPU");
        Rows rows = new Rows(samples);
        for (String server : servers) {
            boolean weft = server.equals(Servers.WEFT);
            table.row(
                    List.of(
                            server,
                            rows.spread(cell, server, "rate", 0),
                            rows.ratio(cell, server, Servers.C_EPOLL, "rate"),
                            weft ? "" : rows.ratio(cell, Servers.WEFT, server, "rate"),
                            rows.median(cell, server, COST, new Shown(1, 0)),
                            rows.median(cell, server, "server_cpu", new Shown(1, 2)),
                            rows.median(cell, server, "load_cpu", new Shown(1, 2))));
        }
        return title(cell) + table + rows.notes();
    }
}
