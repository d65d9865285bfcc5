package io.weft.bench.fairness;

import io.weft.bench.samples.Cell;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What is measured, by the names that tables give it. */
final class FairnessCells {

    /** Lengths in nanoseconds. */
    static final Map<Cell, Integer> SLEEPS = sleeps();

    static final Cell SLEEP = of("sleep 50 µs");
    static final Cell EARLY = of("early");
    static final Cell RESET = of("reset");
    static final Cell ARMED = of("armed");
    static final Cell NO_DEADLINE = of("no deadline");
    static final Cell DEADLINE = of("deadline moved");
    static final Cell LOOPS = of("loops");
    static final Cell BLOCKING = of("blocking");
    static final Cell READABLE = of("readable");
    static final Cell IDLE = of("idle");
    static final Cell BEFORE = of("echo, commit before");
    static final Cell AFTER = of("echo, this commit");

    /** Those of an echo beside work that does not rest. */
    static final List<Cell> SERVED = List.of(LOOPS, BLOCKING, READABLE);

    private FairnessCells() {}

    private static Cell of(String name) {
        return new Cell(null, null, null, null, null, null, name, null);
    }

    private static Map<Cell, Integer> sleeps() {
        Map<Cell, Integer> sleeps = new LinkedHashMap<>();
        sleeps.put(of("sleep 50 µs"), 50_000);
        sleeps.put(of("sleep 1 ms"), 1_000_000);
        sleeps.put(of("sleep 10 ms"), 10_000_000);
        return sleeps;
    }
}
