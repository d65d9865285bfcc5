package io.weft.fiber;

import io.weft.sched.G;
import io.weft.sched.Scheduler;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A goroutine: a virtual thread whose JDK scheduler is this very object.
 *
 * <p>The JDK calls {@link #execute} whenever the virtual thread may continue, always with the same
 * {@code Runnable}. Since each goroutine is its own executor, the call itself says which goroutine
 * it is about, and nothing is looked up.
 *
 * <p>A virtual thread that this goroutine starts without naming a scheduler inherits this object as
 * its executor. Its runnable is another one, and is queued as it is: a fiber without a number.
 */
final class Goroutine extends G implements Executor {

    /**
     * Continues the virtual thread. Set once, by the start of the thread, before anyone runs it.
     */
    private @Nullable Runnable continuation;

    /** That of its thread: one number in our dumps and in the JDK's, and none to count here. */
    private long id;

    Goroutine(Scheduler scheduler) {
        super(scheduler);
    }

    /** Names the goroutine after its thread, which is made after it. Before the thread's start. */
    void nameAfter(Thread thread) {
        id = thread.threadId();
    }

    /** What the JDK submits for the own thread; null before its start. */
    @Nullable Runnable own() {
        return continuation;
    }

    @Override
    public long id() {
        return id;
    }

    /**
     * Makes the virtual thread, or one that inherited this scheduler, runnable. Obeys the JDK's
     * terms: it does not throw, park, lock or load a class. The calling thread may be the virtual
     * thread that unparks, with its continuation pinned, the M itself, or any other thread.
     */
    @Override
    @SuppressWarnings("ReferenceEquality") // the JDK submits one object per virtual thread
    public void execute(Runnable runnable) {
        Runnable own = continuation;
        if (own == null) {
            // The first submission is the start of the own thread: nobody can inherit before.
            continuation = runnable;
            own = runnable;
        }
        if (runnable == own) {
            scheduler().ready(this);
        } else {
            scheduler().noteGuest();
            scheduler().ready(runnable);
        }
    }

    @Override
    public void run() {
        Runnable own = continuation;
        if (own == null) {
            throw new IllegalStateException("fiber: " + this + " runs before it was started");
        }
        own.run();
    }
}
