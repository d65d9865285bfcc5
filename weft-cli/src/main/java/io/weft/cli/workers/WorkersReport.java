package io.weft.cli.workers;

import io.weft.cli.echo.EchoTotals;
import io.weft.cli.echo.EchoUsage;
import io.weft.cli.text.TextTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/** What the processes have served, each for itself and all together. */
public final class WorkersReport {

    private final List<WorkerFigures> workers;

    WorkersReport(List<WorkerFigures> workers) {
        this.workers = List.copyOf(workers);
    }

    /** Whether all processes served until they were told to stop. */
    public boolean isClean() {
        return workers.stream().allMatch(each -> each.mark().isEmpty());
    }

    /** The sums. */
    public EchoTotals totals() {
        return workers.stream()
                .map(each -> each.usage().echo())
                .reduce(EchoTotals.NONE, EchoTotals::plus);
    }

    /** A row for each process and one for all, ended by a line feed. */
    public String table() {
        long cpuNanos = workers.stream().mapToLong(each -> each.usage().cpuNanos()).sum();
        List<WorkerFigures> rows = new ArrayList<>(workers);
        rows.add(new WorkerFigures(0, new EchoUsage(cpuNanos, totals()), ""));
        TextTable table = new TextTable();
        List<String> names = column(workers, each -> String.valueOf(each.pid()));
        names.add("total");
        table.add("", "pid", names);
        table.add("", "connections", counts(rows, EchoTotals::connections));
        table.add("", "messages", counts(rows, EchoTotals::messages));
        table.add("", "bytes", counts(rows, EchoTotals::bytes));
        table.add("", "errors", counts(rows, EchoTotals::errors));
        table.add("", "CPU s", column(rows, each -> seconds(each.usage().cpuNanos())));
        if (!isClean()) {
            table.add("", "", column(rows, WorkerFigures::mark));
        }
        return table.toString();
    }

    private static List<String> counts(
            List<WorkerFigures> rows, ToLongFunction<EchoTotals> figure) {
        return column(rows, each -> "%,d".formatted(figure.applyAsLong(each.usage().echo())));
    }

    private static List<String> column(
            List<WorkerFigures> rows, Function<WorkerFigures, String> cell) {
        return new ArrayList<>(rows.stream().map(cell).toList());
    }

    private static String seconds(long nanos) {
        return String.format(Locale.ROOT, "%.2f", nanos / 1e9);
    }
}
