package io.weft.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/** A thread that computes something; the result says how it ended. */
final class TestThread<T> {

    /** Long enough that only a lost wake-up takes longer. */
    static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Thread thread;
    private final FutureTask<T> task;

    private TestThread(Thread thread, FutureTask<T> task) {
        this.thread = thread;
        this.task = task;
    }

    static <T> TestThread<T> start(Callable<T> body) {
        FutureTask<T> task = new FutureTask<>(body);
        return new TestThread<>(Thread.ofVirtual().name("test").start(task), task);
    }

    static <T> TestThread<T> startPlatform(Callable<T> body) {
        FutureTask<T> task = new FutureTask<>(body);
        return new TestThread<>(Thread.ofPlatform().daemon().name("test").start(task), task);
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

    /** Waits until it is parked. */
    TestThread<T> awaitParked() throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (thread.getState() != Thread.State.WAITING
                && thread.getState() != Thread.State.TIMED_WAITING) {
            assertThat(System.nanoTime() - deadline).as("it never waits").isNegative();
            assertThat(task.isDone()).as("it ended without waiting").isFalse();
            Thread.sleep(1);
        }
        return this;
    }
}
