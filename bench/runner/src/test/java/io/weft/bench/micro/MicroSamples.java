package io.weft.bench.micro;

import io.weft.bench.samples.Cell;
import io.weft.bench.samples.Sample;
import java.util.Map;

/** Samples of a run that never was. */
public final class MicroSamples {

    private MicroSamples() {}

    /** On one P. */
    public static Sample of(String operation, String peer, int round, double nanos) {
        Map<String, Double> figures = Map.of("ns_per_op", nanos, "steady", 1.0);
        return of(operation, peer, round, figures);
    }

    /** Of the first round. */
    static Sample of(String operation, String peer, Map<String, Double> figures) {
        return of(operation, peer, 1, figures);
    }

    private static Sample of(
            String operation, String peer, int round, Map<String, Double> figures) {
        Cell cell = Cell.micro(operation, 1);
        return new Sample("micro-1", "micro", cell, peer, round, figures, false, null);
    }

    static Sample problem(String operation, String peer, String problem) {
        Cell cell = Cell.micro(operation, 1);
        return new Sample("micro-1", "micro", cell, peer, 1, Map.of(), false, problem);
    }
}
