package io.weft.bench.fairness.programs;

import io.weft.bench.micro.operations.Figures;
import io.weft.bench.micro.operations.ProcessFigures;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.ref.Reference;
import java.util.Arrays;

/**
 * How much memory an armed timer takes. The slots that keep the timers are there before and do not
 * count; what the runtime itself keeps of a timer does.
 *
 * @param count armed at once
 */
record Armed(int count) {

    /** One in so many is armed and stopped before, so that code and common memory are in place. */
    private static final int WARM_SHARE = 10;

    <T> void measure(TimerKind<T> kind, Figures figures) {
        warmUp(kind);
        Object[] timers = new Object[count];
        Arrays.fill(timers, this);
        double heap = live();
        double resident = ProcessFigures.residentBytes();
        try {
            for (int i = 0; i < count; i++) {
                timers[i] = kind.arm(Reset.FAR, () -> {});
            }
            add(figures, live() - heap, ProcessFigures.residentBytes() - resident);
        } finally {
            Reference.reachabilityFence(timers);
        }
    }

    private void add(Figures figures, double heap, double resident) {
        figures.add("heap_bytes_per_timer", heap / count);
        figures.add("rss_bytes_per_timer", resident / count);
        figures.add("timers", count);
    }

    /** Arms as many as are to live; an hour does not pass meanwhile. */
    <T> Object arm(TimerKind<T> kind) {
        Object[] timers = new Object[count];
        for (int i = 0; i < count; i++) {
            timers[i] = kind.arm(Reset.FAR, () -> {});
        }
        return timers;
    }

    private <T> void warmUp(TimerKind<T> kind) {
        for (int i = 0; i < count / WARM_SHARE + 1; i++) {
            kind.stop(kind.arm(Reset.FAR, () -> {}));
        }
    }

    /** Heap after collections; the second finds what the first has ended. */
    private static double live() {
        MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
        memory.gc();
        memory.gc();
        return memory.getHeapMemoryUsage().getUsed();
    }
}
