package io.weft.bench.fairness;

import io.weft.bench.samples.Cell;
import io.weft.bench.samples.Sample;
import io.weft.bench.session.Rows;
import io.weft.bench.stats.Series;
import io.weft.bench.text.Figures;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/** What was measured as tables, for a terminal and for the page. */
public final class FairnessBlocks {

    private static final String DASH = "-";
    private static final int RATIO_DIGITS = 3;

    /**
     * A table.
     *
     * @param title above it
     * @param words how many of its first columns are words
     * @param headings of its columns
     * @param rows with as many cells each
     * @param rowsNotes that the cells refer to
     */
    public record Block(
            String title,
            int words,
            List<String> headings,
            List<List<String>> rows,
            Rows rowsNotes) {}

    /** A column: one figure of a cell and a peer. */
    private record Column(String heading, String figure, int digits) {}

    private final List<Sample> samples;
    private final List<Block> blocks = new ArrayList<>();

    private FairnessBlocks(Collection<Sample> samples) {
        this.samples = List.copyOf(samples);
    }

    /** Of the parts that were measured. */
    public static List<Block> of(Collection<Sample> samples) {
        FairnessBlocks all = new FairnessBlocks(samples);
        all.addSleep();
        all.addEarly();
        all.addReset();
        all.addArmed();
        all.addPair(
                "CPU per echoed message with a deadline moved 30 s ahead before every read, ns",
                FairnessCells.NO_DEADLINE,
                FairnessCells.DEADLINE,
                "with / without");
        all.addServed();
        all.addIdle();
        all.addPair(
                "CPU per echoed message against the commit before, ns",
                FairnessCells.BEFORE,
                FairnessCells.AFTER,
                "after / before");
        return List.copyOf(all.blocks);
    }

    private void addSleep() {
        add(
                "Oversleeping on an idle machine, µs",
                FairnessCells.SLEEPS.keySet(),
                List.of(
                        new Column("p50", "over_p50_us", 1),
                        new Column("p90", "over_p90_us", 1),
                        new Column("p99", "over_p99_us", 1),
                        new Column("max", "over_max_us", 0),
                        new Column("early", "early", 0)));
    }

    private void addEarly() {
        add(
                "Timers of mixed lengths, moved and stopped",
                List.of(FairnessCells.EARLY),
                List.of(
                        new Column("timers", "timers", 0),
                        new Column("fired", "fired", 0),
                        new Column("early", "early", 0),
                        new Column("never fired", "never_fired", 0),
                        new Column("fired though stopped", "extra", 0)));
    }

    private void addReset() {
        add(
                "Moving an armed timer that is an hour away",
                List.of(FairnessCells.RESET),
                List.of(new Column("ns per reset", "ns_per_op", 1)));
    }

    private void addArmed() {
        add(
                "Memory per armed timer, bytes",
                List.of(FairnessCells.ARMED),
                List.of(
                        new Column("live heap", "heap_bytes_per_timer", 1),
                        new Column("resident", "rss_bytes_per_timer", 1)));
    }

    private void addServed() {
        add(
                "Echo beside work that does not rest, µs",
                FairnessCells.SERVED,
                List.of(
                        new Column("p50", "p50_us", 0),
                        new Column("p99", "p99_us", 0),
                        new Column("p99.9", "p999_us", 0),
                        new Column("max", "max_us", 0),
                        new Column("lost", ServedEcho.LOST, 0),
                        new Column("load late p99", "send_late_p99_us", 0)));
    }

    private void addIdle() {
        add(
                "CPU of 100,000 armed timers and nothing to do",
                List.of(FairnessCells.IDLE),
                List.of(new Column("% of a core", IdleTimers.PERCENT, 3)));
    }

    private void add(String title, Collection<Cell> cells, List<Column> columns) {
        Rows rows = new Rows(samples);
        List<List<String>> lines = new ArrayList<>();
        for (Cell cell : cells) {
            for (String peer : peers(cell)) {
                List<String> line = new ArrayList<>(List.of(cell.title(), peer));
                columns.forEach(column -> line.add(entry(rows, cell, peer, column)));
                lines.add(line);
            }
        }
        List<String> headings =
                Stream.concat(Stream.of("", "peer"), columns.stream().map(Column::heading))
                        .toList();
        addBlock(new Block(title, 2, headings, lines, rows));
    }

    /** How many were lost is known of an echo that stops, too. */
    private String entry(Rows rows, Cell cell, String peer, Column column) {
        if (column.figure().equals(ServedEcho.LOST)) {
            return lost(cell, peer);
        }
        return rows.spread(cell, peer, column.figure(), column.digits());
    }

    private String lost(Cell cell, String peer) {
        double lost = FairnessGoals.sum(samples, cell, peer, ServedEcho.LOST);
        double sent = FairnessGoals.sum(samples, cell, peer, ServedEcho.SENT);
        return sent == 0
                ? DASH
                : "%s of %s".formatted(Figures.number(lost, 0), Figures.number(sent, 0));
    }

    private void addPair(String title, Cell without, Cell with, String heading) {
        Rows rows = new Rows(samples);
        List<List<String>> lines = new ArrayList<>();
        for (String peer : peers(with)) {
            Series above = rows.series(with, peer, EchoWindows.COST);
            Series below = rows.series(without, peer, EchoWindows.COST);
            lines.add(
                    List.of(
                            peer,
                            rows.spread(without, peer, EchoWindows.COST, 0),
                            rows.spread(with, peer, EchoWindows.COST, 0),
                            above.ratioTo(below)
                                    .map(ratio -> Figures.spread(ratio, RATIO_DIGITS))
                                    .orElse(DASH)));
        }
        List<String> headings = List.of("peer", without.title(), with.title(), heading);
        addBlock(new Block(title, 1, headings, lines, rows));
    }

    private void addBlock(Block block) {
        if (!block.rows().isEmpty()) {
            blocks.add(block);
        }
    }

    /** Those that took part, in the usual order. */
    private List<String> peers(Cell cell) {
        return FairnessPrograms.PEERS.stream()
                .filter(
                        peer ->
                                samples.stream()
                                        .anyMatch(
                                                s ->
                                                        s.cell().equals(cell)
                                                                && s.server().equals(peer)))
                .toList();
    }
}
