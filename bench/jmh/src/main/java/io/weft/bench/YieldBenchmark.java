package io.weft.bench;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;

/** Two threads that yield to each other; the figure is the time of one yield. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(jvmArgsAppend = {Carrier.JDK_PARALLELISM, Carrier.JDK_POOL})
public class YieldBenchmark {

    private static final int YIELDS = 20_000;

    /** Half of the yields come from each thread. */
    @Benchmark
    @OperationsPerInvocation(YIELDS)
    public void yieldToEachOther(Carrier carrier) throws InterruptedException {
        carrier.run(
                () -> {
                    Thread other = carrier.factory().newThread(YieldBenchmark::yieldHalf);
                    other.start();
                    yieldHalf();
                    Carrier.join(other);
                });
    }

    @SuppressWarnings("ThreadPriorityCheck") // the yield itself is measured
    private static void yieldHalf() {
        for (int i = 0; i < YIELDS / 2; i++) {
            Thread.yield();
        }
    }
}
