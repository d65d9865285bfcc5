package io.weft.sched;

import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The search of one M for its next goroutine, as Go's {@code findRunnable} with one poller per P.
 *
 * <ol>
 *   <li>now and then, for fairness: timers that are due, a look into the own poller and after
 *       another busy P, one from the global queue
 *   <li>the own P: {@code next}, then the ring
 *   <li>timers of the own P that are due
 *   <li>a fair share of the global queue
 *   <li>the own poller, without blocking
 *   <li>half of another P's ring; in the last round also its {@code next} and its timers
 *   <li>the pollers of busy Ps at which nobody has looked for a while
 *   <li>go idle: publish that, look once more, block in the own poller until the next timer
 * </ol>
 *
 * <p>One M may be searching for each two that work: more would only take work from each other. The
 * protocol between those who search and those who submit stands in {@link Scheduler}. What a busy P
 * does not come to is left to the {@link SystemMonitor}.
 */
final class FindRunnable {

    private static final int STEAL_ROUNDS = 4;

    /** A look at a busy P's poller by another is worth a syscall after this time. */
    private static final long STALE_POLL_NANOS = 100_000;

    /** What a busy P is late with by this much, another busy P does for it. */
    private static final long NEIGHBOUR_LATE_NANOS = 8 * PollCadence.TARGET_NANOS;

    /**
     * A goroutine in {@code next} is left to its P for this long: mostly its waker is about to
     * park, and running it there costs nothing, while moving it costs a cold cache.
     */
    private static final long NEXT_GRACE_NANOS = 3_000;

    /** Bounds the grace on a clock that stands still. */
    private static final int NEXT_GRACE_SPINS = 1_000;

    /**
     * So often, some 60 µs in all, an M that saw goroutines take turns looks again before it
     * sleeps. Each of their turns finds nobody searching otherwise, and wakes it: that costs them a
     * system call, and the M as much time as it searches.
     */
    private static final int TURNS_LOOKS_MAX = 32;

    private static final int TURNS_CREDIT = 4;

    /** Timers that are run at once, before goroutines have their turn again. */
    private static final int TIMERS_MAX = 256;

    /** Spins on a poll lock before giving the CPU away: its holder makes one short syscall. */
    private static final int POLL_LOCK_SPINS = 100;

    private final Scheduler scheduler;
    private final M m;
    private final P[] all;
    private final Nap nap;

    /** The P that is searched for; set by {@link #hold} before the first search. */
    private P p;

    /** Whether this M has slept since it last had work. */
    private boolean slept;

    /** The index of the P to look after next. */
    private int neighbour;

    /**
     * How many searches more may find nothing, since one has met a P whose goroutines take turns:
     * between two of their turns there is nothing to be seen for a moment.
     */
    private int turnsCredit;

    /** How often this M has looked again because of that. */
    private int turnsLooks;

    FindRunnable(Scheduler scheduler, M m) {
        this.scheduler = scheduler;
        this.m = m;
        this.all = scheduler.processors;
        this.nap = new Nap(scheduler);
        this.p = all[0];
    }

    /** Searches for this P from here on, which the M has come to hold. */
    void hold(P taken) {
        p = taken;
        slept = false;
    }

    /** The next goroutine to run, after waiting for one; null when the scheduler stops. */
    @Nullable Runnable next() {
        Runnable last = m.current();
        while (!scheduler.isStopping()) {
            if (scheduler.simulator != null) {
                scheduler.simulator.onSearch(last);
                last = null;
            }
            Runnable task = fairTurn();
            if (task == null) {
                task = p.takeLocal();
            }
            if (task == null) {
                task = search();
            }
            if (task != null) {
                if (m.spinning) {
                    scheduler.stopSpinningWithWork(m, p);
                }
                if (slept) {
                    slept = false;
                    scheduler.monitor.wakeIfAsleep();
                }
                turnsLooks = 0;
                return task;
            }
            if (!looksAgain()) {
                idle();
            }
        }
        return null;
    }

    /** Whether to search once more before sleeping. */
    private boolean looksAgain() {
        if (turnsCredit > 0 && ++turnsLooks < TURNS_LOOKS_MAX) {
            turnsCredit--;
            return true;
        }
        turnsCredit = 0;
        turnsLooks = 0;
        return false;
    }

    private @Nullable Runnable fairTurn() {
        if (p.cadence.countDown()) {
            lookAround(scheduler.clock.nanoTime());
        }
        if (!p.isGlobalTurn()) {
            return null;
        }
        Runnable task = scheduler.global.take();
        if (task != null) {
            p.newSlice();
        }
        return task;
    }

    private void lookAround(long nowNanos) {
        runTimers(p, nowNanos);
        if (p.cadence.isDue(nowNanos)) {
            p.firstFoundRunsNext = true;
            if (p.poller.isWatching()) {
                pollOwn();
            }
            lookAfterNeighbour(nowNanos);
            p.firstFoundRunsNext = false;
        }
    }

    /**
     * Does for one busy P, another one each time, what its M is late with: its goroutine computes,
     * or the kernel has taken the M off its CPU.
     */
    private void lookAfterNeighbour(long nowNanos) {
        P other = all[neighbour];
        neighbour = neighbour + 1 == all.length ? 0 : neighbour + 1;
        if (other == p || scheduler.idle.contains(other.index)) {
            return;
        }
        if (nowNanos - other.timers.next() >= NEIGHBOUR_LATE_NANOS) {
            runTimers(other, nowNanos);
        }
        if (isStale(other, nowNanos, NEIGHBOUR_LATE_NANOS) && other.tryLockPoller()) {
            p.stalePolls++;
            lookInto(other);
        }
    }

    private static boolean isStale(P other, long nowNanos, long ageNanos) {
        return other.poller.isWatching() && nowNanos - other.lastPollNanos > ageNanos;
    }

    /**
     * Runs timers of {@code target} that are due; what they make ready is put into the own ring. Or
     * gives back the memory of those that were stopped, if they are many.
     */
    private int runTimers(P target, long nowNanos) {
        int run = target.timers.runDue(nowNanos, TIMERS_MAX);
        p.timersRun += run;
        if (run > 0 && p.hasSeveral()) {
            VarHandle.fullFence(); // as barrier S1
            scheduler.wakeForSubmission(p);
        }
        return run;
    }

    private @Nullable Runnable search() {
        if (p.timers.next() != RuntimeTimer.NEVER && runDueTimers(p) > 0) {
            Runnable readied = p.takeLocal();
            if (readied != null) {
                return readied;
            }
        }
        Runnable task = scheduler.global.takeBatch(p.ring, all.length);
        if (task != null) {
            p.newSlice();
            if (!m.spinning && !p.ring.isEmpty()) {
                // The share was in no queue for a moment, and who looked then went to sleep. An M
                // that is spinning looks after that when it stops.
                VarHandle.fullFence(); // as barrier S1
                scheduler.wakeForSubmission(p);
            }
            return task;
        }
        if (all.length == 1) {
            return null; // blocking in the own poller finds what a look without blocking would
        }
        if (p.poller.isWatching() && pollOwn() > 0) {
            return p.takeLocal();
        }
        if (!m.spinning && !scheduler.startSpinning(m)) {
            return null;
        }
        task = steal();
        return task != null ? task : pollStale();
    }

    private int runDueTimers(P target) {
        return runTimers(target, scheduler.clock.nanoTime());
    }

    private int pollOwn() {
        if (!p.tryLockPoller()) {
            return 0; // somebody idle is looking
        }
        int events = lookInto(p);
        p.cadence.restart(p.lastPollNanos);
        return events;
    }

    /**
     * One look into the poller of {@code target}, whose poll lock this M holds and now gives up.
     */
    private int lookInto(P target) {
        int events;
        try {
            events = target.poller.poll();
        } finally {
            target.lastPollNanos = scheduler.clock.nanoTime();
            target.unlockPoller();
        }
        p.polls++;
        afterPoll(events);
        return events;
    }

    /**
     * The first of what is here runs here; one wake-up is enough for the rest, it wakes the next.
     * The write of {@code lastPollNanos} after the delivery is barrier S1.
     */
    private void afterPoll(int events) {
        p.pollEvents += events;
        if (events > 0 && p.hasSeveral()) {
            scheduler.wakeForSubmission(p);
        }
    }

    private @Nullable Runnable steal() {
        for (int round = 1; round <= STEAL_ROUNDS; round++) {
            int draw = m.prng.next();
            int position = scheduler.stealOrder.start(draw);
            int step = scheduler.stealOrder.step(draw);
            for (int i = 0; i < all.length; i++) {
                Runnable task = stealFrom(all[position], round == STEAL_ROUNDS);
                if (task != null) {
                    p.steals++;
                    p.newSlice();
                    return task;
                }
                position = scheduler.stealOrder.next(position, step);
            }
        }
        return null;
    }

    private @Nullable Runnable stealFrom(P victim, boolean lastRound) {
        if (victim == p) {
            return null;
        }
        Runnable task = victim.ring.stealHalfInto(p.ring);
        if (task != null || !lastRound) {
            return task;
        }
        task = stealNext(victim);
        boolean due = task == null && victim.timers.next() != RuntimeTimer.NEVER;
        return due && runDueTimers(victim) > 0 ? p.takeLocal() : task;
    }

    @SuppressWarnings("ReferenceEquality") // the same submission, not an equal one
    private @Nullable Runnable stealNext(P victim) {
        Runnable task = victim.peekNext();
        if (task == null) {
            return null;
        }
        // Also if the victim is between two goroutines: it is about to take the task then.
        long seen = victim.schedules;
        graceForNext();
        // Two goroutines that take turns are always one in next and one running.
        if (victim.peekNext() != task || victim.schedules != seen) {
            turnsCredit = TURNS_CREDIT;
            return null;
        }
        return victim.takeNext(task) ? task : null;
    }

    /** Without a look at the victim: each would take the cache line from it that it works on. */
    private void graceForNext() {
        long start = scheduler.clock.nanoTime();
        for (int spins = 0;
                spins < NEXT_GRACE_SPINS && scheduler.clock.nanoTime() - start < NEXT_GRACE_NANOS;
                spins++) {
            Thread.onSpinWait();
        }
    }

    private @Nullable Runnable pollStale() {
        for (P other : all) {
            boolean busy = other != p && !scheduler.idle.contains(other.index);
            if (busy
                    && isStale(other, scheduler.clock.nanoTime(), STALE_POLL_NANOS)
                    && other.tryLockPoller()) {
                p.stalePolls++;
                if (lookInto(other) > 0) {
                    return p.takeLocal();
                }
            }
        }
        return null;
    }

    /**
     * Sleeps in the own poller until there is readiness, a wake-up, or a timer of this P is due.
     *
     * <p>The order is the point. Publishing idleness and giving up the spinning count come before
     * the last look at the queues; each is a full fence (barriers I1 and I2). Looking first would
     * let a submission slip in between: its author sees nobody idle or somebody spinning, wakes
     * nobody, and the goroutine lies beside a sleeping P.
     */
    private void idle() {
        p.ring.forgetTaken();
        m.forgetCurrent();
        p.idles++;
        scheduler.idle.add(p.index); // barrier I1
        boolean searched = m.spinning;
        if (searched) {
            m.spinning = false;
            scheduler.spinning.getAndDecrement(); // barrier I2
        }
        if (isLastLookNeeded() && (scheduler.hasWork() || scheduler.isStopping())) {
            if (!leaveIdle() && searched) {
                // Back to searching. Several may have submitted while this M was counted, and woke
                // nobody: it must see to the rest of what they left when it stops.
                scheduler.spinning.getAndIncrement();
                m.spinning = true;
            }
            return;
        }
        int events = sleep();
        leaveIdle();
        slept = true;
        afterPoll(events);
    }

    private boolean isLastLookNeeded() {
        return scheduler.simulator == null || scheduler.simulator.looksAgain();
    }

    private int sleep() {
        lockOwnPoller();
        int events;
        try {
            events = nap.take(p);
        } finally {
            p.lastPollNanos = scheduler.clock.nanoTime();
            p.unlockPoller();
        }
        p.polls++;
        p.cadence.restart(p.lastPollNanos);
        return events;
    }

    /** Takes the P out of the idle set; true if somebody else has done so to wake it. */
    private boolean leaveIdle() {
        if (scheduler.idle.remove(p.index)) {
            return false;
        }
        m.spinning = true; // whoever claimed this P has counted it
        return true;
    }

    private void lockOwnPoller() {
        for (int spins = 0; !p.tryLockPoller(); spins++) {
            if (scheduler.simulator != null && scheduler.simulator.pause()) {
                continue;
            }
            if (spins < POLL_LOCK_SPINS) {
                Thread.onSpinWait();
            } else {
                Thread.yield();
            }
        }
    }
}
