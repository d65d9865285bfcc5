package io.weft.bench.micro.operations;

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
}
