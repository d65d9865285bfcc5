package io.weft.bench.churn;

import io.weft.bench.samples.Sample;
import io.weft.bench.session.GoalTable;
import io.weft.bench.stats.Goal;
import io.weft.bench.stats.Goal.Verdict;
import io.weft.bench.text.Figures;
import io.weft.bench.text.Table;
import java.util.ArrayList;
import java.util.List;

/**
 * What a server holds before and after cycles, and what may have grown.
 *
 * @param sample with the figures
 * @param cycles between before and after
 */
record ChurnTable(Sample sample, int cycles) {

    static final String BEFORE = "before_";
    static final String AFTER = "after_";
    static final String DESCRIPTORS = "descriptors";
    static final String GOROUTINES = "goroutines";
    static final String HEAP = "heap_bytes";
    static final String RESIDENT = "resident_bytes";
    static final String FIN_RATE = "fin_rate";
    static final String RST_RATE = "rst_rate";

    /**
     * Bounds on growth: less than the smallest object that a forgotten connection could leave
     * behind, which has 24 bytes.
     */
    private static final int HEAP_BYTES_PER_CYCLE_MOST = 5;

    private static final int RESIDENT_BYTES_PER_CYCLE_MOST = 20;

    String text() {
        Table table = new Table("", "before", "after", "growth");
        List<Goal> goals = new ArrayList<>();
        row(table, goals, "open descriptors", DESCRIPTORS, 0);
        row(table, goals, "live goroutines", GOROUTINES, 0);
        row(table, goals, "heap bytes", HEAP, (double) cycles * HEAP_BYTES_PER_CYCLE_MOST);
        row(
                table,
                goals,
                "resident bytes",
                RESIDENT,
                (double) cycles * RESIDENT_BYTES_PER_CYCLE_MOST);
        return table
                + "rate with FIN %s and with RST %s cycles/s%n"
                        .formatted(
                                Figures.number(figure(FIN_RATE), 0),
                                Figures.number(figure(RST_RATE), 0))
                + GoalTable.of(goals);
    }

    private void row(Table table, List<Goal> goals, String name, String figure, double most) {
        double before = figure(BEFORE + figure);
        double after = figure(AFTER + figure);
        String growth = Figures.number(after - before, 0);
        table.row(List.of(name, Figures.number(before, 0), Figures.number(after, 0), growth));
        goals.add(
                new Goal(
                        "churn",
                        "growth of " + name,
                        growth,
                        "≤ " + Figures.number(most, 0),
                        Verdict.of(after - before <= most),
                        false));
    }

    private double figure(String name) {
        return sample.figure(name).orElse(Double.NaN);
    }
}
