package io.weft.sched;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Group;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The local run queue: what its owner pays, what a thief pays, and both at once. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RunQueueBenchmark {

    private static final int CAPACITY = 256;
    private static final int WAITING = 128;

    private static final Runnable TASK = RunQueueBenchmark::doNothing;

    /** A queue that only its owner uses. */
    @State(Scope.Thread)
    public static class Own {
        final RunQueue queue = new RunQueue(CAPACITY);

        /** Leaves a few tasks in the queue, so that push and pop touch different slots. */
        @Setup
        public void fill() {
            for (int i = 0; i < CAPACITY / 8; i++) {
                queue.push(TASK);
            }
        }
    }

    /** Two queues of one thread; half of the fuller one goes back and forth. */
    @State(Scope.Thread)
    public static class Pair {
        RunQueue from = new RunQueue(CAPACITY);
        RunQueue to = new RunQueue(CAPACITY);

        @Setup
        public void fill() {
            for (int i = 0; i < WAITING; i++) {
                from.push(TASK);
            }
        }

        void swap() {
            RunQueue emptier = from;
            from = to;
            to = emptier;
        }
    }

    /** A queue whose owner works while another thread steals from it. */
    @State(Scope.Group)
    public static class Contended {
        final RunQueue victim = new RunQueue(CAPACITY);
        final RunQueue thief = new RunQueue(CAPACITY);
    }

    /** One push and one pop by the owner. */
    @Benchmark
    public @Nullable Runnable pushPop(Own own) {
        own.queue.push(TASK);
        return own.queue.pop();
    }

    /**
     * One steal of half a queue, without anybody else. The sizes settle where a third of {@value
     * #WAITING} tasks moves each time.
     */
    @Benchmark
    public @Nullable Runnable steal(Pair pair) {
        Runnable last = pair.from.stealHalfInto(pair.to);
        if (last != null) {
            pair.to.push(last);
        }
        pair.swap();
        return last;
    }

    /** The owner's push, and a pop whenever the ring is full. */
    @Benchmark
    @Group("contended")
    public @Nullable Runnable owner(Contended queues) {
        return queues.victim.push(TASK) ? TASK : queues.victim.pop();
    }

    /** A steal by the other thread, which then drops what it got. */
    @Benchmark
    @Group("contended")
    public @Nullable Runnable thief(Contended queues) {
        Runnable last = queues.victim.stealHalfInto(queues.thief);
        while (queues.thief.pop() != null) {
            // Only the steal is of interest; the pops make room for the next one.
        }
        return last;
    }

    private static void doNothing() {}
}
