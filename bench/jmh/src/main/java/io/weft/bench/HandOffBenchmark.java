package io.weft.bench;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;

/**
 * Two threads that take turns by unpark and park; the figure is the time from one turn to the next.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(jvmArgsAppend = {Carrier.JDK_PARALLELISM, Carrier.JDK_POOL})
public class HandOffBenchmark {

    private static final int TURNS = 20_000;

    /** Half of the turns belong to each thread. */
    @Benchmark
    @OperationsPerInvocation(TURNS)
    public void parkAndUnpark(Carrier carrier) throws InterruptedException {
        carrier.run(
                () -> {
                    Game game = new Game(Thread.currentThread());
                    Thread other = carrier.factory().newThread(() -> game.play(1));
                    game.other = other;
                    other.start();
                    game.play(0);
                });
    }

    private static final class Game {
        private final Thread one;
        private volatile @Nullable Thread other;
        private volatile int turn;

        Game(Thread one) {
            this.one = one;
        }

        void play(int me) {
            Thread partner = me == 0 ? other : one;
            for (int i = 0; i < TURNS / 2; i++) {
                while (turn != me) {
                    LockSupport.park(this);
                }
                turn = 1 - me;
                LockSupport.unpark(partner);
            }
        }
    }
}
