package io.weft.bench.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Whether the machine has anything else to do.
 *
 * <p>A window is quiet while other processes use less than {@link #OTHERS_MOST} and the
 * hypervisor's other guests less than {@link #STEAL_MOST} of a CPU. The kernel counts in hundredths
 * of a second, so {@link #STEAL_TICKS} of them prove nothing, however short the window.
 */
public final class Quiet {

    public static final double OTHERS_MOST = 0.10;
    public static final double STEAL_MOST = 0.02;

    private static final int STEAL_TICKS = 2;
    private static final double TICK_SECONDS = 0.01;

    /** Looks of this length, so many at most, before a window is taken again. */
    private static final long LOOK_MILLIS = 300;

    private static final int LOOKS_MOST = 6;
    private static final int BUSY_TICKS_MOST = 4;

    private static final Path STAT = Path.of("/proc/stat");

    private Quiet() {}

    /** What a {@code *} stands for. */
    public static String starText() {
        return ("no quiet window: other processes used more than %.2f of a CPU, or other guests"
                        + " more than %.2f")
                .formatted(OTHERS_MOST, STEAL_MOST);
    }

    /**
     * Whether the figures {@code others}, {@code steal} and {@code seconds} tell of a quiet window.
     */
    public static boolean isQuiet(Map<String, Double> figures) {
        double seconds = figures.getOrDefault("seconds", 1.0);
        double steal = figures.getOrDefault("steal", 0.0);
        return figures.getOrDefault("others", 0.0) <= OTHERS_MOST
                && steal <= Math.max(STEAL_MOST, (STEAL_TICKS + 0.5) * TICK_SECONDS / seconds);
    }

    /** The longest that {@link #await} takes. */
    public static double awaitSecondsMost() {
        return LOOKS_MOST * LOOK_MILLIS / 1000.0;
    }

    /** Returns when nothing runs, or after a while. */
    public static void await() throws InterruptedException, IOException {
        long before = busyTicks();
        for (int look = 0; look < LOOKS_MOST; look++) {
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            long now = busyTicks();
            if (now - before <= BUSY_TICKS_MOST) {
                return;
            }
            before = now;
        }
    }

    private static long busyTicks() throws IOException {
        try (var lines = Files.lines(STAT)) {
            return busyTicks(lines.findFirst().orElse(""));
        }
    }

    /** Of the first line of /proc/stat: user, nice, system, irq, softirq, steal. */
    static long busyTicks(String line) {
        String[] fields = line.trim().split("\\s+", -1);
        long sum = 0;
        for (int i : new int[] {1, 2, 3, 6, 7, 8}) {
            sum += i < fields.length ? Long.parseLong(fields[i]) : 0;
        }
        return sum;
    }
}
