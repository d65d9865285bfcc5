package io.weft.sched;

import java.util.ArrayList;
import java.util.List;

/** Writes down when it expires; for tests with one thread. */
class RecordingTimer extends RuntimeTimer {

    final List<Long> expired = new ArrayList<>();
    int abandoned;

    RecordingTimer(Timers timers) {
        super(timers);
    }

    @Override
    protected void expire(long whenNanos) {
        expired.add(whenNanos);
    }

    @Override
    protected void abandon() {
        abandoned++;
    }
}
