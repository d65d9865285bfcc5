package io.weft.sched;

import static io.weft.sched.RuntimeTimer.NEVER;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TimerHeapTest {

    private static final int MILLION = 1_000_000;

    private final FakeTimers timers = new FakeTimers(1);
    private final TimerHeap heap = timers.heap(0);

    /** As small as a timer can be. */
    private static final class Small extends RuntimeTimer {

        Small(Timers timers) {
            super(timers);
        }

        @Override
        protected void expire(long whenNanos) {}
    }

    private List<RuntimeTimer> armed(int count, long firstNanos) {
        List<RuntimeTimer> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            RuntimeTimer timer = new Small(timers);
            timer.reset(firstNanos + i);
            all.add(timer);
        }
        return all;
    }

    @Test
    void firesNoMoreThanItIsTold() {
        armed(10, 100);
        assertThat(heap.runDue(1_000, 0)).isZero();
        assertThat(heap.runDue(1_000, 3)).isEqualTo(3);
        assertThat(heap.next()).isEqualTo(103);
        assertThat(heap.runDue(1_000, 100)).isEqualTo(7);
        assertThat(heap.next()).isEqualTo(NEVER);
    }

    @Test
    void looksAtABoundedNumberOfEntriesInOneCall() {
        int count = 2 * TimerHeap.LOOKS_MAX;
        for (RuntimeTimer timer : armed(count, 100)) {
            timer.reset(1_000_000);
        }
        assertThat(heap.runDue(500_000, 10)).isZero();
        assertThat(heap.next()).isEqualTo(100 + TimerHeap.LOOKS_MAX);
        assertThat(heap.runDue(500_000, 10)).isZero();
        assertThat(heap.next()).isEqualTo(1_000_000);
        assertThat(timers.runDue(1_000_000)).isEqualTo(count);
    }

    @Test
    void whoFindsTheLockTakenRunsNothing() {
        armed(1, 5);
        assertThat(heap.tryLock()).isTrue();
        assertThat(heap.runDue(10, 10)).isZero();
        heap.unlock();
        assertThat(heap.runDue(10, 10)).isOne();
    }

    @Test
    void theLockIsFreeWhileATimerExpires() {
        List<Integer> firedInside = new ArrayList<>();
        RuntimeTimer first =
                new RuntimeTimer(timers) {
                    @Override
                    protected void expire(long whenNanos) {
                        firedInside.add(heap.runDue(10, 10));
                    }
                };
        first.reset(1);
        armed(2, 2);
        assertThat(heap.runDue(10, 10)).isOne();
        assertThat(firedInside).containsExactly(2);
    }

    @Test
    void aTakenHeapIsPassedOver() {
        FakeTimers two = new FakeTimers(2);
        two.setCallerHeap(1);
        assertThat(two.heap(1).tryLock()).isTrue();
        new Small(two).reset(7);
        assertThat(two.heap(0).next()).isEqualTo(7);
        two.heap(1).unlock();
        new Small(two).reset(8);
        assertThat(two.heap(1).next()).isEqualTo(8);
    }

    @Test
    void whatIsLeftInTheInboxOfTakenHeapsIsAddedByTheHolder() {
        FakeTimers two = new FakeTimers(2);
        assertThat(two.heap(0).tryLock()).isTrue();
        assertThat(two.heap(1).tryLock()).isTrue();
        RecordingTimer timer = new RecordingTimer(two);
        timer.reset(9);
        timer.reset(5);
        timer.reset(7);
        new RecordingTimer(two).reset(6);
        assertThat(two.size()).isZero();
        two.heap(1).unlock();
        assertThat(two.alarms()).isEmpty();
        two.heap(0).unlock();
        assertThat(two.alarms()).containsExactly(5L);
        assertThat(two.runDue(NEVER - 1)).isEqualTo(2);
        assertThat(timer.expired).containsExactly(7L);
    }

    @Test
    void stoppingAllGivesTheMemoryBack() {
        List<RuntimeTimer> all = armed(MILLION, 1_000);
        assertThat(heap.size()).isEqualTo(MILLION);
        assertThat(heap.capacity()).isLessThanOrEqualTo(2 * MILLION);
        all.forEach(RuntimeTimer::stop);
        assertThat(heap.runDue(0, 1)).isZero();
        assertThat(heap.size()).isZero();
        assertThat(heap.capacity()).isEqualTo(TimerEntries.CAPACITY_MIN);
    }

    @Test
    void firingAllGivesTheMemoryBack() {
        armed(100_000, 1_000);
        assertThat(timers.runDue(NEVER - 1)).isEqualTo(100_000);
        assertThat(heap.capacity()).isEqualTo(TimerEntries.CAPACITY_MIN);
    }

    @Test
    void timersThatAreMadeAndStoppedDoNotPileUp() {
        armed(100, 1_000_000);
        for (int i = 0; i < MILLION; i++) {
            RuntimeTimer timer = new Small(timers);
            timer.reset(2_000_000 - i % 1_000);
            timer.stop();
        }
        assertThat(heap.capacity()).isLessThanOrEqualTo(4 * 100);
        assertThat(timers.runDue(NEVER - 1)).isEqualTo(100);
    }

    @Test
    void aTimerThatMovesEarlierAgainAndAgainDoesNotPileUp() {
        RecordingTimer timer = new RecordingTimer(timers);
        for (int i = 0; i < 100_000; i++) {
            timer.reset(1_000_000 - i);
        }
        assertThat(heap.capacity()).isLessThanOrEqualTo(128);
        assertThat(timers.runDue(NEVER - 1)).isOne();
        assertThat(timer.expired).containsExactly(900_001L);
    }

    @Test
    void aTimerThatComesBackToTheSameMomentDoesNotPileUp() {
        RecordingTimer timer = new RecordingTimer(timers);
        for (int now = 1; now <= 100; now++) {
            timer.reset(NEVER - 1);
            sweep(); // finds it with the key that its former entries have, too
            assertThat(heap.size()).isOne();
            timer.reset(now);
            assertThat(timers.runDue(now)).isOne();
        }
        timer.reset(NEVER - 1);
        assertThat(timers.runDue(NEVER - 1)).isOne();
    }

    private void sweep() {
        armed(200, 1_000_000).forEach(RuntimeTimer::stop);
        assertThat(heap.runDue(0, 1)).isZero();
    }

    @Test
    void timersThatWereMovedAreSweptToTheirMoments() {
        List<RuntimeTimer> all = armed(1_000, 100);
        for (int i = 0; i < all.size(); i++) {
            if (i % 2 == 0) {
                all.get(i).stop();
            } else {
                all.get(i).reset(10_000 + i);
            }
        }
        assertThat(heap.runDue(0, 1)).isZero();
        assertThat(heap.size()).isEqualTo(500);
        assertThat(heap.next()).isEqualTo(10_001);
        assertThat(timers.runDue(10_999)).isEqualTo(500);
    }

    @Test
    void abandonsTheArmedAndThoseArmedLater() {
        RecordingTimer armed = new RecordingTimer(timers);
        RecordingTimer stopped = new RecordingTimer(timers);
        RecordingTimer late = new RecordingTimer(timers);
        armed.reset(10);
        stopped.reset(20);
        stopped.stop();
        heap.abandonAll();
        assertThat(armed.abandoned).isOne();
        assertThat(armed.whenNanos()).isEqualTo(10);
        assertThat(armed.stop()).isTrue();
        assertThat(stopped.abandoned).isZero();
        late.reset(30);
        assertThat(late.abandoned).isOne();
        armed.reset(40);
        assertThat(armed.abandoned).isEqualTo(2);
        assertThat(heap.size()).isZero();
        assertThat(timers.runDue(NEVER - 1)).isZero();
    }

    @Test
    void theHolderOfTheLockAbandonsForWhoFindsItTaken() {
        RecordingTimer armed = new RecordingTimer(timers);
        armed.reset(10);
        assertThat(heap.tryLock()).isTrue();
        RecordingTimer inInbox = new RecordingTimer(timers);
        inInbox.reset(20);
        heap.abandonAll();
        assertThat(armed.abandoned).isZero();
        heap.unlock();
        assertThat(armed.abandoned).isOne();
        assertThat(inInbox.abandoned).isOne();
    }
}
