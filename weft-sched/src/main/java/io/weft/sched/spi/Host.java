package io.weft.sched.spi;

import java.time.Instant;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Where goroutines live: a runtime, as the layers beside the scheduler see it. What waits there
 * measures time by its clock, so that a host may have a time of its own.
 *
 * <p>All methods may be called from any thread.
 */
public interface Host extends Clock {

    /** The time of day, in step with {@link #nanoTime}. */
    default Instant now() {
        return Instant.now();
    }

    /**
     * Starts a goroutine.
     *
     * @throws RejectedExecutionException if the host takes no more of them
     */
    Thread go(Runnable task);

    /** A goroutine that is not started. */
    Thread newThread(Runnable task);

    /** Starts a goroutine, or returns null if the host takes no more of them. */
    @Nullable Thread tryGo(Runnable task);

    /**
     * Makes an alarm.
     *
     * @param ring is run on whatever thread finds the alarm due, in the middle of the scheduler: it
     *     must not block, throw or run code of a user. When the host ends it is run early, once,
     *     and the alarm never rings again: whoever is rung for looks at the clock.
     */
    Alarm alarm(Runnable ring);

    /** Whether it takes no more goroutines. */
    boolean isClosed();

    /** How many goroutines run at once. */
    int processors();

    /** The number of the P that runs the caller, or -1 when none of this host does. */
    int currentProcessor();

    /**
     * Rings once for each time it was set, never early. All methods may be called from any thread.
     */
    interface Alarm {

        /**
         * Sets it, whether it was set or not.
         *
         * @param whenNanos a moment on the host's clock
         */
        void set(long whenNanos);

        /**
         * Takes the setting back.
         *
         * @return false if there was none, or it rings or has rung
         */
        boolean cancel();
    }
}
