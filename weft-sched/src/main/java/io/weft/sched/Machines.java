package io.weft.sched;

import io.weft.sched.spi.OsThreads;
import java.lang.System.Logger.Level;
import java.util.Collection;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * All Ms of a scheduler, and which of them are spare: alive, without a P, waiting for one.
 *
 * <p>Being in the list of spare Ms is the claim: who takes an M out of it, and nobody else, grants
 * it a P or puts it back. An M that retires takes itself out. Nothing here takes a lock, because
 * goroutines and the system monitor meet here, and a goroutine may be put aside in the middle.
 *
 * <p>Bound: {@link MachineOptions#spareMax} Ms beyond the number of Ps. At the bound a goroutine
 * that blocks keeps its P, and a warning says so.
 */
final class Machines {

    private static final System.Logger LOGGER = System.getLogger(Machines.class.getName());

    /** How often a warning is given at most. */
    private static final long WARNING_INTERVAL_NANOS = 10_000_000_000L;

    /** Spreads the seeds of the Ms' sources of chance: 2^32 divided by the golden ratio. */
    private static final int SEED_STEP = 0x9E3779B9;

    final OsThreads osThreads;
    private final Scheduler scheduler;
    private final SchedulerOptions options;
    private final int machinesMax;
    private final int firstSeed;
    private final ConcurrentLinkedDeque<M> spares = new ConcurrentLinkedDeque<>();
    private final ConcurrentLinkedQueue<M> all = new ConcurrentLinkedQueue<>();
    private final AtomicInteger live = new AtomicInteger();
    private final AtomicInteger numbers = new AtomicInteger();

    private final AtomicLong warnedNanos = new AtomicLong(-WARNING_INTERVAL_NANOS);

    Machines(Scheduler scheduler, SchedulerOptions options) {
        this.scheduler = scheduler;
        this.options = options;
        osThreads = options.machines().osThreads();
        machinesMax = options.processors() + options.machines().spareMax();
        firstSeed = options.seeds().next();
    }

    /** An M that is not started; counted as alive. */
    M create() {
        live.incrementAndGet();
        int number = numbers.getAndIncrement();
        M m = new M(scheduler, number, options, firstSeed + number * SEED_STEP);
        all.add(m);
        return m;
    }

    /**
     * A live M that waits for a P and is the caller's alone: to be granted one, or given back. May
     * start a thread, so it must not be called from inside an unpark.
     *
     * @return null when there is none and the bound, of Weft or of the system, is reached
     */
    @Nullable M claim() {
        M m = spares.pollFirst();
        if (m != null) {
            return m;
        }
        if (live.get() >= machinesMax) {
            reportBound();
            return null;
        }
        return startSpare();
    }

    /** As {@link #claim}, but above the bound if need be: for Ms whose number is bounded else. */
    @Nullable M claimBeyondBound() {
        M m = spares.pollFirst();
        return m != null ? m : startSpare();
    }

    private @Nullable M startSpare() {
        M m = create();
        try {
            m.start();
            return m;
        } catch (OutOfMemoryError e) {
            forget(m);
            warn(
                    "sched: the system gives no thread for a goroutine that blocks its carrier, so"
                            + " it keeps its P: raise the limit of threads (ulimit -u, pids cgroup,"
                            + " vm.max_map_count) or block in fewer goroutines at once");
            return null;
        }
    }

    /** Puts a claimed M back that was not needed. */
    void giveBack(M m) {
        spares.addFirst(m);
        // Entry first, flag second; stop() the other way round, then it wakes who is in the list.
        if (scheduler.isStopping()) {
            LockSupport.unpark(m);
        }
    }

    /** Makes the calling M spare. Returns its next P, or null when it should end. */
    @Nullable P awaitAsSpare(M m) {
        osThreads.unbind(m.osThread);
        spares.addFirst(m);
        return awaitGrant(m);
    }

    /**
     * Waits for a P. Called by that M, which is in the list or claimed.
     *
     * @return null when it should end: after the stop, or after a long wait as a spare one
     */
    @Nullable P awaitGrant(M m) {
        long idleNanos = options.machines().spareIdleNanos();
        long start = options.clock().nanoTime();
        while (true) {
            P granted = m.takeGrant();
            if (granted != null) {
                return granted;
            }
            long left = idleNanos - (options.clock().nanoTime() - start);
            // Out of the list by its own hand: nobody can have claimed it, so it may end. If it is
            // not there, somebody has claimed it, and will grant or give back.
            if ((left <= 0 || scheduler.isStopping()) && spares.remove(m)) {
                return null;
            }
            if (options.simulator() == null || !options.simulator().pause()) {
                LockSupport.parkNanos(this, left > 0 ? left : idleNanos);
            }
        }
    }

    /** The last act of an M. */
    void onExit(M m) {
        forget(m);
    }

    private void forget(M m) {
        all.remove(m);
        live.decrementAndGet();
    }

    /** Wakes all that wait for a P, so that they see the stop. */
    void wakeWaiting() {
        all.forEach(LockSupport::unpark);
    }

    /**
     * Waits for the Ms that run no goroutine any more; one that still does has lost its P and ends
     * by itself.
     *
     * @return false when the time was over before
     */
    boolean join(long deadlineNanos) throws InterruptedException {
        for (M m : all) {
            long left = deadlineNanos - options.clock().nanoTime();
            boolean ended = m.isStray() || (left > 0 && joined(m, left));
            if (!ended) {
                return false;
            }
        }
        return true;
    }

    private static boolean joined(M m, long nanos) throws InterruptedException {
        TimeUnit.NANOSECONDS.timedJoin(m, Math.max(nanos, TimeUnit.MILLISECONDS.toNanos(1)));
        return !m.isAlive() || m.isStray();
    }

    int liveCount() {
        return live.get();
    }

    int spareCount() {
        return spares.size();
    }

    Collection<M> all() {
        return all;
    }

    private void reportBound() {
        warn(
                "sched: "
                        + options.machines().spareMax()
                        + " goroutines of "
                        + options.name()
                        + " block their carriers or compute without end, the most that are allowed:"
                        + " further ones keep their P, and what waits there is late. Raise"
                        + " maxSpareCarriers, or bound how many goroutines block at once");
    }

    /**
     * Logs, once in a while, on a thread of its own: a logger takes locks and loads classes, and
     * the system monitor must not wait for the goroutines that it is to save from each other.
     */
    private void warn(String text) {
        long now = options.clock().nanoTime();
        long last = warnedNanos.get();
        if (now - last < WARNING_INTERVAL_NANOS || !warnedNanos.compareAndSet(last, now)) {
            return;
        }
        try {
            Thread.ofPlatform()
                    .daemon()
                    .name(options.name() + "-warning")
                    .start(() -> LOGGER.log(Level.WARNING, text));
        } catch (OutOfMemoryError e) {
            warnedNanos.set(last); // no thread for that, either: the next one may be luckier
        }
    }
}
