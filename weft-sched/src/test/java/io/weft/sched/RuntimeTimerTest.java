package io.weft.sched;

import static io.weft.sched.RuntimeTimer.NEVER;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RuntimeTimerTest {

    private final FakeTimers timers = new FakeTimers(1);
    private final TimerHeap heap = timers.heap(0);

    private RecordingTimer timer() {
        return new RecordingTimer(timers);
    }

    @Test
    void expiresOnceAtItsMomentAndNeverBefore() {
        RecordingTimer timer = timer();
        assertThat(timer.whenNanos()).isEqualTo(NEVER);
        assertThat(timer.reset(100)).isFalse();
        assertThat(timer.whenNanos()).isEqualTo(100);
        assertThat(heap.next()).isEqualTo(100);
        assertThat(heap.runDue(99, 10)).isZero();
        assertThat(timer.expired).isEmpty();
        assertThat(heap.runDue(100, 10)).isOne();
        assertThat(timer.expired).containsExactly(100L);
        assertThat(timer.whenNanos()).isEqualTo(NEVER);
        assertThat(heap.next()).isEqualTo(NEVER);
        assertThat(timers.runDue(NEVER - 1)).isZero();
    }

    @Test
    void expiresInTheOrderOfTheMoments() {
        List<Long> order = new ArrayList<>();
        for (long when : new long[] {7, 3, 9, 3, 1, 8, 3, 2, 9, 0}) {
            new RuntimeTimer(timers) {
                @Override
                protected void expire(long whenNanos) {
                    order.add(whenNanos);
                }
            }.reset(when);
        }
        assertThat(heap.runDue(9, 100)).isEqualTo(10);
        assertThat(order).containsExactly(0L, 1L, 2L, 3L, 3L, 3L, 7L, 8L, 9L, 9L);
    }

    @Test
    void aMoveToALaterMomentTouchesNoHeap() {
        RecordingTimer timer = timer();
        timer.reset(100);
        for (long when = 101; when <= 200; when++) {
            assertThat(timer.reset(when)).isTrue();
        }
        assertThat(heap.size()).isOne();
        assertThat(heap.next()).isEqualTo(100);
        assertThat(timers.alarms()).containsExactly(100L);
        assertThat(heap.runDue(199, 10)).isZero();
        assertThat(heap.next()).isEqualTo(200);
        assertThat(heap.runDue(200, 10)).isOne();
        assertThat(timer.expired).containsExactly(200L);
    }

    @Test
    void aMoveToAnEarlierMomentWakesTheSleeperOnce() {
        RecordingTimer timer = timer();
        timer.reset(100);
        assertThat(timer.reset(50)).isTrue();
        assertThat(timer.reset(70)).isTrue();
        assertThat(timers.alarms()).containsExactly(100L, 50L);
        assertThat(timers.runDue(100)).isOne();
        assertThat(timer.expired).containsExactly(70L);
        assertThat(heap.size()).isZero();
    }

    @Test
    void aLaterTimerWakesNobody() {
        timer().reset(100);
        timer().reset(100);
        timer().reset(300);
        assertThat(timers.alarms()).containsExactly(100L);
    }

    @Test
    void stopIsTrueOnceAndThenItDoesNotExpire() {
        RecordingTimer timer = timer();
        assertThat(timer.stop()).isFalse();
        timer.reset(100);
        assertThat(timer.stop()).isTrue();
        assertThat(timer.stop()).isFalse();
        assertThat(timer.whenNanos()).isEqualTo(NEVER);
        assertThat(timers.runDue(1_000)).isZero();
        assertThat(timer.expired).isEmpty();
        assertThat(heap.size()).isZero();
    }

    @Test
    void stopIsFalseAfterItHasExpired() {
        RecordingTimer timer = timer();
        timer.reset(100);
        timers.runDue(100);
        assertThat(timer.stop()).isFalse();
        assertThat(timer.reset(200)).isFalse();
        assertThat(timer.stop()).isTrue();
    }

    @Test
    void aStoppedTimerThatIsArmedAgainExpires() {
        RecordingTimer timer = timer();
        timer.reset(100);
        timer.stop();
        assertThat(timer.reset(150)).isFalse();
        assertThat(heap.size()).isOne();
        timer.stop();
        timer.reset(50);
        timers.runDue(NEVER - 1);
        assertThat(timer.expired).containsExactly(50L);
    }

    @Test
    void momentsInThePastExpireAtOnceAndNoneIsTooLate() {
        RecordingTimer negative = timer();
        RecordingTimer zero = timer();
        RecordingTimer last = timer();
        RecordingTimer never = timer();
        negative.reset(Long.MIN_VALUE);
        zero.reset(0);
        last.reset(NEVER - 1);
        never.reset(NEVER);
        assertThat(never.whenNanos()).isEqualTo(NEVER - 1);
        assertThat(timers.runDue(0)).isEqualTo(2);
        assertThat(negative.expired).containsExactly(0L);
        assertThat(zero.expired).containsExactly(0L);
        assertThat(timers.runDue(NEVER - 2)).isZero();
        assertThat(timers.runDue(NEVER - 1)).isEqualTo(2);
        assertThat(last.expired).containsExactly(NEVER - 1);
        assertThat(never.expired).containsExactly(NEVER - 1);
    }

    @Test
    void mayBeArmedWhereItExpires() {
        List<Long> ticks = new ArrayList<>();
        RuntimeTimer ticker =
                new RuntimeTimer(timers) {
                    @Override
                    protected void expire(long whenNanos) {
                        assertThat(whenNanos()).isEqualTo(NEVER);
                        ticks.add(whenNanos);
                        assertThat(reset(whenNanos + 10)).isFalse();
                    }
                };
        ticker.reset(10);
        assertThat(timers.runDue(35)).isEqualTo(3);
        assertThat(ticks).containsExactly(10L, 20L, 30L);
        assertThat(heap.next()).isEqualTo(40);
        assertThat(ticker.stop()).isTrue();
    }

    @Test
    void oneMayStopAnotherWhereItExpires() {
        RecordingTimer victim = timer();
        RuntimeTimer killer =
                new RuntimeTimer(timers) {
                    @Override
                    protected void expire(long whenNanos) {
                        assertThat(victim.stop()).isTrue();
                    }
                };
        killer.reset(10);
        victim.reset(11);
        assertThat(timers.runDue(20)).isOne();
        assertThat(victim.expired).isEmpty();
    }

    @Test
    void aTimerThatThrowsHarmsNoOther() {
        new RuntimeTimer(timers) {
            @Override
            protected void expire(long whenNanos) {
                throw new IllegalStateException("thrown by a test");
            }
        }.reset(10);
        RecordingTimer next = timer();
        next.reset(11);
        assertThat(heap.runDue(20, 10)).isEqualTo(2);
        assertThat(next.expired).containsExactly(11L);
    }

    @Test
    void noMemoryForAnEntryLeavesItUnarmed() {
        Timers none =
                new Timers() {
                    @Override
                    public int count() {
                        return 1;
                    }

                    @Override
                    public TimerHeap heap(int processor) {
                        throw new OutOfMemoryError("thrown by a test");
                    }

                    @Override
                    public int callerHeap() {
                        return 0;
                    }

                    @Override
                    public void earlier(TimerHeap heap, long whenNanos) {}
                };
        RuntimeTimer timer = new RecordingTimer(none);
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> timer.reset(1))
                .isInstanceOf(OutOfMemoryError.class);
        assertThat(timer.whenNanos()).isEqualTo(NEVER);
        assertThat(timer.stop()).isFalse();
    }
}
