package io.weft.testkit;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * A plan that spoils calls with given probabilities. Whether an occurrence is spoiled follows from
 * the seed, the call and its number alone, so the threads' order does not matter and a failing seed
 * spoils the same occurrences again. Thread-safe.
 */
public final class RandomFaults implements FaultPlan {

    /** Increment and mixers of SplitMix64 (Steele, Lea, Flood: Fast Splittable PRNGs, 2014). */
    private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

    private static final long FIRST_MIXER = 0xbf58476d1ce4e5b9L;
    private static final long SECOND_MIXER = 0x94d049bb133111ebL;

    private record Line(SysCall call, double probability, Fault fault) {}

    private final long seed;
    private final List<Line> lines = new CopyOnWriteArrayList<>();

    /** Starts without faults. */
    public RandomFaults(long seed) {
        this.seed = seed;
    }

    /** Each call fails with that probability. */
    public RandomFaults fail(SysCall call, double probability, int errno) {
        return add(new Line(call, probability, Fault.failing(errno)));
    }

    /** Each call moves at most that many bytes with that probability. */
    public RandomFaults shorten(SysCall call, double probability, int maxBytes) {
        return add(new Line(call, probability, FaultScript.shortened(call, maxBytes)));
    }

    @Override
    public @Nullable Fault next(SysCall call, long occurrence) {
        int index = 0;
        for (Line line : lines) {
            index++;
            if (line.call == call && draw(index, occurrence) < line.probability) {
                return line.fault;
            }
        }
        return null;
    }

    @Override
    public String toString() {
        return "random faults from seed " + seed;
    }

    /** Evenly spread in 0 (included) to 1 (excluded). */
    private double draw(int line, long occurrence) {
        long bits = mix(mix(seed + line * GOLDEN_GAMMA) + occurrence * GOLDEN_GAMMA);
        return (bits >>> 11) * 0x1.0p-53;
    }

    private static long mix(long value) {
        long bits = (value ^ (value >>> 30)) * FIRST_MIXER;
        bits = (bits ^ (bits >>> 27)) * SECOND_MIXER;
        return bits ^ (bits >>> 31);
    }

    private RandomFaults add(Line line) {
        if (!(line.probability >= 0 && line.probability <= 1)) {
            throw new IllegalArgumentException("no probability: " + line.probability);
        }
        lines.add(line);
        return this;
    }
}
