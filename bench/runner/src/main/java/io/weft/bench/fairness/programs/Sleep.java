package io.weft.bench.fairness.programs;

import io.weft.bench.micro.operations.Figures;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.LongStream;

/**
 * By how much one thread oversleeps.
 *
 * @param each length of a sleep
 * @param warmUp before the window
 * @param window in which sleeps count
 */
record Sleep(Duration each, Duration warmUp, Duration window) {

    private static final int SLEEPS_MOST = 1 << 20;
    private static final double NANOS_PER_MICRO = 1e3;

    void measure(Figures figures) throws InterruptedException {
        long[] overshoots = new long[SLEEPS_MOST];
        sleep(warmUp, overshoots);
        long[] sorted = Arrays.copyOf(overshoots, sleep(window, overshoots));
        Arrays.sort(sorted);
        figures.add("sleeps", sorted.length);
        figures.add("early", LongStream.of(sorted).filter(over -> over < 0).count());
        figures.add("over_p50_us", at(sorted, 0.5));
        figures.add("over_p90_us", at(sorted, 0.9));
        figures.add("over_p99_us", at(sorted, 0.99));
        figures.add("over_max_us", at(sorted, 1));
    }

    private static double at(long[] sorted, double share) {
        return sorted[(int) (share * (sorted.length - 1))] / NANOS_PER_MICRO;
    }

    /** Returns how many sleeps there were. */
    private int sleep(Duration length, long[] overshoots) throws InterruptedException {
        long start = System.nanoTime();
        int count = 0;
        while (count < overshoots.length) {
            long before = System.nanoTime();
            Thread.sleep(each);
            long after = System.nanoTime();
            overshoots[count++] = after - before - each.toNanos();
            if (after - start >= length.toNanos()) {
                break;
            }
        }
        return count;
    }
}
