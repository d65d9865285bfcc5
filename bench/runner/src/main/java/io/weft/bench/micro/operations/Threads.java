package io.weft.bench.micro.operations;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadFactory;

/**
 * Where threads come from.
 *
 * @param factory of Weft or of the JDK
 * @param procs how many of them run at once
 */
public record Threads(ThreadFactory factory, int procs) {

    /** Starts a thread. */
    public Thread start(Runnable task) {
        Thread thread = factory.newThread(task);
        thread.start();
        return thread;
    }

    /**
     * Has a thread of its own compute something.
     *
     * @throws InterruptedException if the caller is or gets interrupted
     */
    <T> T call(Callable<T> body) throws InterruptedException {
        FutureTask<T> task = new FutureTask<>(body);
        start(task);
        try {
            return task.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException("micro: a batch failed", e);
        }
    }
}
