package io.weft.sched;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Heaps without a scheduler; the test says which one is the caller's. */
final class FakeTimers implements Timers {

    private final TimerHeap[] heaps;
    private final List<Long> alarms = new ArrayList<>();
    private final ThreadLocal<Integer> callerHeap = ThreadLocal.withInitial(() -> 0);

    FakeTimers(int count) {
        heaps = new TimerHeap[count];
        Arrays.setAll(heaps, i -> new TimerHeap(i, this));
    }

    /** Says which heap the timers of this thread go to. */
    void setCallerHeap(int processor) {
        callerHeap.set(processor);
    }

    @Override
    public int count() {
        return heaps.length;
    }

    @Override
    public TimerHeap heap(int processor) {
        return heaps[processor];
    }

    @Override
    public int callerHeap() {
        return callerHeap.get();
    }

    @Override
    public synchronized void earlier(TimerHeap heap, long whenNanos) {
        alarms.add(whenNanos);
    }

    /** The moments for which a sleeper would have been woken, so far. */
    synchronized List<Long> alarms() {
        return List.copyOf(alarms);
    }

    /** Runs all that is due in all heaps. */
    int runDue(long nowNanos) {
        int fired = 0;
        for (TimerHeap heap : heaps) {
            while (heap.next() <= nowNanos) {
                fired += heap.runDue(nowNanos, Integer.MAX_VALUE);
            }
        }
        return fired;
    }

    int size() {
        return Arrays.stream(heaps).mapToInt(TimerHeap::size).sum();
    }

    int capacity() {
        return Arrays.stream(heaps).mapToInt(TimerHeap::capacity).sum();
    }
}
