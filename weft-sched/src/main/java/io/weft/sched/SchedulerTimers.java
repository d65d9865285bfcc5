package io.weft.sched;

import java.util.concurrent.atomic.AtomicInteger;

/** The timer heaps of a scheduler, one for each P. */
final class SchedulerTimers implements Timers {

    private final Scheduler scheduler;
    private final TimerHeap[] heaps;
    private final AtomicInteger roundRobin = new AtomicInteger();

    SchedulerTimers(Scheduler scheduler, int count) {
        this.scheduler = scheduler;
        heaps = new TimerHeap[count];
        for (int i = 0; i < count; i++) {
            heaps[i] = new TimerHeap(i, this);
        }
    }

    @Override
    public int count() {
        return heaps.length;
    }

    @Override
    public TimerHeap heap(int processor) {
        return heaps[processor];
    }

    /** That of the P that runs the caller, else of an idle P, which is free to be on time. */
    @Override
    public int callerHeap() {
        int processor = scheduler.currentProcessor();
        if (processor < 0) {
            processor = scheduler.idle.any();
        }
        return processor >= 0
                ? processor
                : Math.floorMod(roundRobin.getAndIncrement(), heaps.length);
    }

    /**
     * Wakes a P that would sleep for longer. The heap's first moment is written before {@code
     * sleepsUntilNanos} is read here; a P that goes to sleep writes that before it reads the heap's
     * first moment again. All four are volatile, so one of the two sees the other. Further timers
     * before the P is awake wake it no more: its poller knows that it owes a wake-up.
     */
    @Override
    public void earlier(TimerHeap heap, long whenNanos) {
        P p = scheduler.processors[heap.processor];
        if (p.sleepsUntilNanos > whenNanos) {
            p.poller.wake();
        }
    }
}
