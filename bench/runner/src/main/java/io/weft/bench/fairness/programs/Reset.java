package io.weft.bench.fairness.programs;

import io.weft.bench.micro.operations.Figures;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What it costs to move an armed timer that never fires.
 *
 * @param timers armed at once, moved in turn
 * @param warmUp before the window
 * @param window in which resets count
 */
record Reset(int timers, Duration warmUp, Duration window) {

    static final Duration FAR = Duration.ofHours(1);

    private static final int RESETS_PER_BATCH = 10_000;

    /** A stretch of resets. */
    private record Stretch(long nanos, long resets) {}

    <T> void measure(TimerKind<T> kind, Figures figures) {
        List<T> armed = new ArrayList<>();
        for (int i = 0; i < timers; i++) {
            armed.add(kind.arm(FAR, () -> {}));
        }
        reset(kind, armed, warmUp);
        Stretch stretch = reset(kind, armed, window);
        figures.add("ns_per_op", (double) stretch.nanos() / stretch.resets());
        figures.add("ops", stretch.resets());
    }

    private static <T> Stretch reset(TimerKind<T> kind, List<T> armed, Duration length) {
        long start = System.nanoTime();
        int next = 0;
        for (long resets = RESETS_PER_BATCH; ; resets += RESETS_PER_BATCH) {
            for (int i = 0; i < RESETS_PER_BATCH; i++) {
                if (!kind.reset(armed.get(next), FAR)) {
                    throw new IllegalStateException("fairness: a far timer was not armed");
                }
                next = next + 1 == armed.size() ? 0 : next + 1;
            }
            long nanos = System.nanoTime() - start;
            if (nanos >= length.toNanos()) {
                return new Stretch(nanos, resets);
            }
        }
    }
}
