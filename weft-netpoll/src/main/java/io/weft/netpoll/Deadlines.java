package io.weft.netpoll;

import io.weft.sched.RuntimeTimer;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The two deadlines of a descriptor, and an alarm for each. Made when one is first set, so that a
 * descriptor without deadlines pays a null reference; an alarm is made with the first deadline of
 * its direction.
 *
 * <p>Whether a deadline has passed is a function of its moment and the clock, and kept nowhere. So
 * moving it is one store, nothing has to be taken back, and an alarm that rings for a moment that
 * was given up meanwhile only makes a thread look at the clock once more.
 *
 * <p><b>The alarm follows the moment.</b> Setters of one direction are not serialized. Each stores
 * its moment, sets the alarm to it, and then reads the moment again; if it is another's by then, it
 * sets the alarm to that, and so on. Say that the last setting of the alarm is to {@code a}: its
 * setter has then read {@code a} as the moment, and nobody has stored another since, for that one
 * would have set the alarm after it. With a single store and setting each, a setter that is
 * overtaken between the two could leave the alarm stopped under a deadline that holds.
 */
final class Deadlines {

    /** No deadline. */
    static final long NEVER = RuntimeTimer.NEVER;

    private static final VarHandle READ_ALARM;
    private static final VarHandle WRITE_ALARM;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            READ_ALARM = lookup.findVarHandle(Deadlines.class, "readAlarm", Alarm.class);
            WRITE_ALARM = lookup.findVarHandle(Deadlines.class, "writeAlarm", Alarm.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final AlarmClock clock;

    /** Never negative. */
    private volatile long readNanos = NEVER;

    /** Never negative. */
    private volatile long writeNanos = NEVER;

    @SuppressWarnings("unused") // through READ_ALARM
    private @Nullable Alarm readAlarm;

    @SuppressWarnings("unused") // through WRITE_ALARM
    private @Nullable Alarm writeAlarm;

    Deadlines(AlarmClock clock) {
        this.clock = clock;
    }

    /** The time until the deadline; 0 or less if it has passed, {@link #NEVER} if there is none. */
    long leftNanos(Direction direction) {
        long moment = momentVolatile(direction);
        return moment == NEVER ? NEVER : moment - clock.nanoTime();
    }

    /** Sets a moment, not negative, and the alarm to it. */
    void set(Direction direction, long whenNanos, ReadinessSlots slots) {
        storeMomentVolatile(direction, whenNanos);
        // Not bounded by a number, but each further round means that another thread has set a
        // deadline in between.
        long moment = whenNanos;
        while (true) {
            setAlarm(direction, moment, slots);
            long present = momentVolatile(direction);
            if (present == moment) {
                return;
            }
            moment = present;
        }
    }

    private void setAlarm(Direction direction, long moment, ReadinessSlots slots) {
        if (moment == NEVER) {
            stopAlarm(direction);
        } else {
            alarmOrInstall(direction, slots).reset(moment);
        }
    }

    void stopAlarms() {
        stopAlarm(Direction.READ);
        stopAlarm(Direction.WRITE);
    }

    private void stopAlarm(Direction direction) {
        Alarm alarm = alarmVolatile(direction);
        if (alarm != null) {
            alarm.stop();
        }
    }

    private Alarm alarmOrInstall(Direction direction, ReadinessSlots slots) {
        Alarm present = alarmVolatile(direction);
        if (present != null) {
            return present;
        }
        Alarm fresh = clock.newAlarm(slots, direction);
        Alarm witness = installAlarmVolatile(direction, fresh);
        return witness == null ? fresh : witness;
    }

    // Memory access, the mode in the name.

    long momentVolatile(Direction direction) {
        return direction == Direction.READ ? readNanos : writeNanos;
    }

    private void storeMomentVolatile(Direction direction, long whenNanos) {
        if (direction == Direction.READ) {
            readNanos = whenNanos;
        } else {
            writeNanos = whenNanos;
        }
    }

    private @Nullable Alarm alarmVolatile(Direction direction) {
        return (Alarm)
                (direction == Direction.READ
                        ? READ_ALARM.getVolatile(this)
                        : WRITE_ALARM.getVolatile(this));
    }

    private @Nullable Alarm installAlarmVolatile(Direction direction, Alarm fresh) {
        return (Alarm)
                (direction == Direction.READ
                        ? READ_ALARM.compareAndExchange(this, null, fresh)
                        : WRITE_ALARM.compareAndExchange(this, null, fresh));
    }
}
