package io.weft.sched;

import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The search of one M for its next goroutine, as Go's {@code findRunnable} with one poller per P.
 *
 * <ol>
 *   <li>now and then, for fairness: one from the global queue, and a look into the own poller
 *   <li>the own P: {@code next}, then the ring
 *   <li>a fair share of the global queue
 *   <li>the own poller, without blocking
 *   <li>half of another P's ring; in the last round also its {@code next}
 *   <li>the pollers of busy Ps at which nobody has looked for a while
 *   <li>go idle: publish that, look once more, block in the own poller; while others work, wake
 *       every {@value #WATCH_NANOS} ns and search again
 * </ol>
 *
 * <p>One M may be searching for each two that work: more would only take work from each other. The
 * protocol between those who search and those who submit stands in {@link Scheduler}.
 */
final class FindRunnable {

    private static final int STEAL_ROUNDS = 4;

    /** A look at a busy P's poller by another is worth a syscall after this time. */
    private static final long STALE_POLL_NANOS = 100_000;

    /**
     * A goroutine in {@code next} is left to its P for this long: mostly its waker is about to
     * park, and running it there costs nothing, while moving it costs a cold cache.
     */
    private static final long NEXT_GRACE_NANOS = 3_000;

    /**
     * How long an idle P sleeps while others work, before it looks after them: a goroutine that
     * computes keeps its P from its poller and its {@code next}.
     */
    private static final long WATCH_NANOS = 10_000_000;

    /** Spins on a poll lock before giving the CPU away: its holder makes one short syscall. */
    private static final int POLL_LOCK_SPINS = 100;

    private final Scheduler scheduler;
    private final M m;
    private final P p;
    private final P[] all;

    /** Whether nothing was started anywhere during the last sleep. */
    private boolean quiet;

    /** Whether this M has slept since it last had work. */
    private boolean slept;

    private long schedulesSeen;

    FindRunnable(Scheduler scheduler, M m) {
        this.scheduler = scheduler;
        this.m = m;
        this.p = m.p;
        this.all = scheduler.processors;
    }

    /** The next goroutine to run, after waiting for one; null when the scheduler stops. */
    @Nullable Runnable next() {
        while (!scheduler.isStopping()) {
            Runnable task = fairTurn();
            if (task == null) {
                task = p.takeLocal();
            }
            if (task == null) {
                task = search();
            }
            if (task != null) {
                if (m.spinning) {
                    scheduler.stopSpinningWithWork(m);
                }
                if (slept) {
                    slept = false;
                    scheduler.ensureWatch();
                }
                return task;
            }
            idle();
        }
        return null;
    }

    private @Nullable Runnable fairTurn() {
        if (p.cadence.countDown()
                && p.poller.isWatching()
                && p.cadence.isDue(scheduler.clock.nanoTime())) {
            pollOwn();
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

    private @Nullable Runnable search() {
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
        return task != null || !lastRound ? task : stealNext(victim);
    }

    @SuppressWarnings("ReferenceEquality") // the same submission, not an equal one
    private @Nullable Runnable stealNext(P victim) {
        Runnable task = victim.peekNext();
        if (task == null) {
            return null;
        }
        if (victim.isRunning()) {
            long start = scheduler.clock.nanoTime();
            while (victim.peekNext() == task
                    && scheduler.clock.nanoTime() - start < NEXT_GRACE_NANOS) {
                Thread.onSpinWait();
            }
        }
        return victim.takeNext(task) ? task : null;
    }

    private @Nullable Runnable pollStale() {
        for (P other : all) {
            boolean stale =
                    other != p
                            && other.poller.isWatching()
                            && !scheduler.idle.contains(other.index)
                            && scheduler.clock.nanoTime() - other.lastPollNanos > STALE_POLL_NANOS;
            if (stale && other.tryLockPoller()) {
                p.stalePolls++;
                if (lookInto(other) > 0) {
                    return p.takeLocal();
                }
            }
        }
        return null;
    }

    /**
     * Sleeps in the own poller until there is readiness or a wake-up, or until it is time to look
     * after the others.
     *
     * <p>A P sleeps for ever only when all are idle, itself included: whoever leaves the idle set
     * later finds it there, and wakes it if nobody else is on watch. See {@link
     * Scheduler#ensureWatch}.
     *
     * <p>The order is the point. Publishing idleness and giving up the spinning count come before
     * the last look at the queues; each is a full fence (barriers I1 and I2). Looking first would
     * let a submission slip in between: its author sees nobody idle or somebody spinning, wakes
     * nobody, and the goroutine lies beside a sleeping P.
     */
    private void idle() {
        p.ring.forgetTaken();
        p.idles++;
        scheduler.idle.add(p.index); // barrier I1
        boolean searched = m.spinning;
        if (searched) {
            m.spinning = false;
            scheduler.spinning.getAndDecrement(); // barrier I2
        }
        if (scheduler.hasWork() || scheduler.isStopping()) {
            if (!leaveIdle() && searched) {
                // Back to searching. Several may have submitted while this M was counted, and woke
                // nobody: it must see to the rest of what they left when it stops.
                scheduler.spinning.getAndIncrement();
                m.spinning = true;
            }
            return;
        }
        int events = quiet && scheduler.isAllIdle() ? sleep(-1) : watch();
        quiet = !leaveIdle() && events == 0 && !hasAnythingRun();
        slept = true;
        afterPoll(events);
    }

    private int sleep(long timeoutNanos) {
        lockOwnPoller();
        int events;
        try {
            events = p.poller.block(timeoutNanos);
        } finally {
            p.lastPollNanos = scheduler.clock.nanoTime();
            p.unlockPoller();
        }
        p.polls++;
        p.cadence.restart(p.lastPollNanos);
        return events;
    }

    private int watch() {
        if (all.length == 1 || !scheduler.startWatching()) {
            return sleep(-1);
        }
        try {
            return sleep(WATCH_NANOS);
        } finally {
            scheduler.watching.getAndDecrement();
        }
    }

    private boolean hasAnythingRun() {
        long schedules = scheduler.schedules();
        boolean moved = schedules != schedulesSeen;
        schedulesSeen = schedules;
        return moved;
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
            if (spins < POLL_LOCK_SPINS) {
                Thread.onSpinWait();
            } else {
                Thread.yield();
            }
        }
    }
}
