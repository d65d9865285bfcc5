package io.weft.bench.fairness.programs;

import io.weft.bench.micro.operations.Threads;
import java.util.concurrent.TimeUnit;

/**
 * Work that does not rest, beside what is measured.
 *
 * @param loops threads that compute for ever, without a call
 * @param blockers threads that block in the kernel for 100 ms and yield, over and over
 * @param yielders threads that compute for 100 µs and yield, over and over
 */
record Disturbance(int loops, int blockers, int yielders) {

    private static final long BLOCKED_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long COMPUTED_NANOS = TimeUnit.MICROSECONDS.toNanos(100);

    /** Starts all of it. */
    void start(Threads threads) {
        for (int i = 0; i < loops; i++) {
            long seed = i + 1L;
            threads.start(() -> loop(seed));
        }
        for (int i = 0; i < blockers; i++) {
            threads.start(Disturbance::block);
        }
        for (int i = 0; i < yielders; i++) {
            threads.start(Disturbance::compute);
        }
    }

    int threads() {
        return loops + blockers + yielders;
    }

    /** Never ends: xorshift does not come to 0, which no compiler knows. */
    private static void loop(long seed) {
        long x = seed;
        while (x != 0) {
            x ^= x << 13;
            x ^= x >>> 7;
            x ^= x << 17;
        }
        throw new IllegalStateException("fairness: xorshift came to 0");
    }

    private static void block() {
        NativeSleep sleep = new NativeSleep(BLOCKED_NANOS);
        while (true) {
            sleep.sleep();
            Thread.yield();
        }
    }

    private static void compute() {
        while (true) {
            long start = System.nanoTime();
            while (System.nanoTime() - start < COMPUTED_NANOS) {
                Thread.onSpinWait();
            }
            Thread.yield();
        }
    }
}
