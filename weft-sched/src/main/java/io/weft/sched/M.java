package io.weft.sched;

import io.weft.sched.spi.Prng;
import java.lang.System.Logger.Level;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * A machine: an OS thread that runs goroutines, one at a time, while it holds a P.
 *
 * <p>Its life is a loop: find something runnable, publish the P as running, run it until it parks,
 * yields or ends, take the P back. Between the two the goroutine may itself enter the scheduler, on
 * this same thread, to make others ready: {@link Scheduler#ready}.
 */
public final class M extends Thread {

    private static final System.Logger LOGGER = System.getLogger(M.class.getName());

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

    /** The P that this M holds; only this thread reads or writes it. */
    final P p;

    /** Whether this M is counted as searching for work; only this thread reads or writes it. */
    boolean spinning;

    /**
     * What runs here. Only this thread writes it, and reads it to decide; dumps read it, too, and
     * are content with a moment's truth, so that a switch costs no fence.
     */
    @SuppressWarnings("unused") // through CURRENT
    private @Nullable Runnable current;

    private final @Nullable Object scratch;

    M(Scheduler scheduler, int number, P p, SchedulerOptions options) {
        super(null, null, options.name() + "-M" + number, 0, false);
        this.scheduler = scheduler;
        this.number = number;
        this.p = p;
        this.prng = Prng.xorshift(options.seeds().next());
        this.scratch = options.scratch().get();
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

    /** The index of the P that this M holds. Only for code that runs on this M. */
    public int processor() {
        return p.index;
    }

    @Nullable Runnable current() {
        return (Runnable) CURRENT.getOpaque(this);
    }

    @Override
    public void run() {
        if (!p.acquireFree(number)) {
            throw new IllegalStateException(
                    "sched: M" + number + " starts with a P that is " + p.describeOwner());
        }
        try {
            FindRunnable search = new FindRunnable(scheduler, this);
            for (Runnable task = search.next(); task != null; task = search.next()) {
                execute(task);
            }
        } finally {
            p.releaseFree(number);
            scheduler.onExit();
        }
    }

    private void execute(Runnable task) {
        CURRENT.setOpaque(this, task);
        p.schedules++;
        p.publishRunning(number);
        try {
            task.run();
        } catch (Throwable failure) {
            // A goroutine's own exceptions end in its thread's handler; what arrives here broke
            // the mounting itself (no memory, no stack). One goroutine is lost, M and P go on.
            LOGGER.log(Level.ERROR, "sched: could not run " + task + " on " + getName(), failure);
        }
        if (!p.reenter(number)) {
            throw new IllegalStateException(
                    "sched: M" + number + " came back to a P that is " + p.describeOwner());
        }
    }
}
