package io.weft.netpoll;

import io.weft.sched.RuntimeTimer;
import io.weft.sched.Scheduler;

/** Deadlines by the clock and the timers of a scheduler. */
record SchedulerClock(Scheduler scheduler) implements AlarmClock {

    @Override
    public long nanoTime() {
        return scheduler.nanoTime();
    }

    @Override
    public Alarm newAlarm(ReadinessSlots slots, Direction direction) {
        return new DeadlineTimer(scheduler, slots, direction);
    }

    /** 40 bytes with compact object headers, beside its entry in a heap. */
    private static final class DeadlineTimer extends RuntimeTimer implements Alarm {

        private final ReadinessSlots slots;
        private final Direction direction;

        DeadlineTimer(Scheduler scheduler, ReadinessSlots slots, Direction direction) {
            super(scheduler);
            this.slots = slots;
            this.direction = direction;
        }

        @Override
        protected void expire(long whenNanos) {
            slots.ring(direction);
        }
    }
}
