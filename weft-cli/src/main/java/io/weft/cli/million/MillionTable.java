package io.weft.cli.million;

import static io.weft.cli.report.Column.whole;

import io.weft.cli.hold.LoopResult;
import io.weft.cli.report.Column;
import io.weft.cli.text.Durations;
import io.weft.cli.text.Lines;
import io.weft.cli.text.TextTable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The figures as text, for a terminal and for the page. */
final class MillionTable {

    private static final int WIDTH = 100;

    private static final String EACH = "bytes per connection";

    private static final Column<Row> CONNECTIONS =
            new Column<>("", "connections", row -> whole(row.connections()));

    private MillionTable() {}

    /** What a connection takes; the last columns are other runtimes. */
    static List<Column<Row>> costs(List<Peer> peers) {
        List<Column<Row>> columns = new ArrayList<>();
        columns.add(CONNECTIONS);
        columns.add(new Column<>(EACH, "heap", row -> whole(row.heapBytes())));
        columns.add(new Column<>(EACH, "RSS", row -> whole(row.residentBytes())));
        columns.add(new Column<>(EACH, "kernel", row -> whole(row.kernelBytes())));
        columns.add(new Column<>("", "opened/s", row -> whole(row.openedPerSecond())));
        columns.add(new Column<>("", "GC pause", MillionTable::pause));
        columns.add(new Column<>("switches/s", "idle", row -> whole(row.idleSwitchesPerSecond())));
        columns.add(new Column<>("switches/s", "loop", row -> whole(row.switchesPerSecond())));
        for (Peer peer : peers) {
            columns.add(new Column<>("one process of", peer.name(), row -> cell(peer, row)));
        }
        return columns;
    }

    /** The two loops. */
    static List<Column<Row>> loops(double activePercent) {
        List<Column<Row>> columns = new ArrayList<>();
        columns.add(CONNECTIONS);
        columns.addAll(loop("messages over all", Row::all));
        columns.addAll(loop("over %s %%".formatted(percent(activePercent)), Row::active));
        return columns;
    }

    private static List<Column<Row>> loop(String group, Function<Row, LoopResult> loop) {
        return List.of(
                new Column<>(group, "per s", row -> whole(loop.apply(row).messagesPerSecond())),
                new Column<>(group, "p50", row -> nanos(loop.apply(row).latency().p50())),
                new Column<>(group, "p99", row -> nanos(loop.apply(row).latency().p99())),
                new Column<>(group, "p99.9", row -> nanos(loop.apply(row).latency().p999())),
                new Column<>(group, "max", row -> nanos(loop.apply(row).latency().max())));
    }

    static List<Column<Goal>> goals() {
        return List.of(
                new Column<>("", "goal", Goal::name),
                new Column<>("", "measured", Goal::measured),
                new Column<>("", "bound", Goal::bound),
                new Column<>("", "verdict", goal -> goal.verdict().text()));
    }

    /** Three tables, no wider than 100 columns, and what their headings mean. */
    static String text(MillionReport report) {
        StringBuilder text = new StringBuilder();
        text.append(table(costs(report.peers()), report.rows())).append('\n');
        text.append(table(loops(report.activePercent()), report.rows())).append('\n');
        text.append(goals(report.goals())).append('\n');
        notes(report).forEach(note -> text.append(Lines.wrap(note, WIDTH)));
        return text.toString();
    }

    private static TextTable goals(List<Goal> goals) {
        TextTable table = new TextTable();
        table.addWords("goal", goals.stream().map(Goal::name).toList());
        table.add("", "measured", goals.stream().map(Goal::measured).toList());
        table.add("", "bound", goals.stream().map(Goal::bound).toList());
        table.addWords("", goals.stream().map(goal -> goal.verdict().text()).toList());
        return table;
    }

    private static TextTable table(List<Column<Row>> columns, List<Row> rows) {
        return Column.text(columns, rows);
    }

    /** What a person has to know to read the figures. */
    static List<String> notes(MillionReport report) {
        List<String> notes = new ArrayList<>();
        notes.add(
                "One server process with %d P and one load process with %d, both on Weft with %s, over"
                                .formatted(report.procs(), report.loadProcs(), report.poller())
                        + " loopback on %d processors, not pinned; every byte of every message is checked."
                                .formatted(report.machine().processors()));
        notes.add(
                "%s: growth of the server since it had none, all of them having echoed, both after"
                                .formatted(EACH)
                        + " collections; n/a below %,d.".formatted(Snapshot.LEAST_FOR_MEMORY));
        notes.add(
                "kernel: what slab caches, vmalloc and TCP buffers of the whole machine grew by, for"
                        + " one end; both ends are on this machine, so it is half.");
        notes.add(
                "GC pause: the longest from opening to the last loop, without the collections that"
                        + " this tool asks for before it reads memory.");
        notes.add(
                "messages: open loop of %,.0f per second for %s s; latency counts from when one was"
                                .formatted(
                                        report.messagesPerSecond(), percent(report.loopSeconds()))
                        + " due, and holds up to 500 us until the load wakes up. switches: context"
                        + " switches of the server.");
        notes.add("one process of: " + peers(report.peers()) + ".");
        report.sysctls().stream()
                .filter(each -> each.obstacle() != null)
                .forEach(each -> notes.add(each.text() + "."));
        return notes;
    }

    private static String peers(List<Peer> peers) {
        return "growth of resident memory per connection, as many as one process can open here; "
                + peers.stream()
                        .map(peer -> peer.name() + " " + peer.how())
                        .collect(Collectors.joining("; "));
    }

    /** One stage on one line. */
    static String line(Row row) {
        LoopResult all = row.all();
        return "%9s connections, %s opened/s, RSS %s B, kernel %s B/socket, p99 %s, p99.9 %s%s"
                .formatted(
                        whole(row.connections()),
                        whole(row.openedPerSecond()),
                        whole(row.residentBytes()),
                        whole(row.kernelBytes()),
                        nanos(all.latency().p99()),
                        nanos(all.latency().p999()),
                        errors(row));
    }

    private static String errors(Row row) {
        if (row.errors() == 0) {
            return "";
        }
        String first = row.all().firstFailure();
        String other = first == null ? row.active().firstFailure() : first;
        return "  ERRORS %,d: %s"
                .formatted(row.errors(), other == null ? "no answer, or never sent" : other);
    }

    /** In a row with more connections than one process of it can have, that it cannot. */
    private static String cell(Peer peer, Row row) {
        if (peer.residentBytes() == null) {
            return Column.NONE;
        }
        return row.connections() <= peer.connections() ? whole(peer.residentBytes()) : "fd limit";
    }

    private static String pause(Row row) {
        return row.pauses() == 0 ? "none" : row.longestPauseMillis() + "ms";
    }

    private static String nanos(long nanos) {
        return Durations.text(nanos);
    }

    private static String percent(double number) {
        return number == Math.rint(number) ? "%.0f".formatted(number) : String.valueOf(number);
    }
}
