package io.weft.bench.micro.operations;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;

/**
 * Warms an operation up until it is steady, then measures it. Steady are two slices in a row whose
 * costs differ by {@link #STEADY_WITHIN} at most, the later of which saw next to no compilation.
 *
 * <p>Each batch has a thread of its own. The outermost frames of a thread that was there before the
 * compiler stay interpreted for as long as it lives, and the JVM continues a stack with interpreted
 * frames on a slower path: a batch would measure that, and not what it is about.
 *
 * @param leastMillis least warm-up
 * @param mostMillis most warm-up; after it the figures say that they were not steady
 * @param millis length of the measured window
 */
public record Window(int leastMillis, int mostMillis, int millis) {

    private static final int SLICE_MILLIS = 100;
    private static final double STEADY_WITHIN = 0.03;

    /** Milliseconds in which compilers may work during a slice that counts as steady. */
    private static final int COMPILATION_MOST = 5;

    /**
     * A stretch of batches.
     *
     * @param nanos how long it took
     * @param done in all batches
     * @param batches how many they were
     */
    private record Slice(long nanos, Done done, int batches) {

        double cost() {
            return done.cost(nanos);
        }
    }

    void measure(Operation operation, Threads threads, Figures figures)
            throws InterruptedException {
        operation.prepare(threads);
        long start = System.nanoTime();
        boolean steady = warmUp(operation, threads);
        long warmUpNanos = System.nanoTime() - start;
        long cpuNanos = ProcessFigures.cpuNanos();
        long allocatedBytes = ProcessFigures.allocatedBytes();
        Slice slice = slice(operation, threads, millis);
        allocatedBytes = ProcessFigures.allocatedBytes() - allocatedBytes;
        cpuNanos = ProcessFigures.cpuNanos() - cpuNanos;
        long operations = slice.done().operations();
        figures.add("ns_per_op", slice.cost());
        if (slice.done().apartNanos() == 0) {
            figures.add("cpu_ns_per_op", (double) cpuNanos / operations);
            figures.add("bytes_per_op", (double) allocatedBytes / operations);
        }
        figures.add("ops", operations);
        figures.add("created", slice.done().created());
        figures.add("created_per_batch", slice.done().created() / slice.batches());
        figures.add("seconds", slice.nanos() / 1e9);
        figures.add("warmup_seconds", warmUpNanos / 1e9);
        figures.add("steady", steady ? 1 : 0);
        operation.more(threads, this, figures);
    }

    private boolean warmUp(Operation operation, Threads threads) throws InterruptedException {
        CompilationMXBean compilation = ManagementFactory.getCompilationMXBean();
        long start = System.nanoTime();
        double previous = 0;
        while (true) {
            long compiled = compilation.getTotalCompilationTime();
            double cost = slice(operation, threads, SLICE_MILLIS).cost();
            compiled = compilation.getTotalCompilationTime() - compiled;
            boolean steady =
                    Math.abs(cost - previous) <= STEADY_WITHIN * previous
                            && compiled <= COMPILATION_MOST;
            previous = cost;
            long pastNanos = System.nanoTime() - start;
            if (steady && pastNanos >= MILLISECONDS.toNanos(leastMillis)) {
                return true;
            }
            if (pastNanos >= MILLISECONDS.toNanos(mostMillis)) {
                return false;
            }
        }
    }

    private static Slice slice(Operation operation, Threads threads, int millis)
            throws InterruptedException {
        Done sum = new Done(0, 0);
        long start = System.nanoTime();
        for (int batches = 1; ; batches++) {
            sum = sum.plus(threads.call(() -> operation.batch(threads)));
            long nanos = System.nanoTime() - start;
            if (nanos >= MILLISECONDS.toNanos(millis)) {
                return new Slice(nanos, sum, batches);
            }
        }
    }
}
