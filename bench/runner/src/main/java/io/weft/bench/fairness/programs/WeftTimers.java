package io.weft.bench.fairness.programs;

import io.weft.Timer;
import io.weft.WeftRuntime;
import java.time.Duration;

/**
 * Timers of Weft.
 *
 * @param runtime that runs what they start
 */
record WeftTimers(WeftRuntime runtime) implements TimerKind<Timer> {

    @Override
    public Timer arm(Duration delay, Runnable task) {
        return runtime.after(delay, task);
    }

    @Override
    public boolean reset(Timer timer, Duration delay) {
        return timer.reset(delay);
    }

    @Override
    public boolean stop(Timer timer) {
        return timer.stop();
    }
}
