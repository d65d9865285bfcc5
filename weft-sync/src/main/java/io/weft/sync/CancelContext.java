package io.weft.sync;

import io.weft.sched.spi.Host;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A context that can be cancelled, and may have a deadline. Made by {@link Context#withCancel} and
 * its siblings.
 *
 * <p>Close it when its work is over: that cancels it, so that nothing it started goes on, and takes
 * it off the context above it, which would keep it alive otherwise.
 *
 * <p>{@link #cancel()} returns when all below it is done as well, but for what another call is just
 * cancelling.
 */
public final class CancelContext extends Context implements AutoCloseable {

    static final long NO_DEADLINE = Long.MAX_VALUE;

    /** When there is no memory for a goroutine, the deadline is looked at again so much later. */
    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final Context parent;
    private final @Nullable CancelContext above;

    /** Of the goroutine that made it; null on other threads, which start no runtime by this. */
    private final @Nullable Host maker;

    /** By the clock of {@link #host}; that of the context above if its deadline comes first. */
    private final long deadlineNanos;

    private final State state = new State();

    /** Null without a deadline of its own. */
    private final @Nullable HostAlarm alarm;

    private CancelContext(Context parent, long deadlineNanos, boolean timed) {
        this.parent = parent;
        this.above = parent.canceller();
        this.maker = Hosts.ofGoroutine();
        this.deadlineNanos = deadlineNanos;
        alarm = timed ? new HostAlarm(host(), this::onAlarm) : null;
    }

    static CancelContext below(Context parent, long deadlineNanos) {
        CancelContext above = parent.canceller();
        long inherited = above == null ? NO_DEADLINE : above.deadlineNanos;
        boolean timed = deadlineNanos < inherited; // else the parent's comes first
        CancelContext context =
                new CancelContext(parent, Math.min(deadlineNanos, inherited), timed);
        if (above != null) {
            above.add(context.state);
        }
        if (timed) {
            context.startClock();
        }
        return context;
    }

    private void startClock() {
        if (deadlineNanos <= host().nanoTime()) {
            finish(timeIsOver());
        } else if (!isDone()) {
            Objects.requireNonNull(alarm).set(deadlineNanos);
        }
    }

    /** On the thread that finds the alarm due, in the middle of a scheduler. */
    private void onAlarm() {
        HostAlarm own = Objects.requireNonNull(alarm);
        Host host = host();
        if (host.nanoTime() < deadlineNanos) {
            own.set(deadlineNanos);
            return;
        }
        try {
            Runnable ending = () -> finish(timeIsOver());
            if (host.tryGo(ending) == null) {
                JdkHost.INSTANCE.go(ending);
            }
        } catch (OutOfMemoryError e) {
            own.set(host.nanoTime() + RETRY_NANOS);
        }
    }

    private static DeadlineExceededException timeIsOver() {
        return new DeadlineExceededException("the deadline of the context is over");
    }

    /** Cancels it, and all contexts below it. Once: later calls change nothing. */
    public void cancel() {
        if (!isDone()) {
            finish(new CancelledException("the context was cancelled"));
        }
    }

    /** As {@link #cancel()}, for a cause that {@link #cause} tells everybody below. */
    public void cancel(Throwable cause) {
        finish(Objects.requireNonNull(cause, "a context is cancelled for a cause: use cancel()"));
    }

    /** As {@link #cancel()}. */
    @Override
    public void close() {
        cancel();
    }

    /**
     * Marks this done, then all that depends on it, one after the other and not one inside the
     * other: a chain of contexts may be as long as it likes.
     */
    private void finish(Throwable cause) {
        if (above != null) {
            above.remove(state);
        }
        Links<Dependent> rest = new Links<>();
        state.onDone(cause, rest);
        for (Dependent next = rest.removeFirst(); next != null; next = rest.removeFirst()) {
            next.onDone(cause, rest);
        }
    }

    Context parent() {
        return parent;
    }

    /** Where what this starts is started, and whose clock tells its deadline. */
    Host host() {
        return maker == null ? Hosts.current() : maker;
    }

    long deadlineNanos() {
        return deadlineNanos;
    }

    @Override
    CancelContext canceller() {
        return this;
    }

    @Nullable Throwable ownCause() {
        return state.cause;
    }

    ReceiveChan<Void> doneChannel() {
        return state.doneChannel();
    }

    /** Registers what happens when this is done; at once if it is. */
    void add(Dependent dependent) {
        Throwable cause = state.addOrCause(dependent);
        if (cause != null) {
            Links<Dependent> rest = new Links<>();
            dependent.onDone(cause, rest);
            assert rest.removeFirst() == null : "only a new context is below this one";
        }
    }

    /** Takes back what was registered; false if it has happened or is about to. */
    boolean remove(Dependent dependent) {
        return state.remove(dependent);
    }

    @Override
    public String toString() {
        Throwable cause = state.cause;
        return "Context["
                + (cause == null ? "not done" : "done: " + cause)
                + ", below "
                + parent
                + "]";
    }

    /** The part of a context that changes; as a dependent of the context above it. */
    private final class State extends Dependent {

        /** Nothing blocks while it is held, and no code of a user runs. */
        private final SpinLock lock = new SpinLock() {};

        /** Written once, with the lock; read by anybody. */
        private volatile @Nullable Throwable cause;

        // Guarded by the lock.
        private final Links<Dependent> dependents = new Links<>();
        private @Nullable Chan<Void> done;

        @Nullable Throwable addOrCause(Dependent dependent) {
            lock.lock();
            try {
                if (cause == null) {
                    dependents.addLast(dependent);
                }
                return cause;
            } finally {
                lock.unlock();
            }
        }

        boolean remove(Dependent dependent) {
            lock.lock();
            try {
                // When it is done the links belong to the thread that cancels.
                return cause == null && dependents.remove(dependent);
            } finally {
                lock.unlock();
            }
        }

        ReceiveChan<Void> doneChannel() {
            lock.lock();
            try {
                if (done != null) {
                    return done;
                }
                done = Chan.unbuffered();
                if (cause != null) {
                    done.close(); // nobody knows it yet, so nobody is woken
                }
                return done;
            } finally {
                lock.unlock();
            }
        }

        @Override
        void onDone(Throwable why, Links<Dependent> rest) {
            Chan<Void> channel;
            lock.lock();
            try {
                if (cause != null) {
                    return;
                }
                cause = why;
                rest.takeAll(dependents);
                channel = done;
            } finally {
                lock.unlock();
            }
            if (alarm != null) {
                alarm.cancel();
            }
            if (channel != null) {
                channel.close();
            }
        }
    }
}
