package io.weft.sched;

import io.weft.sched.spi.OsThreads;
import java.lang.System.Logger.Level;
import java.util.concurrent.locks.LockSupport;

/**
 * The system monitor: one thread without a P that looks after the Ps whose goroutines do not come
 * back. Go's {@code sysmon}.
 *
 * <p>At each look, for each P:
 *
 * <ul>
 *   <li>a goroutine that runs for longer than its time slice is asked to yield, and its P is taken;
 *   <li>one that sleeps in the kernel (a native call, a file, a lock under a native frame) loses
 *       its P at the second look;
 *   <li>timers that are overdue are run, and a poller that nobody looked into for {@value
 *       #STALE_POLL_NANOS} ns is polled.
 * </ul>
 *
 * <p>It looks every {@value #PERIOD_MIN_NANOS} ns at first. After {@value #ROUNDS_BEFORE_BACKOFF}
 * looks without cause the time between doubles up to {@value #PERIOD_MAX_NANOS} ns; it stays at
 * {@value #PERIOD_ALERT_NANOS} ns at most while a goroutine is under suspicion and for a second
 * after a P was taken, since who blocks once blocks again. After a second in which nothing ran it
 * sleeps until a P leaves the idle set.
 *
 * <p>Only this thread uses the fields, but for {@code asleep} and the counters.
 */
final class SystemMonitor extends Thread {

    private static final System.Logger LOGGER = System.getLogger(SystemMonitor.class.getName());

    static final long PERIOD_MIN_NANOS = 20_000;
    static final long PERIOD_ALERT_NANOS = 1_000_000;
    static final long PERIOD_MAX_NANOS = 10_000_000;
    static final int ROUNDS_BEFORE_BACKOFF = 50;

    /** Half of what is promised, since the look may come a whole period late. */
    static final long STALE_POLL_NANOS = 5_000_000;

    /** So late a timer says that its P does not come to it. */
    static final long OVERDUE_NANOS = 1_000_000;

    private static final long ALERT_NANOS = 1_000_000_000;
    private static final long QUIET_NANOS = 1_000_000_000;

    /** The machine stood still, or this process did: what was seen before says nothing. */
    private static final long STANDSTILL_NANOS = 5 * PERIOD_MAX_NANOS;

    private static final int TIMERS_MAX = 1_024;

    private final Scheduler scheduler;
    private final OsThreads osThreads;
    private final long timeSliceNanos;
    private final Observation[] observations;

    private long periodNanos = PERIOD_MIN_NANOS;
    private int idleRounds;
    private long lastRetakeNanos = -ALERT_NANOS;
    private long lastLookNanos;
    private long lastChangeNanos;
    private long schedulesSeen;
    private boolean suspicion;

    /** Whether a look has failed; what fails at each look is told once. */
    private boolean failed;

    /** Written by this thread, read by who leaves the idle set; see {@link #sleepDeeply}. */
    private volatile boolean asleep;

    /** Counters: written by this thread alone, read by anyone. */
    long retakes;

    long polls;
    long timers;

    SystemMonitor(Scheduler scheduler, SchedulerOptions options) {
        super(null, null, options.name() + "-monitor", 0, false);
        this.scheduler = scheduler;
        this.osThreads = options.machines().osThreads();
        this.timeSliceNanos = options.machines().timeSliceNanos();
        observations = new Observation[options.processors()];
        java.util.Arrays.setAll(observations, i -> new Observation());
        setDaemon(true);
    }

    @Override
    public void run() {
        osThreads.enter();
        lastLookNanos = scheduler.nanoTime();
        lastChangeNanos = lastLookNanos;
        while (!scheduler.isStopped()) {
            LockSupport.parkNanos(this, periodNanos);
            long now = scheduler.nanoTime();
            adapt(tryLook(now), now);
            if (now - lastChangeNanos >= QUIET_NANOS && !scheduler.isStopping()) {
                sleepDeeply();
            }
        }
    }

    /** The monitor outlives what a look meets: without it, one loop could stop everything. */
    private boolean tryLook(long now) {
        try {
            return look(now);
        } catch (RuntimeException | Error failure) {
            if (!failed) {
                failed = true;
                Thread.ofPlatform()
                        .daemon()
                        .name(getName() + "-failure")
                        .start(() -> LOGGER.log(Level.ERROR, "sched: the monitor failed", failure));
            }
            return false;
        }
    }

    /**
     * Wakes the monitor from its deep sleep. Called by who has left the idle set to run something.
     */
    void wakeIfAsleep() {
        if (asleep) {
            asleep = false;
            LockSupport.unpark(this);
        }
    }

    /**
     * One look at all Ps.
     *
     * @return whether the next look should come soon
     */
    boolean look(long now) {
        boolean standstill = now - lastLookNanos > STANDSTILL_NANOS;
        lastLookNanos = now;
        boolean cause = false;
        boolean mustHurry = false;
        suspicion = false;
        for (P p : scheduler.processors) {
            Observation seen = observations[p.index];
            if (standstill) {
                seen.forget();
            }
            serve(p, now);
            if (seen.isSame(p, now)) {
                suspicion = true;
                cause |= judge(p, seen, now);
            } else if (isAlert(now)) {
                mustHurry |= isAsleep(p, seen);
            }
        }
        if (cause) {
            lastRetakeNanos = now;
        }
        scheduler.wakeForForgotten();
        return cause || mustHurry;
    }

    /** Who blocks once blocks again. */
    private boolean isAlert(long now) {
        return now - lastRetakeNanos < ALERT_NANOS;
    }

    /** Whether a goroutine that was just seen for the first time is worth a second look at once. */
    private boolean isAsleep(P p, Observation seen) {
        M m = p.holder;
        return seen.isRunning()
                && m != null
                && m.number == seen.machine()
                && osThreads.isBlocked(m.osThread);
    }

    private void adapt(boolean cause, long now) {
        if (cause) {
            idleRounds = 0;
            periodNanos = PERIOD_MIN_NANOS;
        } else if (++idleRounds > ROUNDS_BEFORE_BACKOFF) {
            boolean alert = suspicion || isAlert(now);
            long max = alert ? PERIOD_ALERT_NANOS : PERIOD_MAX_NANOS;
            periodNanos = Math.min(2 * periodNanos, max);
        }
        long schedules = scheduler.schedules();
        if (schedules != schedulesSeen || !scheduler.isAllIdle()) {
            schedulesSeen = schedules;
            lastChangeNanos = now;
        }
    }

    /**
     * Sleeps until a P leaves the idle set. Store, full fence, load on both sides: the flag is set
     * before the look at the idle set here; there the P has left the set before the flag is read.
     */
    private void sleepDeeply() {
        asleep = true;
        while (asleep && scheduler.isAllIdle() && !scheduler.isStopping()) {
            LockSupport.park(this);
        }
        asleep = false;
        idleRounds = 0;
        periodNanos = PERIOD_MIN_NANOS;
        lastLookNanos = scheduler.nanoTime();
        lastChangeNanos = lastLookNanos;
    }

    /** Does for a P what its own M is late with. */
    private void serve(P p, long now) {
        if (now - p.timers.next() >= OVERDUE_NANOS) {
            timers += p.timers.runDue(now, TIMERS_MAX);
        }
        boolean stale =
                p.poller.isWatching()
                        && now - p.lastPollNanos >= STALE_POLL_NANOS
                        && !scheduler.idle.contains(p.index);
        if (stale && p.tryLockPoller()) {
            polls++;
            try {
                p.poller.poll();
            } finally {
                p.lastPollNanos = now;
                p.unlockPoller();
            }
        }
    }

    /** Decides about a goroutine that was running at the last look already. */
    private boolean judge(P p, Observation seen, long now) {
        M m = p.holder;
        if (m == null || m.number != seen.machine()) {
            return false;
        }
        boolean sliceIsOver = now - seen.sinceNanos() >= timeSliceNanos;
        if (sliceIsOver) {
            m.requestYield();
        }
        boolean late = sliceIsOver || osThreads.isBlocked(m.osThread);
        return late && isWanted(p) && retake(p, m);
    }

    /** Whether another M could do anything with the P. */
    private boolean isWanted(P p) {
        return !p.isQueueEmpty()
                || !scheduler.global.isEmpty()
                || p.poller.isWatching()
                || p.timers.next() != RuntimeTimer.NEVER
                || scheduler.isStopping();
    }

    private boolean retake(P p, M from) {
        M spare = scheduler.machines.claim();
        if (spare == null) {
            return false;
        }
        if (!p.retake(from.number, spare.number)) {
            scheduler.machines.giveBack(spare);
            return false;
        }
        osThreads.unbind(from.osThread);
        retakes++;
        spare.grant(p);
        return true;
    }

    /** What the monitor saw at a P: since when the same goroutine runs. */
    private static final class Observation {

        private int word;
        private long schedules = -1;
        private long sinceNanos;

        void forget() {
            schedules = -1;
        }

        boolean isRunning() {
            return schedules >= 0;
        }

        /** Whether the goroutine that runs is that of the last look; notes what runs else. */
        boolean isSame(P p, long now) {
            int seenWord = p.observe();
            long seenSchedules = p.schedules;
            if (!OwnerWord.isRunning(seenWord)) {
                forget();
                return false;
            }
            if (seenWord == word && seenSchedules == schedules) {
                return true;
            }
            word = seenWord;
            schedules = seenSchedules;
            sinceNanos = now;
            return false;
        }

        int machine() {
            return OwnerWord.machine(word);
        }

        long sinceNanos() {
            return sinceNanos;
        }
    }
}
