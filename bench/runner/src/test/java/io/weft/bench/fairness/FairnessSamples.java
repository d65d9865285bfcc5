package io.weft.bench.fairness;

import io.weft.bench.samples.Cell;
import io.weft.bench.samples.Sample;
import java.util.Map;

/** Samples of a run that never was. */
public final class FairnessSamples {

    private FairnessSamples() {}

    /** In a cell with only a name. */
    public static Sample of(String cell, String peer, int round, Map<String, Double> figures) {
        return new Sample("fairness-1", "fairness", cell(cell), peer, round, figures, false, null);
    }

    static Sample problem(String cell, String peer, Map<String, Double> figures, String problem) {
        return new Sample("fairness-1", "fairness", cell(cell), peer, 1, figures, false, problem);
    }

    private static Cell cell(String name) {
        return new Cell(null, null, null, null, null, null, name, null);
    }
}
