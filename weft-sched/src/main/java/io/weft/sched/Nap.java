package io.weft.sched;

/**
 * How an idle M sleeps in its P's poller until the P's next timer.
 *
 * <p>The kernel wakes a thread some ten microseconds after the moment it asked for. Before a short
 * sleep ends, the M is therefore woken by as much earlier as it was late before, and looks at the
 * clock for the rest. A sleep of more than {@value #SHORT_NANOS} ns is left to the kernel: looking
 * at the clock costs a CPU, and who waits for long is not hurt by 0.1 %. A sleep in simulated time
 * is exact as it is.
 *
 * <p><b>Barrier, sleeper against timer.</b> The M writes until when it sleeps, and reads the heap's
 * first moment after that; who arms an earlier timer writes the first moment and reads until when
 * the M sleeps after that ({@link SchedulerTimers#earlier}). All are volatile: either the M sees
 * the timer, or the other sees the sleeper and wakes it. Reading first would let both miss, and the
 * timer would wait for the end of the sleep.
 *
 * <p>Only for the M that holds the P and its poll lock.
 */
final class Nap {

    /** Sleeps up to this length are made exact. */
    static final long SHORT_NANOS = 1_000_000;

    /** So much earlier than asked for the M is woken at most. */
    static final long EARLY_MAX_NANOS = 60_000;

    /** The weight of one sleep in the running mean of how late the kernel is: 1/8. */
    private static final int MEAN_SHIFT = 3;

    private final Scheduler scheduler;

    /** How late the kernel is, on average. */
    private long lateNanos = EARLY_MAX_NANOS / 2;

    Nap(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    /**
     * Sleeps until there is readiness, a wake-up or a timer of this P.
     *
     * @return the number of events
     */
    int take(P p) {
        long first = p.timers.next();
        p.sleepsUntilNanos = first;
        // A timer that comes after this look finds what was written, and wakes this M.
        long until = Math.min(first, p.timers.next());
        try {
            if (until == RuntimeTimer.NEVER) {
                return p.poller.block(-1);
            }
            long left = until - scheduler.clock.nanoTime();
            if (left > SHORT_NANOS || scheduler.simulator != null) {
                return p.poller.block(Math.max(left, 0));
            }
            return shortSleep(p, until, left);
        } finally {
            p.sleepsUntilNanos = P.AWAKE;
        }
    }

    private int shortSleep(P p, long until, long left) {
        long sleep = left - lateNanos;
        int events = sleep > 0 ? measured(p, sleep) : 0;
        while (events == 0 && isToWait(p, until)) {
            Thread.onSpinWait();
            events = p.poller.block(0);
        }
        return events;
    }

    private int measured(P p, long sleep) {
        long start = scheduler.clock.nanoTime();
        int events = p.poller.block(sleep);
        long late = scheduler.clock.nanoTime() - start - sleep;
        if (late > 0) {
            long observed = Math.min(late, EARLY_MAX_NANOS);
            lateNanos += (observed - lateNanos) >> MEAN_SHIFT;
        }
        return events;
    }

    /** Whether nothing has happened yet and the rest is worth looking at the clock for. */
    private boolean isToWait(P p, long until) {
        long left = until - scheduler.clock.nanoTime();
        return left > 0
                && left <= EARLY_MAX_NANOS
                && scheduler.idle.contains(p.index)
                && p.timers.next() >= until
                && !scheduler.isStopping();
    }
}
