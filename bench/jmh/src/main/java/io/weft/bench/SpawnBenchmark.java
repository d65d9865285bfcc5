package io.weft.bench;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;

/** A thread that starts others, which do next to nothing; the figure is the time per thread. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(jvmArgsAppend = {Carrier.JDK_PARALLELISM, Carrier.JDK_POOL})
public class SpawnBenchmark {

    private static final int THREADS = 10_000;

    /** All are started, then all are waited for. */
    @Benchmark
    @OperationsPerInvocation(THREADS)
    public void spawn(Carrier carrier) throws InterruptedException {
        carrier.run(
                () -> {
                    CountDownLatch ended = new CountDownLatch(THREADS);
                    for (int i = 0; i < THREADS; i++) {
                        carrier.factory().newThread(ended::countDown).start();
                    }
                    awaitAll(ended);
                });
    }

    /** Each is waited for before the next is started. */
    @Benchmark
    @OperationsPerInvocation(THREADS)
    public void spawnAndJoin(Carrier carrier) throws InterruptedException {
        carrier.run(
                () -> {
                    for (int i = 0; i < THREADS; i++) {
                        Thread thread = carrier.factory().newThread(SpawnBenchmark::doNothing);
                        thread.start();
                        Carrier.join(thread);
                    }
                });
    }

    private static void doNothing() {}

    private static void awaitAll(CountDownLatch ended) {
        try {
            ended.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException("bench: interrupted while threads were to end", e);
        }
    }
}
