package io.weft.bench.session;

import io.weft.bench.machine.Quiet;
import io.weft.bench.stats.Goal;
import io.weft.bench.text.Notes;
import io.weft.bench.text.Table;
import java.util.List;

/** Goals as a table. */
public final class GoalTable {

    private GoalTable() {}

    /** Empty where there are none. */
    public static String of(List<Goal> goals) {
        if (goals.isEmpty()) {
            return "";
        }
        Table table = new Table(2, "goal", "compared", "median (least–most)", "bound", "");
        Notes notes = new Notes(Quiet.starText());
        for (Goal goal : goals) {
            table.row(
                    List.of(
                            goal.cell(),
                            goal.what(),
                            goal.busy() ? notes.star(goal.figure()) : goal.figure(),
                            goal.bound(),
                            goal.verdict().toString()));
        }
        return "\n" + table + notes;
    }
}
