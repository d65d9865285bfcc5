package io.weft.sync;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Runs something once, whoever comes first; all others wait until it is done.
 *
 * {@snippet :
 * once.run(this::loadTables);
 * }
 *
 * <p>The semantics are Go's ({@code sync.Once}). A body that throws counts as done: its exception
 * goes to the one who has run it, and nobody runs another one. For what all have to learn of, take
 * {@link OnceValue}.
 *
 * <p>All methods may be called from any thread. What the body has done is visible to all who have
 * returned. Once it is done a call costs a load with acquire, which pairs with the store with
 * release after the body.
 */
public final class Once {

    private static final VarHandle DONE;
    private static final VarHandle RUNNER;

    static {
        try {
            var lookup = MethodHandles.lookup();
            DONE = lookup.findVarHandle(Once.class, "done", boolean.class);
            RUNNER = lookup.findVarHandle(Once.class, "runner", Thread.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Of the one who runs the body. */
    private final Mutex mutex = new Mutex();

    @SuppressWarnings("unused") // through DONE
    private boolean done;

    /** Who runs the body: only that thread can find itself there. */
    @SuppressWarnings("unused") // through RUNNER
    private @Nullable Thread runner;

    /** Begins with nothing done. */
    public Once() {}

    /**
     * Runs the body if none has run yet, or waits for the one that runs. As when a class is
     * initialized, an interrupt does not end that wait; it stays pending.
     *
     * @throws IllegalStateException if it is called by the body itself, which would wait for ever
     */
    public void run(Runnable body) {
        Objects.requireNonNull(body, "body");
        if (isDone()) {
            return;
        }
        if (Thread.currentThread().equals(RUNNER.getOpaque(this))) {
            throw new IllegalStateException(
                    "what runs once calls for itself and would wait for its own end: take the inner"
                            + " call out");
        }
        mutex.lock();
        try {
            if (!isDone()) {
                runLocked(body);
            }
        } finally {
            mutex.unlock();
        }
    }

    /** Whether the body has run, to its end or to an exception. */
    public boolean isDone() {
        return (boolean) DONE.getAcquire(this);
    }

    private void runLocked(Runnable body) {
        RUNNER.setOpaque(this, Thread.currentThread());
        try {
            body.run();
        } finally {
            RUNNER.setOpaque(this, null);
            DONE.setRelease(this, true);
        }
    }

    @Override
    public String toString() {
        return isDone() ? "Once[done]" : "Once[to do]";
    }
}
