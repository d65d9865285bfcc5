package io.weft.sched.spi;

/**
 * The network poller of one P. Readiness that it finds is delivered by unparking the waiters, which
 * brings them to {@code Scheduler.ready} on the calling M.
 *
 * <p>{@link #poll} and {@link #block} are never called by two threads at once: the P's poll lock
 * guards them, and makes what one caller wrote visible to the next. {@link #wake} is free of any
 * lock.
 */
public interface Poller extends AutoCloseable {

    /**
     * Looks for readiness without blocking.
     *
     * @return the number of events that were found
     */
    int poll();

    /**
     * Blocks until there is readiness, until {@link #wake}, or until the time is over.
     *
     * @param timeoutNanos a negative number waits for ever
     * @return the number of events that were found, the wake-up not counted
     */
    int block(long timeoutNanos);

    /** Ends the current or the next {@link #block}. Callable from any thread, never blocks. */
    void wake();

    /** Whether anything was ever registered, so that polling can find something. */
    boolean isWatching();

    /** Frees what the poller holds. Nobody polls or wakes it any more. */
    @Override
    void close();
}
