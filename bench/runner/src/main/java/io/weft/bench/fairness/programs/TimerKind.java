package io.weft.bench.fairness.programs;

import java.time.Duration;

/**
 * What all kinds of timers can do.
 *
 * @param <T> a timer
 */
interface TimerKind<T> {

    /** Runs a task after a while. */
    T arm(Duration delay, Runnable task);

    /**
     * Moves a timer to a while from now.
     *
     * @return whether it was armed, so that it does not fire at the earlier moment
     */
    boolean reset(T timer, Duration delay);

    /** Returns whether it was armed, so that it does not fire. */
    boolean stop(T timer);
}
