package io.weft;

/** What a bounded executor does with a task when all its places are taken. */
public enum WhenFull {

    /** Throws {@link java.util.concurrent.RejectedExecutionException}. */
    ABORT,

    /**
     * Runs the task on the thread that submits it, beside those that have a permit: who submits too
     * fast works himself meanwhile.
     */
    CALLER_RUNS,

    /**
     * Waits until there is a place. An interrupt ends the wait with a {@link
     * java.util.concurrent.RejectedExecutionException}, and stays pending. A task that submits to
     * its own executor in this way may wait for itself.
     */
    BLOCK,

    /**
     * Drops the task that has waited longest, for work of which only the newest counts. A dropped
     * {@link java.util.concurrent.Future} is cancelled, so nobody waits for it in vain. Needs a
     * queue.
     */
    DISCARD_OLDEST
}
