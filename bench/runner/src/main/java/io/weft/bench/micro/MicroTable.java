package io.weft.bench.micro;

import io.weft.bench.machine.Quiet;
import io.weft.bench.samples.Cell;
import io.weft.bench.samples.Sample;
import io.weft.bench.stats.Goal;
import io.weft.bench.stats.Series;
import io.weft.bench.text.Figures;
import io.weft.bench.text.Notes;
import io.weft.bench.text.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.TreeSet;

/** The samples of a run as text. */
final class MicroTable {

    private final List<Sample> samples;
    private final Notes notes = new Notes(Quiet.starText());

    MicroTable(List<Sample> samples) {
        this.samples = List.copyOf(samples);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (OperationGroup group : Operations.GROUPS) {
            Table figures = figures(group);
            if (!figures.isEmpty()) {
                text.append(figures).append('\n');
            }
        }
        text.append(notes);
        text.append(unsteady());
        text.append(proof()).append('\n');
        text.append(goals());
        return text.toString();
    }

    private Table figures(OperationGroup group) {
        List<String> headings = new ArrayList<>(List.of("operation", "P", "unit"));
        headings.addAll(group.peers());
        group.others().forEach(peer -> headings.add(Programs.WEFT + "/" + peer));
        Table table = new Table(headings.toArray(String[]::new));
        for (MicroLine line : MicroLine.of(group)) {
            for (int procs : procs(line.operation())) {
                table.row(row(line, Cell.micro(line.operation(), procs), group));
            }
        }
        return table;
    }

    /** The numbers of Ps that an operation was measured with. */
    private Iterable<Integer> procs(String operation) {
        TreeSet<Integer> procs = new TreeSet<>();
        for (Sample sample : samples) {
            Integer count = sample.cell().procs();
            if (operation.equals(sample.cell().operation()) && count != null) {
                procs.add(count);
            }
        }
        return procs;
    }

    private List<String> row(MicroLine line, Cell cell, OperationGroup group) {
        List<String> row = new ArrayList<>();
        row.add(line.operation());
        row.add(String.valueOf(cell.procs()));
        row.add(line.unit());
        for (String peer : group.peers()) {
            row.add(figure(line, cell, peer));
        }
        Series weft = series(line, cell, Programs.WEFT);
        for (String peer : group.others()) {
            row.add(ratio(weft, series(line, cell, peer)));
        }
        return row;
    }

    private Series series(MicroLine line, Cell cell, String peer) {
        return Series.of(samples, cell, peer, line.figure());
    }

    private String figure(MicroLine line, Cell cell, String peer) {
        Series series = series(line, cell, peer);
        return series.summary()
                .map(summary -> Figures.spread(summary, line.digits()))
                .map(text -> series.isBusy() ? notes.star(text) : text)
                .orElseGet(() -> notes.dash(reason(line, cell, peer)));
    }

    private String reason(MicroLine line, Cell cell, String peer) {
        return samples.stream()
                .filter(s -> s.cell().equals(cell) && s.server().equals(peer))
                .map(s -> s.isMeasured() ? "no " + line.figure() : String.valueOf(s.problem()))
                .findFirst()
                .orElse(peer + " was not asked for");
    }

    private String ratio(Series weft, Series other) {
        boolean busy = weft.isBusy() || other.isBusy();
        return weft.ratioTo(other)
                .map(ratio -> Figures.spread(ratio, 2))
                .map(text -> busy ? notes.star(text) : text)
                .orElse("-");
    }

    /** Which rounds were measured although their warm-up did not end steady. */
    private String unsteady() {
        TreeSet<String> names = new TreeSet<>();
        for (Sample sample : samples) {
            if (sample.isMeasured() && sample.figure("steady").orElse(1) == 0) {
                names.add(sample.cell().title() + " " + sample.server());
            }
        }
        return names.isEmpty()
                ? ""
                : "not steady in every round when the warm-up had to end: %s%n"
                        .formatted(String.join("; ", names));
    }

    /** How many goroutines there really were. */
    private String proof() {
        return least(Operations.SKYNET, "created_per_batch", "skynet: %s goroutines in each tree%n")
                + least(Operations.SLEEPERS, "alive_at_once", "sleepers: %s alive at once%n");
    }

    private String least(String operation, String figure, String sentence) {
        OptionalDouble least =
                samples.stream()
                        .filter(s -> operation.equals(s.cell().operation()))
                        .flatMapToDouble(s -> s.figure(figure).stream())
                        .min();
        return least.isEmpty() ? "" : sentence.formatted(Figures.number(least.getAsDouble(), 0));
    }

    private Table goals() {
        Table table = new Table("goal", "figure", "weft", "bound", "");
        for (Goal goal : MicroGoals.of(samples)) {
            String figure = goal.busy() ? notes.star(goal.figure()) : goal.figure();
            table.row(
                    List.of(
                            goal.cell(),
                            goal.what(),
                            figure,
                            goal.bound(),
                            goal.verdict().toString()));
        }
        return table;
    }
}
