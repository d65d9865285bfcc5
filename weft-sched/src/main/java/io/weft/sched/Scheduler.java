package io.weft.sched;

import io.weft.sched.spi.Carriers;
import io.weft.sched.spi.Clock;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

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

    /**
     * How many idle Ps look after the busy ones at once. One would do; but whoever finds work while
     * it is the only one wakes another, and with a few of them that is rare.
     */
    private static final int WATCHING_MAX = 4;

    final P[] processors;
    final GlobalQueue global = new GlobalQueue();
    final IdleSet idle;
    final StealOrder stealOrder;
    final Clock clock;

    /** Ms that are awake and searching, and Ps that were claimed to be woken. */
    final AtomicInteger spinning = new AtomicInteger();

    /** Idle Ps that sleep for a bounded time, to look after the busy ones. */
    final AtomicInteger watching = new AtomicInteger();

    private final String name;
    private final Carriers carriers;
    private final Executor lateExecutor;
    private final M[] machines;
    private final AtomicInteger liveMachines;
    private final CountDownLatch exit = new CountDownLatch(1);
    private volatile boolean started;
    private volatile boolean stopping;

    /** A scheduler that runs nothing before {@link #start}. */
    public Scheduler(SchedulerOptions options) {
        name = options.name();
        carriers = options.carriers();
        clock = options.clock();
        lateExecutor = options.lateExecutor();
        int count = options.processors();
        idle = new IdleSet(count);
        stealOrder = new StealOrder(count);
        processors = new P[count];
        Arrays.setAll(processors, i -> new P(i, options, global));
        machines = new M[count];
        Arrays.setAll(machines, i -> new M(this, i, processors[i], options));
        liveMachines = new AtomicInteger(count);
    }

    /** Starts the Ms. Once. */
    public void start() {
        started = true;
        for (M m : machines) {
            m.start();
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
        if (p.isOwnedBy(m.number)) {
            p.push(task); // the M's own code: FindRunnable looks at the ring next, and wakes
            return;
        }
        if (!p.reenter(m.number)) {
            readyFromOutside(task); // the P was taken from this M while the goroutine ran
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

    private void readyFromOutside(Runnable task) {
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
    void stopSpinningWithWork(M m) {
        m.spinning = false;
        spinning.getAndDecrement(); // full fence before the look, as barrier I2
        if (!idle.isEmpty() && hasWork()) {
            wakeForSubmission(m.p);
        }
    }

    /**
     * Called by an M that has found work after a sleep. If all idle Ps sleep for ever, one is
     * woken: nobody else would look into the poller of this P while it computes. That costs one
     * wake-up after a time in which nothing ran anywhere, and none under load.
     *
     * <p>Store, full fence, load on both sides: this M has left the idle set before it looks here;
     * the other has entered it before it looks whether all are idle.
     */
    void ensureWatch() {
        if (processors.length > 1 && watching.get() == 0) {
            wakeOne();
        }
    }

    /**
     * Lets an idle P sleep for a bounded time only, unless enough others do. It has entered the
     * idle set before: when the last of those others finds work, it looks there and wakes this one.
     */
    boolean startWatching() {
        for (int count = watching.get(); count < WATCHING_MAX; count = watching.get()) {
            if (watching.compareAndSet(count, count + 1)) {
                return true;
            }
        }
        return false;
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
        return carriers.currentCarrier() instanceof M m && m.scheduler == this ? m.p.index : -1;
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
        return sum;
    }

    /**
     * Stops in three steps: from here on what becomes ready goes to the late executor; each M ends
     * after the goroutine it runs; what is still queued goes to the late executor, too. Does not
     * wait: see {@link #awaitStop}.
     */
    public void stop() {
        stopping = true;
        for (P p : processors) {
            p.poller.wake();
        }
    }

    /**
     * Waits until all Ms have ended; at once if they were never started.
     *
     * @return false when the time was over before
     */
    public boolean awaitStop(long timeout, TimeUnit unit) throws InterruptedException {
        return !started || exit.await(timeout, unit);
    }

    boolean isStopping() {
        return stopping;
    }

    /**
     * The last act of an M. Who ends last empties the rings: nobody owns them any more, and only
     * code on an M could fill them again.
     */
    void onExit() {
        if (liveMachines.decrementAndGet() > 0) {
            return;
        }
        for (P p : processors) {
            for (Runnable task = p.takeLocal(); task != null; task = p.takeLocal()) {
                lateExecutor.execute(task);
            }
        }
        drainGlobal();
        exit.countDown();
    }

    private void drainGlobal() {
        for (Runnable task = global.take(); task != null; task = global.take()) {
            lateExecutor.execute(task);
        }
    }

    /** What timers ask of this scheduler. */
    @SuppressWarnings("DoNotCallSuggester")
    Timers timers() {
        throw new UnsupportedOperationException("sched: this scheduler has no timers");
    }

    /** The state of every P and M, for a person who asks why nothing moves. */
    public String dump() {
        StringBuilder out = new StringBuilder(256);
        out.append("scheduler ").append(name).append(": procs=").append(processors.length);
        out.append(" idle=").append(idle.size()).append(" spinning=").append(spinning.get());
        out.append(" global=").append(global.size()).append(" stopping=").append(stopping);
        for (M m : machines) {
            P p = m.p;
            out.append("\n  P").append(p.index).append(": ").append(p.describeOwner());
            out.append(idle.contains(p.index) ? " idle" : "");
            out.append(" ring=").append(p.ring.size()).append(" next=").append(p.peekNext());
            out.append(" current=").append(m.current()).append(" thread=").append(m.getState());
            out.append(" schedules=").append(p.schedules).append(" polls=").append(p.polls);
        }
        return out.append('\n').toString();
    }
}
