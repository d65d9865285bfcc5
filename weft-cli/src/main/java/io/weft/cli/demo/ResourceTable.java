package io.weft.cli.demo;

import static io.weft.cli.report.Column.whole;

import io.weft.cli.report.Column;
import io.weft.cli.text.Durations;
import io.weft.cli.text.Lines;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The figures of the stages as text: a row for each, for a terminal and for the page. */
final class ResourceTable {

    private static final int WIDTH = 80;

    private static final Column<StageResult> CONNECTIONS =
            new Column<>("", "connections", stage -> whole(stage.connections()));

    private static final List<Column<StageResult>> COSTS =
            List.of(
                    CONNECTIONS,
                    new Column<>("bytes per connection", "heap", s -> whole(s.heapBytes())),
                    new Column<>("bytes per connection", "RSS", s -> whole(s.residentBytes())),
                    new Column<>("bytes per connection", "kernel", s -> whole(s.kernelBytes())),
                    new Column<>("server", "CPU ns/message", s -> whole(s.cpuNanosPerMessage())),
                    new Column<>(
                            "server",
                            "context switches/s",
                            s -> whole(s.contextSwitchesPerSecond())));

    private static final List<Column<StageResult>> SPEED =
            List.of(
                    CONNECTIONS,
                    new Column<>("", "messages/s", s -> whole(s.messagesPerSecond())),
                    new Column<>("latency", "p50", s -> Durations.text(s.latency().p50())),
                    new Column<>("latency", "p99", s -> Durations.text(s.latency().p99())),
                    new Column<>("latency", "p99.9", s -> Durations.text(s.latency().p999())),
                    new Column<>("per 1,000 messages", "polls", s -> tenth(s.pollsPerThousand())),
                    new Column<>("per 1,000 messages", "steals", s -> tenth(s.stealsPerThousand())),
                    new Column<>("per 1,000 messages", "wakes", s -> tenth(s.wakeUpsPerThousand())),
                    new Column<>(
                            "per 1,000 messages",
                            "EAGAINs",
                            s -> tenth(s.wouldBlocksPerThousand())));

    /** Of the stage beside endless loops. */
    static final List<Column<BusyResult>> BUSY =
            List.of(
                    new Column<>("beside", "endless loops", s -> whole(s.loops())),
                    new Column<>("", "connections", s -> whole(s.connections())),
                    new Column<>("", "messages/s", s -> whole(s.messagesPerSecond())),
                    new Column<>("latency", "p50", s -> Durations.text(s.latency().p50())),
                    new Column<>("latency", "p99", s -> Durations.text(s.latency().p99())),
                    new Column<>("latency", "p99.9", s -> Durations.text(s.latency().p999())),
                    new Column<>("latency", "max", s -> Durations.text(s.latency().max())),
                    new Column<>("messages", "lost", s -> "%,d".formatted(s.lost())));

    private ResourceTable() {}

    /** All columns, each once. */
    static List<Column<StageResult>> columns() {
        List<Column<StageResult>> columns = new ArrayList<>(COSTS);
        columns.addAll(SPEED.subList(1, SPEED.size()));
        return columns;
    }

    /** Three tables, no wider than 80 columns, and what their headings mean. */
    static String text(DemoReport report) {
        StringBuilder text = new StringBuilder();
        text.append(Column.text(COSTS, report.stages())).append('\n');
        text.append(Column.text(SPEED, report.stages())).append('\n');
        text.append(Column.text(BUSY, List.of(report.busy()))).append('\n');
        notes(report).forEach(note -> text.append(Lines.wrap(note, WIDTH)));
        return text.toString();
    }

    /** What a person has to know to read the figures. */
    static List<String> notes(DemoReport report) {
        List<String> notes = new ArrayList<>();
        notes.add(
                "bytes per connection: an idle one that has echoed once, against the server"
                        + " without connections, both after a collection; n/a below %,d"
                                .formatted(StageResult.LEAST_FOR_MEMORY)
                        + " connections, where the JVM's own pages hide them.");
        notes.add(
                report.kernelMemoryUnreadable() == null
                        ? "kernel: slab caches (sockets, files, epoll) and socket buffers of one end;"
                                + " both ends are on this machine, so it is half of the growth."
                        : "kernel: n/a, " + report.kernelMemoryUnreadable() + ".");
        notes.add(
                "%d-byte messages, one in flight per connection, every byte checked; %d P for the"
                                .formatted(report.messageBytes(), report.serverProcs())
                        + " server and %d for the load on %d processors, not pinned."
                                .formatted(report.loadProcs(), report.machine().processors()));
        notes.add(
                "endless loops: goroutines of the server that compute for ever and never yield, as"
                        + " many as it has Ps. Meanwhile %,.0f messages per second are due by a"
                                .formatted(report.busy().scheduledPerSecond())
                        + " fixed schedule, and latency counts from when one was due.");
        if (report.serverProcs() == 1) {
            notes.add("steals, wakes: with one P there is nobody to steal from or to wake.");
        }
        return notes;
    }

    /** One stage on one line. */
    static String line(StageResult stage) {
        String line =
                "%6s connections  %9s messages/s  p50 %s  p99 %s  %s ns of server CPU per message"
                        .formatted(
                                whole(stage.connections()),
                                whole(stage.messagesPerSecond()),
                                Durations.text(stage.latency().p50()),
                                Durations.text(stage.latency().p99()),
                                whole(stage.cpuNanosPerMessage()));
        return line + errors(stage.errors(), stage.firstError());
    }

    /** The stage beside endless loops on one line. */
    static String line(BusyResult busy) {
        String line =
                "%6s connections  %9s messages/s  p50 %s  p99 %s  %s lost, beside %d endless loop%s"
                        .formatted(
                                whole(busy.connections()),
                                whole(busy.messagesPerSecond()),
                                Durations.text(busy.latency().p50()),
                                Durations.text(busy.latency().p99()),
                                "%,d".formatted(busy.lost()),
                                busy.loops(),
                                busy.loops() == 1 ? "" : "s");
        return line + errors(busy.errors(), busy.firstError());
    }

    private static String errors(long errors, @Nullable String first) {
        return errors == 0 ? "" : "  ERRORS %d: %s".formatted(errors, first);
    }

    private static String tenth(double number) {
        return "%,.1f".formatted(number);
    }
}
