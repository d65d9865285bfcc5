package io.weft.netpoll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class ReadinessSlotsTest {

    private static final class Slots extends ReadinessSlots {
        @Override
        void closeDescriptor() {}
    }

    private final Slots slots = new Slots();

    @ParameterizedTest
    @EnumSource
    void readinessBeforeTheWaitEndsItAtOnceAndIsConsumed(Direction direction) {
        slots.ready(direction);
        slots.ready(direction);
        assertThat(slots.await(direction)).isEqualTo(Wait.READY);
        assertThat(slots.slotVolatile(direction)).isNull();
    }

    @ParameterizedTest
    @EnumSource
    void readinessWakesAWaiter(TestThread.Kind kind) throws Exception {
        TestThread<Wait> waiter = kind.start(() -> slots.await(Direction.READ)).awaitParked();
        assertThat(slots.slotVolatile(Direction.READ)).isSameAs(waiter.thread());
        slots.ready(Direction.READ);
        assertThat(waiter.result()).isEqualTo(Wait.READY);
        assertThat(slots.slotVolatile(Direction.READ)).as("keeps no thread").isNull();
    }

    @ParameterizedTest
    @EnumSource
    void closeWakesAWaiter(TestThread.Kind kind) throws Exception {
        TestThread<Wait> reader = kind.start(() -> slots.await(Direction.READ)).awaitParked();
        TestThread<Wait> writer = kind.start(() -> slots.await(Direction.WRITE)).awaitParked();
        slots.close();
        assertThat(reader.result()).isEqualTo(Wait.CLOSED);
        assertThat(writer.result()).isEqualTo(Wait.CLOSED);
        assertThat(slots.slotVolatile(Direction.READ)).isNull();
        assertThat(slots.slotVolatile(Direction.WRITE)).isNull();
    }

    @ParameterizedTest
    @EnumSource
    void anInterruptEndsTheWaitAndStaysPending(TestThread.Kind kind) throws Exception {
        TestThread<Boolean> waiter =
                kind.start(
                        () ->
                                slots.await(Direction.READ) == Wait.INTERRUPTED
                                        && Thread.currentThread().isInterrupted());
        waiter.awaitParked().thread().interrupt();
        assertThat(waiter.result()).isTrue();
        assertThat(slots.slotVolatile(Direction.READ)).as("withdrawn").isNull();
    }

    @Test
    void aThreadThatIsInterruptedAlreadyDoesNotPark() throws Exception {
        TestThread<Wait> waiter =
                TestThread.start(
                        () -> {
                            Thread.currentThread().interrupt();
                            return slots.await(Direction.READ);
                        });
        assertThat(waiter.result()).isEqualTo(Wait.INTERRUPTED);
    }

    @Test
    void readinessIsConsumedEvenByAnInterruptedThread() throws Exception {
        slots.ready(Direction.READ);
        TestThread<Wait> waiter =
                TestThread.start(
                        () -> {
                            Thread.currentThread().interrupt();
                            return slots.await(Direction.READ);
                        });
        assertThat(waiter.result()).isEqualTo(Wait.READY);
    }

    @Test
    void readinessAfterAWithdrawalStaysForTheNextWait() throws Exception {
        TestThread<Wait> waiter = TestThread.start(() -> slots.await(Direction.READ));
        waiter.awaitParked().thread().interrupt();
        assertThat(waiter.result()).isEqualTo(Wait.INTERRUPTED);
        slots.ready(Direction.READ);
        assertThat(slots.await(Direction.READ)).isEqualTo(Wait.READY);
    }

    /** Readiness comes after the waiter has seen the interrupt and before it withdraws. */
    @Test
    void readinessThatIsFasterThanAWithdrawalWins() throws Exception {
        FutureTask<Wait> outcome = new FutureTask<>(() -> slots.await(Direction.READ));
        Thread waiter =
                new Thread(outcome) {
                    @Override
                    public boolean isInterrupted() {
                        slots.ready(Direction.READ);
                        return true;
                    }
                };
        waiter.start();
        assertThat(outcome.get(20, TimeUnit.SECONDS)).isEqualTo(Wait.READY);
        assertThat(slots.slotVolatile(Direction.READ)).isNull();
    }

    /** The same with a closer that is faster. */
    @Test
    void closeThatIsFasterThanAWithdrawalWins() throws Exception {
        FutureTask<Wait> outcome = new FutureTask<>(() -> slots.await(Direction.READ));
        Thread waiter =
                new Thread(outcome) {
                    @Override
                    public boolean isInterrupted() {
                        slots.close();
                        return true;
                    }
                };
        waiter.start();
        assertThat(outcome.get(20, TimeUnit.SECONDS)).isEqualTo(Wait.CLOSED);
        assertThat(slots.slotVolatile(Direction.READ)).isNull();
    }

    @ParameterizedTest
    @EnumSource
    void aSpuriousUnparkDoesNotEndTheWait(TestThread.Kind kind) throws Exception {
        TestThread<Wait> waiter = kind.start(() -> slots.await(Direction.WRITE)).awaitParked();
        for (int i = 0; i < 100; i++) {
            LockSupport.unpark(waiter.thread());
            assertThat(waiter.awaitParked().isDone()).isFalse();
        }
        slots.ready(Direction.WRITE);
        assertThat(waiter.result()).isEqualTo(Wait.READY);
    }

    @Test
    void prepareForgetsReadinessAndNothingElse() throws Exception {
        slots.ready(Direction.READ);
        slots.ready(Direction.WRITE);
        slots.prepare(Direction.READ);
        assertThat(slots.slotVolatile(Direction.READ)).isNull();
        assertThat(slots.slotVolatile(Direction.WRITE)).isSameAs(ReadinessSlots.READY);
        TestThread<Wait> waiter = TestThread.start(() -> slots.await(Direction.READ)).awaitParked();
        slots.prepare(Direction.READ);
        assertThat(slots.slotVolatile(Direction.READ)).isSameAs(waiter.thread());
        slots.ready(Direction.READ);
        assertThat(waiter.result()).isEqualTo(Wait.READY);
    }

    @Test
    void aSecondWaiterInOneSlotFaults() throws Exception {
        TestThread<Wait> waiter = TestThread.start(() -> slots.await(Direction.READ)).awaitParked();
        assertThatThrownBy(() -> slots.await(Direction.READ))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("two threads wait in the READ slot");
        slots.ready(Direction.READ);
        assertThat(waiter.result()).isEqualTo(Wait.READY);
    }

    @Test
    void aWaitOnAClosedDescriptorEndsAtOnceAndAnEdgeAfterCloseWakesNobody() {
        slots.ready(Direction.READ);
        slots.close();
        assertThat(slots.slotVolatile(Direction.READ)).isNull();
        assertThat(slots.await(Direction.READ)).isEqualTo(Wait.CLOSED);
        slots.ready(Direction.WRITE);
        slots.prepare(Direction.WRITE);
        assertThat(slots.await(Direction.WRITE)).isEqualTo(Wait.CLOSED);
        assertThat(slots.slotVolatile(Direction.WRITE)).isNull();
    }

    @Test
    void theHangupMarkIsSetOnceAndForEver() {
        assertThat(slots.hangupOpaque()).isFalse();
        slots.markHangup();
        slots.markHangup();
        slots.ready(Direction.READ);
        slots.prepare(Direction.READ);
        assertThat(slots.hangupOpaque()).isTrue();
    }

    /** Each edge is answered before the next is raised, so a lost one stops the exchange. */
    @ParameterizedTest
    @EnumSource
    void noEdgeIsLostInARace(TestThread.Kind kind) throws Exception {
        int rounds = 30_000;
        Slots answers = new Slots();
        TestThread<Boolean> waiter =
                kind.start(
                        () -> {
                            for (int i = 0; i < rounds; i++) {
                                assertThat(slots.await(Direction.READ)).isEqualTo(Wait.READY);
                                answers.ready(Direction.READ);
                            }
                            return true;
                        });
        for (int i = 0; i < rounds; i++) {
            slots.ready(Direction.READ);
            assertThat(answers.await(Direction.READ)).isEqualTo(Wait.READY);
        }
        assertThat(waiter.result()).isTrue();
    }

    @Test
    void closeRacesWithReadinessAndNoWaiterStays() throws Exception {
        int rounds = 3_000;
        Slots[] all = new Slots[rounds];
        for (int i = 0; i < rounds; i++) {
            all[i] = new Slots();
        }
        TestThread<Boolean> waiter =
                TestThread.start(
                        () -> {
                            for (Slots each : all) {
                                while (each.await(Direction.READ) != Wait.CLOSED) {
                                    each.prepare(Direction.READ);
                                }
                            }
                            return true;
                        });
        TestThread<Boolean> poller =
                TestThread.start(
                        () -> {
                            for (Slots each : all) {
                                each.ready(Direction.READ);
                            }
                            return true;
                        });
        for (Slots each : all) {
            each.close();
        }
        assertThat(waiter.result()).isTrue();
        assertThat(poller.result()).isTrue();
    }

    @Test
    void anInterruptRacesWithReadinessAndTheSlotIsCleanAfterwards() throws Exception {
        for (int i = 0; i < 500; i++) {
            Slots fresh = new Slots();
            TestThread<Wait> waiter = TestThread.start(() -> fresh.await(Direction.READ));
            if (i % 2 == 0) {
                waiter.awaitParked();
            }
            TestThread<Boolean> poller =
                    TestThread.start(
                            () -> {
                                fresh.ready(Direction.READ);
                                return true;
                            });
            waiter.thread().interrupt();
            Wait outcome = waiter.result();
            assertThat(poller.result()).isTrue();
            Object left = fresh.slotVolatile(Direction.READ);
            if (outcome == Wait.INTERRUPTED) {
                assertThat(left).as("the edge stays for the next").isSameAs(ReadinessSlots.READY);
            } else {
                assertThat(outcome).isEqualTo(Wait.READY);
                assertThat(left).isNull();
            }
        }
    }
}
