package io.weft.netpoll;

import static io.weft.verify.lincheck.Interleavings.breaks;
import static io.weft.verify.lincheck.Interleavings.check;
import static io.weft.verify.lincheck.Interleavings.holds;
import static io.weft.verify.lincheck.Interleavings.shared;
import static io.weft.verify.lincheck.Interleavings.together;

import io.weft.netpoll.BrokenDeadlineSlot.Mistake;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Deadlines: each ends the wait, none loses an edge, and the alarm is where the deadline is. */
@Timeout(240)
class DeadlineInterleavingsTest {

    private static final int PIECES = 2;
    private static final long SOON = 10;
    private static final long LATE = 20;

    /** What the scenarios ask of a slot: a real one, or a twin with a mistake. */
    interface Slot {

        Wait await();

        void ready();

        void setDeadline(long whenNanos);

        /** Lets time pass, then lets the alarm ring. */
        void advanceTo(long nanos);

        /** What the alarm is set for. */
        long alarmNanos();

        /** The deadline. */
        long deadlineNanos();
    }

    /** Time and one alarm. */
    private static final class TinyClock implements AlarmClock, Alarm {

        private final AtomicLong now = new AtomicLong();
        private final AtomicLong when = new AtomicLong(Deadlines.NEVER);

        @Override
        public long nanoTime() {
            return now.get();
        }

        @Override
        public Alarm newAlarm(ReadinessSlots slots, Direction direction) {
            return this;
        }

        @Override
        public boolean reset(long whenNanos) {
            return when.getAndSet(whenNanos) != Deadlines.NEVER;
        }

        @Override
        public boolean stop() {
            return when.getAndSet(Deadlines.NEVER) != Deadlines.NEVER;
        }
    }

    private static final class RealSlots extends ReadinessSlots {

        private final AlarmClock clock;

        RealSlots(AlarmClock clock) {
            this.clock = clock;
        }

        @Override
        AlarmClock alarmClock() {
            return clock;
        }

        @Override
        void closeDescriptor() {}
    }

    /** The read slot of a real descriptor. */
    private record Real(RealSlots slots, TinyClock clock) implements Slot {

        static Real create() {
            TinyClock clock = new TinyClock();
            return new Real(new RealSlots(clock), clock);
        }

        @Override
        public Wait await() {
            return slots.await(Direction.READ);
        }

        @Override
        public void ready() {
            slots.ready(Direction.READ);
        }

        @Override
        public void setDeadline(long whenNanos) {
            slots.setDeadline(Direction.READ, whenNanos);
        }

        @Override
        public void advanceTo(long nanos) {
            clock.now.set(nanos);
            slots.ring(Direction.READ);
        }

        @Override
        public long alarmNanos() {
            return clock.when.get();
        }

        @Override
        public long deadlineNanos() {
            long left = slots.leftNanos(Direction.READ);
            return left == Deadlines.NEVER ? left : left + clock.now.get();
        }
    }

    @Test
    void aDeadlineInThePastEndsTheWait() {
        holds(() -> waiterAgainstSetter(Real.create()));
    }

    @Test
    void anAlarmEndsTheWait() {
        holds(() -> waiterAgainstAlarm(Real.create()));
    }

    @Test
    void aDeadlineThatIsMovedEndsTheWaitAtLast() {
        holds(() -> waiterAgainstMover(Real.create()));
    }

    @Test
    void aReaderGetsAllThatArrivesWhateverTimesOut() {
        holds(() -> readerAgainstPollerAndAlarm(Real.create()));
    }

    @Test
    void theAlarmFollowsTheDeadline() {
        holds(() -> settersAgainstEachOther(Real.create()));
    }

    @Test
    void aWaiterThatReadsItsDeadlineFirstIsFoundBySetters() {
        breaks(() -> waiterAgainstSetter(new BrokenDeadlineSlot(Mistake.DEADLINE_READ_FIRST)));
    }

    @Test
    void aWaiterThatReadsItsDeadlineFirstIsFoundByAlarms() {
        breaks(() -> waiterAgainstAlarm(new BrokenDeadlineSlot(Mistake.DEADLINE_READ_FIRST)));
    }

    @Test
    void aWithdrawalThatForgetsAnEdgeIsFound() {
        breaks(() -> readerAgainstPollerAndAlarm(new BrokenDeadlineSlot(Mistake.BLIND_WITHDRAWAL)));
    }

    @Test
    void anAlarmThatIsSetOnceIsFound() {
        breaks(() -> settersAgainstEachOther(new BrokenDeadlineSlot(Mistake.ALARM_SET_ONCE)));
    }

    private static void waiterAgainstSetter(Slot slot) {
        together(
                () -> check(shared(slot).await() == Wait.TIMED_OUT, "not timed out"),
                () -> slot.setDeadline(0));
    }

    private static void waiterAgainstAlarm(Slot slot) {
        slot.setDeadline(SOON);
        together(
                () -> check(shared(slot).await() == Wait.TIMED_OUT, "not timed out"),
                () -> slot.advanceTo(SOON));
    }

    /** The alarm for the first deadline may ring before, while and after it is moved. */
    private static void waiterAgainstMover(Slot slot) {
        slot.setDeadline(SOON);
        together(
                () -> check(shared(slot).await() == Wait.TIMED_OUT, "not timed out"),
                () -> slot.setDeadline(LATE),
                () -> {
                    slot.advanceTo(SOON);
                    slot.advanceTo(LATE);
                });
    }

    private static void readerAgainstPollerAndAlarm(Slot slot) {
        AtomicInteger socket = shared(new AtomicInteger());
        slot.setDeadline(SOON);
        together(
                () -> check(readAll(shared(slot), socket) == PIECES, "a piece is missing"),
                () -> {
                    for (int i = 0; i < PIECES; i++) {
                        socket.getAndIncrement(); // arrives, then raises an edge
                        slot.ready();
                    }
                },
                () -> slot.advanceTo(SOON));
    }

    /** By the short-read rule: receives only after an edge, also after a time-out. */
    private static int readAll(Slot slot, AtomicInteger socket) {
        int got = 0;
        while (got < PIECES) {
            if (slot.await() == Wait.READY) {
                got += socket.getAndSet(0);
            } else {
                slot.setDeadline(Deadlines.NEVER);
            }
        }
        return got;
    }

    private static void settersAgainstEachOther(Slot slot) {
        slot.setDeadline(SOON);
        together(() -> shared(slot).setDeadline(LATE), () -> slot.setDeadline(Deadlines.NEVER));
        check(slot.alarmNanos() == slot.deadlineNanos(), "the alarm is not at the deadline");
    }
}
