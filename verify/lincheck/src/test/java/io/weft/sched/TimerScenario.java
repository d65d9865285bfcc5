package io.weft.sched;

import static io.weft.sched.RuntimeTimer.NEVER;
import static io.weft.verify.lincheck.Interleavings.check;
import static io.weft.verify.lincheck.Interleavings.shared;
import static io.weft.verify.lincheck.Interleavings.together;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * Threads that arm, move, stop and fire one timer. Each arming ends in one way: it is fired, moved
 * or stopped. When nothing moves any more, what is armed must be found in time.
 */
final class TimerScenario {

    /** The real timer with its heaps, or its twin. */
    interface Timer {

        boolean reset(long moment);

        boolean stop();

        /** Fires what is due by the first entries of the heap, or heaps. */
        void runDue(long now);

        /** The moment for which it is armed, or NEVER. */
        long when();

        /** The earliest key, or NEVER. */
        long next();
    }

    /** The real timer. Heaps without a scheduler; all callers belong to the first. */
    static final class Real implements Timer, Timers {

        private final TimerHeap[] heaps;
        private final RuntimeTimer timer;

        Real(int count, Runnable expire) {
            heaps = new TimerHeap[count];
            for (int i = 0; i < count; i++) {
                heaps[i] = new TimerHeap(i, this);
            }
            timer =
                    new RuntimeTimer(this) {
                        @Override
                        protected void expire(long whenNanos) {
                            expire.run();
                        }
                    };
        }

        @Override
        public boolean reset(long moment) {
            return timer.reset(moment);
        }

        @Override
        public boolean stop() {
            return timer.stop();
        }

        @Override
        public void runDue(long now) {
            for (TimerHeap heap : heaps) {
                heap.runDue(now, 1);
            }
        }

        @Override
        public long when() {
            return timer.whenNanos();
        }

        @Override
        public long next() {
            long next = NEVER;
            for (TimerHeap heap : heaps) {
                next = Math.min(next, heap.next());
            }
            return next;
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
            return 0;
        }

        @Override
        public void earlier(TimerHeap heap, long whenNanos) {}
    }

    private static final int RUNS_MAX = 10;

    private final Timer timer;
    private final AtomicInteger armings = new AtomicInteger();
    private final AtomicInteger endings = new AtomicInteger();

    TimerScenario(Function<Runnable, Timer> timers) {
        timer = shared(timers.apply(() -> endings.getAndIncrement()));
    }

    private void reset(long moment) {
        armings.getAndIncrement();
        if (timer.reset(moment)) {
            endings.getAndIncrement();
        }
    }

    private void stop() {
        if (timer.stop()) {
            endings.getAndIncrement();
        }
    }

    /** A move to a later moment meets the entry as it surfaces. */
    void movedLaterAsItIsDue() {
        reset(5);
        together(() -> reset(10), () -> timer.runDue(7));
        finish();
    }

    /** A stop and a new arming meet the entry as it surfaces. */
    void stoppedAndArmedAgainAsItIsDue() {
        reset(5);
        together(
                () -> {
                    stop();
                    reset(8);
                },
                () -> timer.runDue(6),
                () -> timer.runDue(9));
        finish();
    }

    /** Two arm it at once, one for a time that is over. */
    void armedByTwo() {
        together(() -> reset(10), () -> reset(3), () -> timer.runDue(6));
        finish();
    }

    /** Stopped by two, while it is due. */
    void stoppedByTwo() {
        reset(5);
        together(() -> stop(), () -> stop(), () -> timer.runDue(6));
        finish();
    }

    private void finish() {
        check(timer.next() <= timer.when(), "armed, and its entry is late or gone");
        for (int runs = 0; timer.next() != NEVER; runs++) {
            check(runs < RUNS_MAX, "entries do not end");
            timer.runDue(NEVER - 1);
        }
        check(!timer.stop(), "armed, and never fired");
        check(
                endings.get() == armings.get(),
                armings.get() + " armings ended " + endings.get() + " times");
    }
}
