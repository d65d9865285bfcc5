package io.weft.bench.report;

import io.weft.bench.micro.MicroLine;
import io.weft.bench.micro.Operations;
import io.weft.bench.samples.Cell;
import io.weft.bench.samples.Sample;
import io.weft.bench.session.Rows;
import io.weft.bench.stats.Summary;
import io.weft.bench.text.Figures;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What single operations of goroutines cost. */
final class MicroSection {

    static final String BENCH = "micro";

    private static final List<String> PEERS = List.of("weft", "go", "jdk");
    private static final String NANOS = "ns_per_op";
    private static final String NOT_APPLICABLE = "–";

    private final List<Sample> samples;
    private final List<Cell> cells;
    private final Page page;

    MicroSection(ReportData data, Page page) {
        this.samples = data.of(BENCH);
        this.cells = data.cells(BENCH);
        this.page = page;
    }

    void write() {
        page.add("## Operations of goroutines");
        if (cells.isEmpty()) {
            page.add("Not measured.");
            return;
        }
        page.add(
                "Goroutines of Weft and of Go, virtual threads of the JDK. Each program runs in a"
                        + " process of its own, warms up until two slices in a row cost the same within"
                        + " 3 %, and checks its own result.");
        StringBuilder meanings = new StringBuilder();
        for (String operation : Operations.ALL) {
            meanings.append("- `%s`: %s\n".formatted(operation, Operations.meaning(operation)));
        }
        page.add(meanings.toString());
        cells.stream()
                .map(Cell::procs)
                .filter(Objects::nonNull)
                .distinct()
                .sorted()
                .forEach(this::procs);
        page.add(proof());
    }

    private void procs(int procs) {
        page.add("### " + (procs == 1 ? "One P" : procs + " Ps"));
        List<Cell> timed =
                Operations.ALL.stream()
                        .filter(o -> !o.equals(Operations.SLEEPERS))
                        .map(o -> Cell.micro(o, procs))
                        .filter(cells::contains)
                        .toList();
        page.add(
                new Grid(samples, PEERS, timed, cell -> String.valueOf(cell.operation()))
                        .chart(
                                "micro-" + procs,
                                "ns per operation, " + (procs == 1 ? "one P" : procs + " Ps"),
                                NANOS,
                                true));
        MarkdownTable table =
                new MarkdownTable(
                        List.of("operation", "unit", "weft", "go", "jdk", "weft/go", "weft/jdk"));
        Rows rows = new Rows(samples);
        for (MicroLine line : MicroLine.ALL) {
            Cell cell = Cell.micro(line.operation(), procs);
            if (cells.contains(cell)) {
                table.row(row(rows, line, cell));
            }
        }
        page.add(table + Grid.notes(rows));
    }

    private static List<String> row(Rows rows, MicroLine line, Cell cell) {
        List<String> row = new ArrayList<>(List.of("`" + line.operation() + "`", line.unit()));
        boolean onlyGo = !Operations.has("weft", line.operation());
        for (String peer : PEERS) {
            row.add(
                    Operations.has(peer, line.operation())
                            ? rows.spread(cell, peer, line.figure(), line.digits())
                            : NOT_APPLICABLE);
        }
        for (String peer : List.of("go", "jdk")) {
            row.add(onlyGo ? NOT_APPLICABLE : rows.ratio(cell, "weft", peer, line.figure()));
        }
        return row;
    }

    /** How many goroutines there really were, by the least that any run has counted. */
    private String proof() {
        Double tree = least(Operations.SKYNET, "created_per_batch");
        Double asleep = least(Operations.SLEEPERS, "alive_at_once");
        return (tree == null
                        ? ""
                        : "Each `skynet` tree had %s goroutines, counted by themselves. "
                                .formatted(Figures.number(tree, 0)))
                + (asleep == null
                        ? ""
                        : "`sleepers` had %s alive at once in every run."
                                .formatted(Figures.number(asleep, 0)));
    }

    private @Nullable Double least(String operation, String figure) {
        List<Double> values =
                samples.stream()
                        .filter(s -> operation.equals(s.cell().operation()))
                        .flatMap(s -> s.figure(figure).stream().boxed())
                        .toList();
        return Summary.of(values).map(Summary::least).orElse(null);
    }
}
