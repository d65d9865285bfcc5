package io.weft.netpoll;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Time that passes when a test says so, with alarms that ring then. */
final class HandClock implements AlarmClock {

    private final AtomicLong now = new AtomicLong();
    private final List<HandAlarm> alarms = new CopyOnWriteArrayList<>();

    @Override
    public long nanoTime() {
        return now.get();
    }

    @Override
    public Alarm newAlarm(ReadinessSlots slots, Direction direction) {
        HandAlarm alarm = new HandAlarm(slots, direction);
        alarms.add(alarm);
        return alarm;
    }

    /** Lets it become that late; rings what is due. */
    void advanceTo(long nanos) {
        now.set(nanos);
        for (HandAlarm alarm : alarms) {
            alarm.ringIfDue(nanos);
        }
    }

    /** Lets it become that late; the alarms are late, too. */
    void advanceSilentlyTo(long nanos) {
        now.set(nanos);
    }

    List<HandAlarm> alarms() {
        return alarms;
    }

    /** The moment that an alarm is set for, or NEVER. */
    static final class HandAlarm implements Alarm {

        private final ReadinessSlots slots;
        private final Direction direction;
        private final AtomicReference<@Nullable Runnable> interference = new AtomicReference<>();
        private final AtomicLong when = new AtomicLong(Deadlines.NEVER);

        private HandAlarm(ReadinessSlots slots, Direction direction) {
            this.slots = slots;
            this.direction = direction;
        }

        /** Lets something happen between a setter's write of the deadline and its alarm. */
        void beforeNextReset(Runnable action) {
            interference.set(action);
        }

        @Override
        public boolean reset(long whenNanos) {
            Runnable action = interference.getAndSet(null);
            if (action != null) {
                action.run();
            }
            return when.getAndSet(whenNanos) != Deadlines.NEVER;
        }

        @Override
        public boolean stop() {
            return when.getAndSet(Deadlines.NEVER) != Deadlines.NEVER;
        }

        long whenNanos() {
            return when.get();
        }

        private void ringIfDue(long nanos) {
            long moment = when.get();
            if (moment <= nanos && when.compareAndSet(moment, Deadlines.NEVER)) {
                slots.ring(direction);
            }
        }
    }
}
