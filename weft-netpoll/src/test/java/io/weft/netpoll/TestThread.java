package io.weft.netpoll;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A thread that computes something, of either kind; the result says how it ended. */
final class TestThread<T> {

    /** Long enough that only a lost wake-up takes longer. */
    static final Duration PATIENCE = Duration.ofSeconds(20);

    /** What waits in the netpoll: threads of the platform, and virtual threads of the JDK. */
    enum Kind {
        PLATFORM,
        VIRTUAL;

        /** One kind after the other. */
        static Kind ofRound(int round) {
            return round % 2 == 0 ? PLATFORM : VIRTUAL;
        }

        <T> TestThread<T> start(Callable<T> body) {
            FutureTask<T> task = new FutureTask<>(body);
            Thread.Builder builder =
                    this == PLATFORM ? Thread.ofPlatform().daemon() : Thread.ofVirtual();
            return new TestThread<>(builder.name("test").start(task), task);
        }
    }

    private static final long RECHECK_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

    private final Thread thread;
    private final FutureTask<T> task;

    private TestThread(Thread thread, FutureTask<T> task) {
        this.thread = thread;
        this.task = task;
    }

    static <T> TestThread<T> start(Callable<T> body) {
        return Kind.PLATFORM.start(body);
    }

    Thread thread() {
        return thread;
    }

    /** The result, once it is there. */
    T result() throws Exception {
        return task.get(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
    }

    boolean isDone() {
        return task.isDone();
    }

    /** Returns once the thread is parked without a timeout, or has ended. */
    TestThread<T> awaitParked() {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (thread.getState() != Thread.State.WAITING && !task.isDone()) {
            assertThat(System.nanoTime() - deadline).as("thread never parked").isNegative();
            LockSupport.parkNanos(RECHECK_NANOS);
        }
        return this;
    }
}
