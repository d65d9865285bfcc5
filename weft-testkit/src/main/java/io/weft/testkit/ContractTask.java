package io.weft.testkit;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Something that a test lets another thread do, of whatever kind the starter starts. */
public final class ContractTask<T extends @Nullable Object> {

    /**
     * Longer than {@link HangDumper#DEFAULT_LIMIT}, so that a hang is dumped before it is given up.
     */
    private static final Duration PATIENCE = Duration.ofSeconds(45);

    private static final long RECHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final FutureTask<T> future;
    private final Thread thread;

    private ContractTask(FutureTask<T> future, Thread thread) {
        this.future = future;
        this.thread = thread;
    }

    /** Starts it. */
    static <T extends @Nullable Object> ContractTask<T> start(
            Function<Runnable, Thread> starter, Callable<T> body) {
        FutureTask<T> future = new FutureTask<>(body);
        return new ContractTask<>(future, starter.apply(future));
    }

    /** What it returned, or its exception. */
    public T join() throws Exception {
        try {
            return future.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw new AssertionError("the task failed", failed.getCause());
        } catch (TimeoutException hang) {
            throw new AssertionError("the task does not end: " + thread, hang);
        }
    }

    /** The exception that it must have thrown. */
    public Exception failure() {
        Object result;
        try {
            result = join();
        } catch (Exception failure) {
            return failure;
        }
        throw new AssertionError("the task should have failed, and returned " + result);
    }

    /** Returns once the thread waits for something. */
    public void awaitParked() {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!isParked()) {
            if (future.isDone()) {
                throw new AssertionError("the task should wait, and is done: " + future);
            }
            if (System.nanoTime() - deadline >= 0) {
                throw new AssertionError("the task should wait, and is " + thread.getState());
            }
            LockSupport.parkNanos(RECHECK_NANOS);
        }
    }

    /** Waits until it returned or threw. */
    public void awaitEnd() {
        try {
            join();
        } catch (Exception ended) {
            // Its test has looked at it, or does not care.
        }
    }

    /** Interrupts the thread. */
    public void interrupt() {
        thread.interrupt();
    }

    /** Whether it returned or threw. */
    public boolean isDone() {
        return future.isDone();
    }

    private boolean isParked() {
        Thread.State state = thread.getState();
        return state == Thread.State.WAITING || state == Thread.State.TIMED_WAITING;
    }
}
