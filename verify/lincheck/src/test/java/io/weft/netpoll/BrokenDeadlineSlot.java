package io.weft.netpoll;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** One slot of {@link ReadinessSlots} with its deadline, and a mistake. */
@SuppressWarnings("ReferenceEquality") // a state of a slot is an identity
final class BrokenDeadlineSlot implements DeadlineInterleavingsTest.Slot {

    /** What is wrong. */
    enum Mistake {
        /** The waiter reads its deadline before it enters the slot, and not after. */
        DEADLINE_READ_FIRST,
        /** A waiter whose deadline has passed empties its slot by a store. */
        BLIND_WITHDRAWAL,
        /** A setter sets the alarm once, and does not look whether it was overtaken. */
        ALARM_SET_ONCE
    }

    private static final Object READY = Wait.READY;

    private final Mistake mistake;
    private final AtomicLong now = new AtomicLong();
    private final AtomicLong moment = new AtomicLong(Deadlines.NEVER);
    private final AtomicLong alarm = new AtomicLong(Deadlines.NEVER);
    private final AtomicReference<@Nullable Object> slot = new AtomicReference<>();

    BrokenDeadlineSlot(Mistake mistake) {
        this.mistake = mistake;
    }

    @Override
    public Wait await() {
        Thread me = Thread.currentThread();
        boolean passed = hasPassed();
        if (!slot.compareAndSet(null, me)) {
            slot.set(null);
            return Wait.READY;
        }
        while (slot.get() == me) {
            if (mistake == Mistake.DEADLINE_READ_FIRST ? passed : hasPassed()) {
                return withdraw(me);
            }
            LockSupport.park(this);
        }
        slot.getAndSet(null);
        return Wait.READY;
    }

    private Wait withdraw(Thread me) {
        if (mistake == Mistake.BLIND_WITHDRAWAL) {
            slot.set(null);
            return Wait.TIMED_OUT;
        }
        if (slot.compareAndSet(me, null)) {
            return Wait.TIMED_OUT;
        }
        slot.set(null);
        return Wait.READY;
    }

    private boolean hasPassed() {
        return moment.get() <= now.get();
    }

    @Override
    public void ready() {
        unpark(slot.getAndSet(READY));
    }

    @Override
    public void setDeadline(long whenNanos) {
        moment.set(whenNanos);
        alarm.set(whenNanos);
        while (mistake != Mistake.ALARM_SET_ONCE && moment.get() != alarm.get()) {
            alarm.set(moment.get());
        }
        if (hasPassed()) {
            unpark(slot.get());
        }
    }

    @Override
    public void advanceTo(long nanos) {
        now.set(nanos);
        unpark(slot.get());
    }

    @Override
    public long alarmNanos() {
        return alarm.get();
    }

    @Override
    public long deadlineNanos() {
        return moment.get();
    }

    private static void unpark(@Nullable Object waiter) {
        if (waiter instanceof Thread thread) {
            LockSupport.unpark(thread);
        }
    }
}
