package io.weft.bench.report;

import io.weft.bench.micro.MicroLine;
import io.weft.bench.micro.OperationGroup;
import io.weft.bench.micro.Operations;
import io.weft.bench.micro.Programs;
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

    /** What takes milliseconds where others take nanoseconds. */
    private static final List<String> NOT_IN_CHARTS =
            List.of(Operations.SLEEPERS, Operations.CONTEXT_CANCEL);

    private static final String WEFT = Programs.WEFT;

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
                "Goroutines of Weft and of Go, virtual threads of the JDK; channels of Jox on"
                        + " virtual threads of the JDK, and of Kotlin. Each program runs in a"
                        + " process of its own, warms up until two slices in a row cost the same within"
                        + " 3 %, and checks its own result.");
        Operations.GROUPS.forEach(this::group);
        page.add(proof());
    }

    /** Nothing of a group in which Weft did not take part. */
    private void group(OperationGroup group) {
        List<Integer> procs =
                samples.stream()
                        .filter(sample -> sample.server().equals(WEFT))
                        .map(Sample::cell)
                        .filter(cell -> group.operations().contains(cell.operation()))
                        .map(Cell::procs)
                        .filter(Objects::nonNull)
                        .distinct()
                        .sorted()
                        .toList();
        if (procs.isEmpty()) {
            return;
        }
        page.add("### " + group.title());
        StringBuilder meanings = new StringBuilder();
        for (String operation : group.operations()) {
            meanings.append("- `%s`: %s\n".formatted(operation, Operations.meaning(operation)));
        }
        page.add(meanings.toString());
        procs.forEach(count -> procs(group, count));
    }

    private void procs(OperationGroup group, int procs) {
        String ps = procs == 1 ? "one P" : procs + " Ps";
        page.add("#### %s, %s".formatted(group.title(), ps));
        List<Cell> timed =
                group.operations().stream()
                        .filter(o -> !NOT_IN_CHARTS.contains(o))
                        .map(o -> Cell.micro(o, procs))
                        .filter(cells::contains)
                        .toList();
        page.add(
                new Grid(samples, group.peers(), timed, cell -> String.valueOf(cell.operation()))
                        .chart(
                                group.file() + "-" + procs,
                                "ns per operation, " + ps,
                                MicroLine.NANOS,
                                true));
        List<String> headings = new ArrayList<>(List.of("operation", "unit"));
        headings.addAll(group.peers());
        group.others().forEach(peer -> headings.add(WEFT + "/" + peer));
        MarkdownTable table = new MarkdownTable(headings);
        Rows rows = new Rows(samples);
        for (MicroLine line : MicroLine.of(group)) {
            Cell cell = Cell.micro(line.operation(), procs);
            if (cells.contains(cell)) {
                table.row(row(rows, line, cell, group));
            }
        }
        page.add(table + Grid.notes(rows));
    }

    private static List<String> row(Rows rows, MicroLine line, Cell cell, OperationGroup group) {
        List<String> row = new ArrayList<>(List.of("`" + line.operation() + "`", line.unit()));
        for (String peer : group.peers()) {
            row.add(rows.spread(cell, peer, line.figure(), line.digits()));
        }
        for (String peer : group.others()) {
            row.add(rows.ratio(cell, WEFT, peer, line.figure()));
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
