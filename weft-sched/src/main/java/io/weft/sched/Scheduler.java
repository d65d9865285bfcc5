package io.weft.sched;

import io.weft.sched.spi.Carriers;
import io.weft.sched.spi.Clock;
import io.weft.sched.spi.Host;
import io.weft.sched.spi.Simulator;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The scheduler: runs goroutines on as many threads as it has Ps, and puts to sleep what has no
 * work.
 *
 * <h2>Who wakes whom</h2>
 *
 * The aim: when there is a runnable goroutine and an idle P, the two meet; and no thread is woken
 * for nothing, since waking one costs as much as handling several messages.
 *
 * <p>A submission wakes a P only if one is idle and none is spinning, that is: awake and searching.
 * A spinning M that finds work wakes the next one if there is more work, so that a burst brings up
 * as many Ps as it needs, one after the other. Ways not taken: one state for all Ps under a lock
 * (every submission would contend); handing a goroutine to a chosen idle P (it would run on a cold
 * cache while its waker parks a microsecond later); waking on every submission (two goroutines that
 * take turns would wake a second P for each turn).
 *
 * <p>What makes this safe is one pattern on both sides, store, full fence, load:
 *
 * <pre>
 *   submitter                              M that runs out of work
 *   S0  put the task into a queue          I0  (find all queues empty)
 *   S1  full fence                         I1  enter the idle set; full fence
 *   S2  nobody idle, or some spinning?     I2  leave the spinning count; full fence
 *       then done                          I3  look at all queues again: work? then back
 *   S3  count one more spinning, take a    I4  block in the own poller
 *       P out of the idle set, wake it
 * </pre>
 *
 * If S2 sees the M neither idle nor gone from the count, then S0 came before I3, and the M finds
 * the task itself. Without either fence both may look before the other's store arrives, and the
 * task lies beside a sleeping P.
 *
 * <p>All methods may be called from any thread.
 */
public final class Scheduler {

    /** More Ps than this are a mistake in a setting, not a machine. */
    public static final int PROCESSORS_MAX = 4096;

    final P[] processors;
    final GlobalQueue global = new GlobalQueue();
    final IdleSet idle;
    final StealOrder stealOrder;
    final Clock clock;

    /** Ms that are awake and searching, and Ps that were claimed to be woken. */
    final AtomicInteger spinning = new AtomicInteger();

    final Machines machines;
    final CarrierLocks locks;
    final SystemMonitor monitor;
    final @Nullable Simulator simulator;

    private final String name;
    private final Carriers carriers;
    private final Executor lateExecutor;
    private final @Nullable Host host;
    private final SchedulerTimers timers;

    /** Ps that an M holds, or will hold when it starts. */
    private final AtomicInteger heldProcessors;

    /** Ps that goroutines and locked Ms have given away. */
    private final LongAdder released = new LongAdder();

    private final CountDownLatch exit = new CountDownLatch(1);
    private volatile boolean guests;
    private volatile boolean started;
    private volatile boolean stopping;

    /** A scheduler that runs nothing before {@link #start}. */
    public Scheduler(SchedulerOptions options) {
        name = options.name();
        carriers = options.carriers();
        clock = options.clock();
        lateExecutor = options.lateExecutor();
        host = options.host();
        simulator = options.simulator();
        int count = options.processors();
        idle = new IdleSet(count);
        stealOrder = new StealOrder(count);
        processors = new P[count];
        timers = new SchedulerTimers(this, count);
        Arrays.setAll(processors, i -> new P(i, options, global, timers.heap(i)));
        machines = new Machines(this, options);
        locks = new CarrierLocks(options.machines().spareMax());
        monitor = new SystemMonitor(this, options);
        heldProcessors = new AtomicInteger(count);
    }

    /** Starts an M for each P, and the system monitor, unless time is simulated. Once. */
    public void start() {
        started = true;
        for (P p : processors) {
            M m = machines.create();
            if (!p.acquireFree(m.number)) {
                throw new IllegalStateException("sched: a P is " + p.describeOwner());
            }
            m.grant(p);
            m.start();
        }
        if (simulator == null) {
            monitor.start();
        }
    }

    /**
     * Makes a task runnable. Never blocks, never throws but for want of memory, takes no lock and
     * loads no class: it is called from inside the JDK's unparking code, on whatever thread
     * unparks.
     *
     * <p>From a goroutine the task goes before all others of the P, as the one most likely to be
     * warm; from the M itself (its poller found readiness, or the goroutine that runs has yielded)
     * to the tail of the P's ring; from a thread without a P to the global queue.
     */
    public void ready(Runnable task) {
        if (simulator != null) {
            simulator.onReady(task);
        }
        if (stopping) {
            lateExecutor.execute(task);
        } else if (carriers.currentCarrier() instanceof M m && m.scheduler == this) {
            readyOn(m, task);
        } else {
            readyFromOutside(task);
        }
    }

    @SuppressWarnings("ReferenceEquality") // the same submission, not an equal one
    private void readyOn(M m, Runnable task) {
        P p = m.p;
        if (p == null) {
            readyFromOutside(task);
            return;
        }
        if (p.isOwnedBy(m.number)) {
            p.pushFound(task); // the M's own code: FindRunnable looks there next, and wakes
            return;
        }
        if (!p.reenter(m.number)) {
            m.p = null; // taken from this M while the goroutine ran
            readyFromOutside(task);
            return;
        }
        if (m.current() == task) {
            p.push(task); // it yielded, or was unparked while it parked: all others come first
            p.publishRunning(m.number);
            return;
        }
        p.pushNext(task);
        if (processors.length == 1) {
            p.publishRunning(m.number); // there is nobody to wake
            return;
        }
        p.publishRunningFenced(m.number); // barrier S1
        wakeForSubmission(p);
    }

    void readyFromOutside(Runnable task) {
        global.add(task); // an atomic read-modify-write: barrier S1
        if (stopping) {
            drainGlobal(); // the Ms may all be gone
            return;
        }
        wakeOne();
    }

    /** After a submission by the owner of {@code waker}, which the caller has fenced. */
    void wakeForSubmission(P waker) {
        if (processors.length > 1 && wakeOne()) {
            waker.wakeUps++;
        }
    }

    /**
     * Wakes an idle P, unless somebody is awake and searching.
     *
     * @return whether one was woken
     */
    private boolean wakeOne() {
        while (!idle.isEmpty() && spinning.get() == 0 && spinning.compareAndSet(0, 1)) {
            int index = idle.claim();
            if (index >= 0) {
                processors[index].poller.wake();
                return true;
            }
            // The count said for a moment that somebody searches. Who submitted in that moment
            // relied on it, so what they left must be looked for before this is over.
            spinning.getAndDecrement();
            if (!hasWork()) {
                return false;
            }
        }
        return false;
    }

    /** Lets an M search in other Ps' queues, unless enough others do. */
    boolean startSpinning(M m) {
        int busy = processors.length - idle.size();
        if (2 * spinning.get() >= busy) {
            return false;
        }
        spinning.getAndIncrement();
        m.spinning = true;
        return true;
    }

    /**
     * An M that was searching has found work. Submissions that saw it searching woke nobody: if
     * there is more work than it takes, it wakes the next.
     */
    void stopSpinningWithWork(M m, P p) {
        m.spinning = false;
        spinning.getAndDecrement(); // full fence before the look, as barrier I2
        if (!idle.isEmpty() && hasWork()) {
            wakeForSubmission(p);
        }
    }

    /**
     * Wakes a P for what is runnable although nobody was told: a ring that overflows while its P
     * goes on wakes nobody.
     */
    void wakeForForgotten() {
        if (!idle.isEmpty() && hasWork()) {
            wakeOne();
        }
    }

    /** Whether nobody works or searches; a moment's truth. */
    boolean isAllIdle() {
        return idle.size() == processors.length;
    }

    /** How often a goroutine was put on an M, over all Ps; racy. */
    long schedules() {
        long sum = 0;
        for (P p : processors) {
            sum += p.schedules;
        }
        return sum;
    }

    /** Whether any queue holds a task. */
    boolean hasWork() {
        if (!global.isEmpty()) {
            return true;
        }
        for (P p : processors) {
            if (!p.isQueueEmpty()) {
                return true;
            }
        }
        return false;
    }

    /** The index of the P that runs the caller, or -1 when none of this scheduler does. */
    public int currentProcessor() {
        M m = currentMachine();
        P p = m == null ? null : m.p;
        return p == null ? -1 : p.index;
    }

    /** Whether a goroutine waits to run on the P that runs the caller; false where none does. */
    public boolean hasLocalWork() {
        M m = currentMachine();
        P p = m == null ? null : m.p;
        return p != null && !p.isQueueEmpty();
    }

    /** The M of this scheduler that runs the caller, with or without a P, or null. */
    @Nullable M currentMachine() {
        return carriers.currentCarrier() instanceof M m && m.scheduler == this ? m : null;
    }

    /**
     * Whether no goroutine runs, and none will but by a poller or a thread outside: nothing is
     * runnable, no timer is armed, no M is in a goroutine that has lost its P. A moment's truth: to
     * be believed if nothing was scheduled between two looks.
     */
    public boolean isAsleep() {
        if (!isAllIdle() || spinning.get() != 0 || hasWork()) {
            return false;
        }
        for (P p : processors) {
            if (p.timers.next() != RuntimeTimer.NEVER) {
                return false;
            }
        }
        for (M m : machines.all()) {
            if (m.isStray() && Arrays.stream(processors).noneMatch(p -> p.holder == m)) {
                return false;
            }
        }
        return true;
    }

    /** A task has come that is no goroutine of ours: somebody inherited this scheduler. */
    public void noteGuest() {
        if (!guests) {
            guests = true;
        }
    }

    /** Whether {@link #noteGuest} was ever called. */
    public boolean hasGuests() {
        return guests;
    }

    /** Whether that thread is the system monitor of this scheduler. */
    public boolean isMonitor(Thread thread) {
        return thread == monitor;
    }

    /** Whom the goroutines of this scheduler belong to; null: nobody. */
    public @Nullable Host host() {
        return host;
    }

    /** Now, on the clock of the timers. */
    public long nanoTime() {
        return clock.nanoTime();
    }

    /**
     * The moment after a delay, for {@link RuntimeTimer#reset}: now for a delay of zero or less,
     * and never later than the last moment before {@link RuntimeTimer#NEVER}.
     */
    public long whenAfter(long delayNanos) {
        long now = nanoTime();
        long when = now + Math.max(delayNanos, 0);
        return when < 0 ? RuntimeTimer.NEVER - 1 : Math.min(when, RuntimeTimer.NEVER - 1);
    }

    Timers timers() {
        return timers;
    }

    /**
     * Gives the P of the calling goroutine to another M, because the goroutine is about to block
     * its thread. It goes on without a P, until it parks or yields the next time.
     *
     * @return false if there was no P to give, or no thread to give it to
     */
    public boolean releaseProcessor() {
        if (currentProcessor() < 0) {
            return false;
        }
        M spare = machines.claim();
        if (spare == null) {
            return false;
        }
        // Starting a thread may have made the goroutine wait. From here on it stays on its M.
        M m = currentMachine();
        P p = m == null ? null : m.p;
        if (m == null || p == null) {
            machines.giveBack(spare);
            return false;
        }
        m.p = null;
        if (!p.retake(m.number, spare.number)) {
            machines.giveBack(spare); // the system monitor was faster
            return false;
        }
        released.increment();
        spare.grant(p);
        return true;
    }

    /** Whether the caller is a goroutine of this scheduler that has no P, as it was taken. */
    public boolean isWithoutProcessor() {
        M m = currentMachine();
        if (m == null) {
            return false;
        }
        P p = m.p;
        return p == null || OwnerWord.machine(p.observe()) != m.number;
    }

    /** Gives the P of an M, which is in the scheduler, to a spare one; false if there is none. */
    boolean handOff(M m, P held) {
        M spare = machines.claimBeyondBound();
        if (spare == null) {
            return false;
        }
        released.increment();
        m.p = null;
        held.transfer(m.number, spare.number);
        spare.grant(held);
        return true;
    }

    /**
     * Ties the calling goroutine to the thread that runs it, until {@link #unlockMachine} was
     * called as often. That thread runs nothing else meanwhile.
     *
     * @throws IllegalStateException if the caller is no goroutine of this scheduler, or too many
     *     have locked
     */
    public void lockMachine() {
        M m = goroutineMachine();
        locks.lock(this, m, java.util.Objects.requireNonNull(m.current()));
    }

    /**
     * Takes one {@link #lockMachine} back.
     *
     * @throws IllegalStateException if the caller has not locked
     */
    public void unlockMachine() {
        locks.unlock(goroutineMachine());
    }

    private M goroutineMachine() {
        M m = currentMachine();
        if (m == null || m.current() == null || isInside(m)) {
            throw new IllegalStateException(
                    "sched: only a goroutine can lock its carrier: start one with Weft.go");
        }
        return m;
    }

    /** Whether the code on an M with something to run is the scheduler's own. */
    private static boolean isInside(M m) {
        P p = m.p;
        return p != null && p.isOwnedBy(m.number); // without a P it is the goroutine that lost it
    }

    /** How many goroutines can run at once. */
    public int processorCount() {
        return processors.length;
    }

    /** What has been done since the start. */
    public SchedulerCounters counters() {
        SchedulerCounters sum = SchedulerCounters.ZERO;
        for (P p : processors) {
            sum = sum.plus(p);
        }
        return sum.plus(monitor, released.sum());
    }

    /**
     * Stops in steps: from here on what becomes ready goes to the late executor; each M frees its P
     * after the goroutine it runs, or the system monitor takes it from there; what is still queued
     * goes to the late executor, too; timers are abandoned; spare Ms end. An M whose goroutine
     * never gives it back ends with that goroutine. Does not wait: see {@link #awaitStop}.
     */
    public void stop() {
        stopping = true;
        for (P p : processors) {
            p.poller.wake();
        }
        machines.wakeWaiting();
        LockSupport.unpark(monitor);
    }

    /**
     * Waits until all Ps are free and all Ms have ended that run no goroutine; at once if they were
     * never started.
     *
     * @return false when the time was over before
     */
    public boolean awaitStop(long timeout, TimeUnit unit) throws InterruptedException {
        if (!started) {
            return true;
        }
        long deadline = whenAfter(unit.toNanos(timeout));
        if (!exit.await(timeout, unit)) {
            return false;
        }
        TimeUnit.NANOSECONDS.timedJoin(monitor, Math.max(1, deadline - nanoTime()));
        return !monitor.isAlive() && machines.join(deadline);
    }

    boolean isStopping() {
        return stopping;
    }

    /** Whether nobody holds a P any more. */
    boolean isStopped() {
        return exit.getCount() == 0;
    }

    /**
     * An M frees its P because of the stop. Who frees the last empties the rings: nobody owns them
     * any more, and only the owner of a P could fill them again.
     */
    void release(P held, int machine) {
        held.releaseFree(machine);
        if (heldProcessors.decrementAndGet() > 0) {
            return;
        }
        for (P p : processors) {
            for (Runnable task = p.takeLocal(); task != null; task = p.takeLocal()) {
                lateExecutor.execute(task);
            }
        }
        drainGlobal();
        for (P p : processors) {
            p.timers.abandonAll();
        }
        exit.countDown();
        LockSupport.unpark(monitor);
    }

    private void drainGlobal() {
        for (Runnable task = global.take(); task != null; task = global.take()) {
            lateExecutor.execute(task);
        }
    }

    /** The state of every P and M, for a person who asks why nothing moves. */
    public String dump() {
        StringBuilder out = new StringBuilder(256);
        out.append("scheduler ").append(name).append(": procs=").append(processors.length);
        out.append(" idle=").append(idle.size()).append(" spinning=").append(spinning.get());
        out.append(" global=").append(global.size()).append(" stopping=").append(stopping);
        out.append(" threads=").append(machines.liveCount());
        out.append(" spare=").append(machines.spareCount());
        for (P p : processors) {
            out.append("\n  P").append(p.index).append(": ").append(p.describeOwner());
            out.append(idle.contains(p.index) ? " idle" : "");
            out.append(" ring=").append(p.ring.size()).append(" next=").append(p.peekNext());
            out.append(" timers=").append(p.timers.size());
            out.append(" schedules=").append(p.schedules).append(" polls=").append(p.polls);
        }
        for (M m : machines.all()) {
            out.append("\n  ").append(m.getName()).append(": thread=").append(m.getState());
            out.append(" current=").append(m.current());
        }
        return out.append('\n').toString();
    }
}
