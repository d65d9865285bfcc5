package io.weft.sched;

import static io.weft.verify.lincheck.Interleavings.together;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The parking protocol of {@link Scheduler} alone, on the real {@link IdleSet}: two workers, a
 * submitter, one queue. It exists to be broken in one place: the real scheduler cannot be.
 */
final class ParkingTwin {

    /** What is wrong. */
    enum Mistake {
        NONE,
        /** A worker parks without looking at the queue after it has entered the idle set. */
        NO_SECOND_LOOK,
        /** The second look comes before the spinning count is given up. */
        LOOK_WHILE_COUNTED,
        /** The submitter looks at the idle set, and enqueues then. */
        SUBMITTER_LOOKS_FIRST,
        /** Who found work while spinning does not see to the rest. */
        NO_CHAIN,
        /** Who finds work by the second look does not count as spinning again. */
        NOT_COUNTED_AGAIN,
        /** A worker that was claimed does not know that it is counted as spinning. */
        CLAIM_FORGOTTEN
    }

    private static final int WORKERS = 2;
    private static final int TASKS = 2;

    private final Mistake mistake;
    private final IdleSet idle = new IdleSet(WORKERS);
    private final AtomicInteger spinning = new AtomicInteger();
    private final AtomicInteger queue = new AtomicInteger();
    private final CountDownLatch meeting = new CountDownLatch(TASKS);
    private final Bed[] beds = {new Bed(), new Bed()};

    ParkingTwin(Mistake mistake) {
        this.mistake = mistake;
    }

    /** All tasks are submitted, and run at the same time: each waits for the other. */
    void run() {
        together(
                () -> work(0),
                () -> work(1),
                () -> {
                    for (int i = 0; i < TASKS; i++) {
                        submit();
                    }
                });
    }

    private void submit() {
        boolean nobodyNeeded = idle.isEmpty() || spinning.get() != 0;
        queue.getAndIncrement();
        if (mistake != Mistake.SUBMITTER_LOOKS_FIRST || !nobodyNeeded) {
            wakeOne();
        }
    }

    private void wakeOne() {
        while (!idle.isEmpty() && spinning.get() == 0 && spinning.compareAndSet(0, 1)) {
            int index = idle.claim();
            if (index >= 0) {
                beds[index].wake();
                return;
            }
            spinning.getAndDecrement();
            if (queue.get() == 0) {
                return;
            }
        }
    }

    /** Runs one task. */
    private void work(int me) {
        boolean counted = false;
        while (!take()) {
            if (!counted) {
                spinning.getAndIncrement();
                counted = true;
                continue;
            }
            counted = idle(me);
        }
        if (counted) {
            spinning.getAndDecrement();
            if (mistake != Mistake.NO_CHAIN && queue.get() > 0) {
                wakeOne();
            }
        }
        meet();
    }

    private boolean take() {
        int before = queue.get();
        return before > 0 && queue.compareAndSet(before, before - 1);
    }

    /** Sleeps; returns whether the worker is counted as spinning afterwards. */
    private boolean idle(int me) {
        idle.add(me);
        boolean found = mistake == Mistake.LOOK_WHILE_COUNTED && queue.get() > 0;
        spinning.getAndDecrement();
        if (mistake != Mistake.LOOK_WHILE_COUNTED && mistake != Mistake.NO_SECOND_LOOK) {
            found = queue.get() > 0;
        }
        if (!found) {
            beds[me].sleep();
        }
        if (!idle.remove(me)) {
            return mistake != Mistake.CLAIM_FORGOTTEN; // who claimed this worker has counted it
        }
        if (!found || mistake == Mistake.NOT_COUNTED_AGAIN) {
            return false;
        }
        spinning.getAndIncrement();
        return true;
    }

    /** Both tasks must be here at once, so a task beside a sleeping worker is a deadlock. */
    private void meet() {
        meeting.countDown();
        try {
            meeting.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Where a worker sleeps. */
    private static final class Bed {

        private final AtomicBoolean woken = new AtomicBoolean();
        private volatile @Nullable Thread sleeper;

        void sleep() {
            sleeper = Thread.currentThread();
            while (!woken.getAndSet(false)) {
                LockSupport.park();
            }
        }

        void wake() {
            woken.set(true);
            LockSupport.unpark(sleeper);
        }
    }
}
