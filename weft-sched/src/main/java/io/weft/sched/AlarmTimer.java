package io.weft.sched;

import io.weft.sched.spi.Host;

/** An alarm of a host whose time is that of a scheduler. */
public final class AlarmTimer extends RuntimeTimer implements Host.Alarm {

    private final Runnable ring;

    /** An alarm that is not set; see {@link Host#alarm}. */
    public AlarmTimer(Scheduler scheduler, Runnable ring) {
        super(scheduler);
        this.ring = ring;
    }

    @Override
    public void set(long whenNanos) {
        reset(whenNanos);
    }

    @Override
    public boolean cancel() {
        return stop();
    }

    @Override
    protected void expire(long whenNanos) {
        ring.run();
    }

    @Override
    protected void abandon() {
        if (stop()) {
            ring.run();
        }
    }
}
