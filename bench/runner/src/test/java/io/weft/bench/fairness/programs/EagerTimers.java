package io.weft.bench.fairness.programs;

import java.time.Duration;

/** Timers that fire when they are armed, whatever the delay. */
final class EagerTimers implements TimerKind<Runnable> {

    @Override
    public Runnable arm(Duration delay, Runnable task) {
        task.run();
        return task;
    }

    @Override
    public boolean reset(Runnable timer, Duration delay) {
        timer.run();
        return false;
    }

    @Override
    public boolean stop(Runnable timer) {
        return false;
    }
}
