package io.weft.netpoll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Deadlines of a wait, with time in the test's own hand. */
@Timeout(60)
class SlotDeadlineTest {

    private static class Slots extends ReadinessSlots {

        private final AlarmClock clock;

        Slots(AlarmClock clock) {
            this.clock = clock;
        }

        @Override
        AlarmClock alarmClock() {
            return clock;
        }

        @Override
        void closeDescriptor() {}
    }

    private final HandClock clock = new HandClock();
    private final Slots slots = new Slots(clock);

    private TestThread<Wait> reader(TestThread.Kind kind) {
        return kind.start(() -> slots.await(Direction.READ)).awaitParked();
    }

    private TestThread<Wait> reader() {
        return reader(TestThread.Kind.PLATFORM);
    }

    /** The waiter has looked at its deadline once more and parked again. */
    private static void assertWaitsOn(TestThread<Wait> waiter) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(5);
        assertThat(waiter.awaitParked().isDone()).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void aDeadlineThatHasPassedEndsAWaitAtOnce(Direction direction) {
        clock.advanceTo(100);
        slots.setDeadline(direction, 100);
        assertThat(slots.await(direction)).isEqualTo(Wait.TIMED_OUT);
        assertThat(slots.await(direction)).isEqualTo(Wait.TIMED_OUT);
        assertThat(slots.slotVolatile(direction)).isNull();
    }

    @ParameterizedTest
    @EnumSource
    void aDeadlineThatPassesEndsAPendingWait(TestThread.Kind kind) throws Exception {
        slots.setDeadline(Direction.READ, 100);
        TestThread<Wait> reader = reader(kind);
        clock.advanceTo(99);
        assertWaitsOn(reader);
        clock.advanceTo(100);
        assertThat(reader.result()).isEqualTo(Wait.TIMED_OUT);
        assertThat(slots.slotVolatile(Direction.READ)).as("withdrawn").isNull();
    }

    @ParameterizedTest
    @EnumSource
    void theFirstDeadlineIsObeyedByAWaitThatWasThereBefore(TestThread.Kind kind) throws Exception {
        TestThread<Wait> reader = reader(kind);
        slots.setDeadline(Direction.READ, 100);
        assertWaitsOn(reader);
        clock.advanceTo(100);
        assertThat(reader.result()).isEqualTo(Wait.TIMED_OUT);
    }

    /** No alarm rings here: the setter wakes by itself. */
    @ParameterizedTest
    @EnumSource
    void aDeadlineInThePastEndsAPendingWaitAtOnce(TestThread.Kind kind) throws Exception {
        clock.advanceTo(100);
        TestThread<Wait> reader = reader(kind);
        slots.setDeadline(Direction.READ, 1);
        assertThat(reader.result()).isEqualTo(Wait.TIMED_OUT);
        TestThread<Wait> second = reader(kind);
        assertThat(second.result()).isEqualTo(Wait.TIMED_OUT);
    }

    @Test
    void aNegativeMomentIsThePast() {
        slots.setDeadline(Direction.READ, Long.MIN_VALUE);
        assertThat(slots.await(Direction.READ)).isEqualTo(Wait.TIMED_OUT);
    }

    @Test
    void aLaterDeadlineIsObeyedByAPendingWait() throws Exception {
        slots.setDeadline(Direction.READ, 100);
        TestThread<Wait> reader = reader();
        slots.setDeadline(Direction.READ, 200);
        clock.advanceTo(199);
        assertWaitsOn(reader);
        clock.advanceTo(200);
        assertThat(reader.result()).isEqualTo(Wait.TIMED_OUT);
    }

    @Test
    void anEarlierDeadlineIsObeyedByAPendingWait() throws Exception {
        slots.setDeadline(Direction.READ, 200);
        TestThread<Wait> reader = reader();
        slots.setDeadline(Direction.READ, 100);
        assertWaitsOn(reader);
        clock.advanceTo(100);
        assertThat(reader.result()).isEqualTo(Wait.TIMED_OUT);
    }

    @Test
    void aClearedDeadlineLetsAPendingWaitGoOn() throws Exception {
        slots.setDeadline(Direction.READ, 100);
        TestThread<Wait> reader = reader();
        slots.setDeadline(Direction.READ, Deadlines.NEVER);
        clock.advanceTo(1_000);
        assertWaitsOn(reader);
        slots.ready(Direction.READ);
        assertThat(reader.result()).isEqualTo(Wait.READY);
    }

    @Test
    void anAlarmForAnOldDeadlineDoesNotEndTheWait() throws Exception {
        slots.setDeadline(Direction.READ, 100);
        TestThread<Wait> reader = reader();
        for (int i = 0; i < 100; i++) {
            slots.ring(Direction.READ);
            assertThat(reader.awaitParked().isDone()).isFalse();
        }
        slots.ready(Direction.READ);
        assertThat(reader.result()).isEqualTo(Wait.READY);
    }

    @Test
    void theDirectionsAreIndependent() throws Exception {
        slots.setDeadline(Direction.READ, 100);
        TestThread<Wait> reader = reader();
        TestThread<Wait> writer = TestThread.start(() -> slots.await(Direction.WRITE));
        writer.awaitParked();
        clock.advanceTo(100);
        assertThat(reader.result()).isEqualTo(Wait.TIMED_OUT);
        assertWaitsOn(writer);
        slots.setDeadline(Direction.WRITE, 200);
        slots.setDeadline(Direction.READ, Deadlines.NEVER);
        clock.advanceTo(200);
        assertThat(writer.result()).isEqualTo(Wait.TIMED_OUT);
        assertThat(slots.leftNanos(Direction.READ)).isEqualTo(Deadlines.NEVER);
        assertThat(slots.leftNanos(Direction.WRITE)).isZero();
    }

    @Test
    void readinessThatIsThereIsConsumedEvenAfterTheDeadline() {
        clock.advanceTo(100);
        slots.setDeadline(Direction.READ, 1);
        slots.ready(Direction.READ);
        assertThat(slots.await(Direction.READ)).isEqualTo(Wait.READY);
    }

    @Test
    void readinessAfterATimeOutStaysForTheNextWait() {
        slots.setDeadline(Direction.READ, 0);
        assertThat(slots.await(Direction.READ)).isEqualTo(Wait.TIMED_OUT);
        slots.ready(Direction.READ);
        slots.setDeadline(Direction.READ, Deadlines.NEVER);
        assertThat(slots.await(Direction.READ)).isEqualTo(Wait.READY);
    }

    /** Readiness comes after the waiter has found its deadline passed and before it withdraws. */
    @Test
    void readinessThatIsFasterThanAWithdrawalWins() {
        Slots[] self = new Slots[1];
        AlarmClock meddling =
                new AlarmClock() {
                    @Override
                    public long nanoTime() {
                        self[0].ready(Direction.READ);
                        return 100;
                    }

                    @Override
                    public Alarm newAlarm(ReadinessSlots slots, Direction direction) {
                        return clock.newAlarm(slots, direction);
                    }
                };
        self[0] = new Slots(meddling);
        self[0].setDeadline(Direction.READ, 100);
        assertThat(self[0].await(Direction.READ)).isEqualTo(Wait.READY);
        assertThat(self[0].slotVolatile(Direction.READ)).isNull();
    }

    /** Time passes, and the alarm finds nobody, just before the waiter enters its slot. */
    @Test
    void anAlarmThatFindsNobodyIsMadeUpForByTheWaitersLookAtTheClock() {
        slots.setDeadline(Direction.READ, 100);
        clock.advanceTo(100);
        assertThat(clock.alarms().getFirst().whenNanos()).isEqualTo(Deadlines.NEVER);
        assertThat(slots.await(Direction.READ)).isEqualTo(Wait.TIMED_OUT);
    }

    @Test
    void anInterruptComesBeforeADeadline() throws Exception {
        slots.setDeadline(Direction.READ, 0);
        TestThread<Wait> reader =
                TestThread.start(
                        () -> {
                            Thread.currentThread().interrupt();
                            return slots.await(Direction.READ);
                        });
        assertThat(reader.result()).isEqualTo(Wait.INTERRUPTED);
    }

    @Test
    void closeEndsTheWaitAndStopsTheAlarms() throws Exception {
        slots.setDeadline(Direction.READ, 100);
        slots.setDeadline(Direction.WRITE, 200);
        TestThread<Wait> reader = reader();
        slots.close();
        assertThat(reader.result()).isEqualTo(Wait.CLOSED);
        slots.setDeadline(Direction.READ, 300);
        assertThat(clock.alarms()).hasSize(2);
        assertThat(clock.alarms()).allMatch(alarm -> alarm.whenNanos() == Deadlines.NEVER);
        clock.advanceTo(1_000);
        assertThat(slots.await(Direction.READ)).isEqualTo(Wait.CLOSED);
    }

    @Test
    void aDescriptorWithoutADeadlineAsksForNoClock() {
        Slots bare =
                new Slots(clock) {
                    @Override
                    AlarmClock alarmClock() {
                        throw new AssertionError("asked for");
                    }
                };
        bare.setDeadline(Direction.READ, Deadlines.NEVER);
        assertThat(bare.leftNanos(Direction.READ)).isEqualTo(Deadlines.NEVER);
        bare.close();
    }

    @Test
    void withoutASchedulerADeadlineIsRefused() {
        ReadinessSlots without =
                new ReadinessSlots() {
                    @Override
                    void closeDescriptor() {}
                };
        assertThatThrownBy(() -> without.setDeadline(Direction.READ, 1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no clock");
    }

    @Test
    void movingADeadlineUsesOneAlarm() {
        for (int i = 0; i < 100; i++) {
            slots.setDeadline(Direction.READ, 1_000 + i);
        }
        assertThat(clock.alarms()).hasSize(1);
        assertThat(clock.alarms().getFirst().whenNanos()).isEqualTo(1_099);
    }

    /** Another setter comes and goes after this one has written its deadline, before its alarm. */
    @ParameterizedTest
    @ValueSource(longs = {50, 70, Deadlines.NEVER})
    void theAlarmFollowsTheDeadlineOfRacingSetters(long overtaking) {
        slots.setDeadline(Direction.READ, 10);
        HandClock.HandAlarm alarm = clock.alarms().getFirst();
        alarm.beforeNextReset(() -> slots.setDeadline(Direction.READ, overtaking));
        slots.setDeadline(Direction.READ, 60);
        assertThat(slots.leftNanos(Direction.READ)).isEqualTo(overtaking);
        assertThat(alarm.whenNanos()).isEqualTo(overtaking);
    }

    /** A waiter, a poller and somebody who sets deadlines in the past meet as they like. */
    @ParameterizedTest
    @EnumSource
    void noEdgeIsLostBetweenTimeOuts(TestThread.Kind kind) throws Exception {
        int edges = 5_000;
        Slots answers = new Slots(clock);
        AtomicInteger timeOuts = new AtomicInteger();
        TestThread<Boolean> waiter =
                kind.start(
                        () -> {
                            for (int seen = 0; seen < edges; ) {
                                Wait outcome = slots.await(Direction.READ);
                                if (outcome == Wait.READY) {
                                    seen++;
                                    answers.ready(Direction.READ);
                                } else {
                                    assertThat(outcome).isEqualTo(Wait.TIMED_OUT);
                                    timeOuts.incrementAndGet();
                                    slots.setDeadline(Direction.READ, Deadlines.NEVER);
                                }
                            }
                            return true;
                        });
        TestThread<Boolean> setter =
                TestThread.start(
                        () -> {
                            while (!waiter.isDone()) {
                                slots.setDeadline(Direction.READ, 0);
                                Thread.yield();
                            }
                            return true;
                        });
        for (int i = 0; i < edges; i++) {
            slots.ready(Direction.READ);
            assertThat(answers.await(Direction.READ)).isEqualTo(Wait.READY);
        }
        assertThat(waiter.result()).isTrue();
        assertThat(setter.result()).isTrue();
        assertThat(timeOuts.get()).isPositive();
    }
}
