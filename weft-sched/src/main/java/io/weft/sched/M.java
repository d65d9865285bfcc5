package io.weft.sched;

import io.weft.sched.spi.Prng;
import java.lang.System.Logger.Level;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A machine: an OS thread that runs goroutines, one at a time, while it holds a P.
 *
 * <p>With a P its life is a loop: find something runnable, publish the P as running, run it until
 * it parks, yields or ends, take the P back. Between the two the goroutine may itself enter the
 * scheduler, on this same thread, to make others ready: {@link Scheduler#ready}.
 *
 * <p>The P may be taken while the goroutine runs, because it blocks this thread or computes for
 * longer than its slice. The goroutine goes on, on this thread, and its M finds out at its next
 * entry into the scheduler: what it makes ready goes to the global queue, and when it gives the
 * thread back, the M becomes a spare one and waits for the next P: {@link Machines}.
 *
 * <p>An M that a goroutine has locked runs nothing else: see {@link CarrierLocks}.
 */
public final class M extends Thread {

    private static final System.Logger LOGGER = System.getLogger(M.class.getName());

    /** How often an M tries again to hand off its P when the system gives no thread. */
    private static final long NO_THREAD_PAUSE_NANOS = 1_000_000;

    private static final VarHandle CURRENT;

    static {
        try {
            CURRENT = MethodHandles.lookup().findVarHandle(M.class, "current", Runnable.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final Scheduler scheduler;
    final int number;
    final Prng prng;

    /**
     * The P that this M believes to hold; only this thread reads or writes it. It learns from a
     * failed {@link OwnerWord#reenter} that the P was taken.
     */
    @Nullable P p;

    /** Whether this M is counted as searching for work; only this thread reads or writes it. */
    boolean spinning;

    /** Number of the OS thread; written before the first P is held. */
    long osThread;

    /**
     * Set by the system monitor when the goroutine has used up its slice, cleared with the next
     * goroutine. Checks in long loops read it.
     */
    private volatile boolean yieldRequested;

    /** A P that whoever claimed this spare M gives it; null otherwise. */
    private volatile @Nullable P granted;

    /** What ties this M to one goroutine; only code on this thread reads or writes it. */
    @Nullable CarrierLock lock;

    /**
     * What runs here. Only this thread writes it, and reads it to decide; dumps read it, too, and
     * are content with a moment's truth, so that a switch costs no fence.
     */
    @SuppressWarnings("unused") // through CURRENT
    private @Nullable Runnable current;

    private final FindRunnable search;
    private final @Nullable Object scratch;

    M(Scheduler scheduler, int number, SchedulerOptions options, int seed) {
        super(null, null, options.name() + "-M" + number, 0, false);
        this.scheduler = scheduler;
        this.number = number;
        this.prng = Prng.xorshift(seed);
        this.scratch = options.scratch().get();
        this.search = new FindRunnable(scheduler, this);
        setDaemon(true);
    }

    /**
     * What the layers around the scheduler keep for each OS thread, as given by {@link
     * SchedulerOptions#scratch}. Only for code that runs on this M.
     */
    public @Nullable Object scratch() {
        return scratch;
    }

    /** The scheduler this M works for. */
    public Scheduler scheduler() {
        return scheduler;
    }

    /** Whether the goroutine that runs here should yield. Only for code that runs on this M. */
    public boolean isYieldRequested() {
        return yieldRequested;
    }

    void requestYield() {
        yieldRequested = true;
    }

    @Nullable Runnable current() {
        return (Runnable) CURRENT.getOpaque(this);
    }

    /** Before this M sleeps: what it ran last may be garbage by the time it wakes up. */
    void forgetCurrent() {
        CURRENT.setOpaque(this, null);
    }

    /** When no M holds a P any more: whether a goroutine runs here still. */
    boolean isStray() {
        return current() != null;
    }

    /** Gives a P to this M, which waits for it; the caller has claimed both. */
    void grant(P offered) {
        granted = offered;
        LockSupport.unpark(this);
    }

    /** What was granted since the last call, or null. */
    @Nullable P takeGrant() {
        P offered = granted;
        if (offered != null) {
            granted = null;
        }
        return offered;
    }

    @Override
    public void run() {
        try {
            osThread = scheduler.machines.osThreads.enter();
            for (P next = scheduler.machines.awaitGrant(this); next != null; next = awaitNext()) {
                hold(next);
                work(next);
            }
        } finally {
            scheduler.machines.onExit(this);
        }
    }

    /** The next P after one was lost, or null when this M should end. */
    private @Nullable P awaitNext() {
        CURRENT.setOpaque(this, null);
        CarrierLock mine = lock;
        return mine == null ? scheduler.machines.awaitAsSpare(this) : mine.await(scheduler, this);
    }

    private void hold(P taken) {
        p = taken;
        taken.holder = this;
        search.hold(taken);
        scheduler.machines.osThreads.bind(osThread, taken.index);
    }

    /** Runs goroutines until the P is gone: taken, handed off, or freed because of the stop. */
    private void work(P held) {
        boolean holding = true;
        while (holding) {
            holding = runNext(held);
        }
        if (p != null) {
            p = null;
            scheduler.release(held, number);
        }
    }

    /**
     * Runs what comes next. In a frame of its own: the one that waits for work would keep what ran
     * last from the garbage collector.
     *
     * @return whether this M still holds the P and should go on
     */
    private boolean runNext(P held) {
        Runnable task = nextTask(held);
        if (task == null) {
            return false;
        }
        CarrierLock other = scheduler.locks.of(task);
        if (other == null || other.isOn(this)) {
            return execute(held, task);
        }
        return !other.offer(this, held);
    }

    /** What to run next, or null when the P is gone or the scheduler stops. */
    private @Nullable Runnable nextTask(P held) {
        CarrierLock mine = lock;
        if (mine == null) {
            return search.next();
        }
        Runnable task = mine.takeTask();
        while (task == null && !scheduler.isStopping()) {
            if (scheduler.handOff(this, held)) {
                return null;
            }
            // No thread is to be had, so the P waits here with its goroutine.
            LockSupport.parkNanos(this, NO_THREAD_PAUSE_NANOS);
            task = mine.takeTask();
        }
        return task;
    }

    /**
     * Runs a goroutine until it gives the thread back.
     *
     * @return whether this M still holds the P
     */
    private boolean execute(P held, Runnable task) {
        CURRENT.setOpaque(this, task);
        held.schedules++;
        held.publishRunning(number);
        try {
            task.run();
        } catch (Throwable failure) {
            // A goroutine's own exceptions end in its thread's handler; what arrives here broke
            // the mounting itself (no memory, no stack). One goroutine is lost, M and P go on.
            LOGGER.log(Level.ERROR, "sched: could not run " + task + " on " + getName(), failure);
        }
        if (yieldRequested) {
            yieldRequested = false;
        }
        if (p != null && held.reenter(number)) {
            return true;
        }
        p = null;
        return false;
    }
}
