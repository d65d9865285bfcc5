package io.weft;

import io.weft.sched.RuntimeTimer;
import java.time.Duration;

/** A timer that starts a goroutine when it expires. Small: there may be a million. */
final class FunctionTimer extends RuntimeTimer {

    private final RuntimeTimers timers;
    private final Runnable function;

    FunctionTimer(RuntimeTimers timers, Runnable function) {
        super(timers.scheduler());
        this.timers = timers;
        this.function = function;
    }

    boolean arm(Duration delay) {
        timers.requireOpen();
        return reset(timers.whenAfter(delay));
    }

    @Override
    protected void expire(long whenNanos) {
        timers.start(this, function);
    }
}
