package io.weft.bench.fairness;

import io.weft.bench.samples.Sample;
import io.weft.bench.session.GoalTable;
import io.weft.bench.text.Table;
import java.util.Collection;

/** The samples of a run as text. */
final class FairnessTable {

    private FairnessTable() {}

    static String text(Collection<Sample> samples) {
        StringBuilder text = new StringBuilder();
        for (FairnessBlocks.Block block : FairnessBlocks.of(samples)) {
            Table table = new Table(block.words(), block.headings().toArray(String[]::new));
            block.rows().forEach(table::row);
            text.append('\n').append(block.title()).append('\n');
            text.append(table).append(block.rowsNotes().notes());
        }
        return text + GoalTable.of(FairnessGoals.of(samples));
    }
}
