package io.weft;

import io.weft.fiber.Fibers;
import io.weft.sched.M;
import io.weft.sched.Scheduler;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The goroutines of a runtime: starts them, counts them, sees to what they do not catch, and knows
 * when the last has ended.
 */
final class Goroutines {

    /** Who may start goroutines. It only ever moves on. */
    enum Gate {
        /** Everybody. */
        OPEN,
        /** Goroutines of this runtime and its timers, so that they can finish their work. */
        DRAINING,
        /** Nobody. */
        CLOSED
    }

    private final String name;
    private final Scheduler scheduler;
    private final PanicPolicy panics;
    private final @Nullable GoroutineRegistry registry;

    private final LongAdder started = new LongAdder();
    private final LongAdder ended = new LongAdder();

    private volatile Gate gate = Gate.OPEN;

    /** Who waits in {@link #awaitEnd}. Whoever ends a goroutine unparks it. */
    private volatile @Nullable Thread waiter;

    Goroutines(String name, Scheduler scheduler, Diagnostics diagnostics) {
        this.name = name;
        this.scheduler = scheduler;
        panics = diagnostics.panics();
        registry = diagnostics.needsRegistry() ? new GoroutineRegistry(name, this::onEnd) : null;
    }

    /** Null when the runtime does not track them. */
    @Nullable GoroutineRegistry registry() {
        return registry;
    }

    Gate gate() {
        return gate;
    }

    /** Only to a later gate. */
    void setGate(Gate next) {
        gate = next;
    }

    /** A factory whose threads count from their first step. */
    ThreadFactory factory() {
        return task -> newThread(task, false);
    }

    /**
     * Starts a goroutine.
     *
     * @throws RejectedExecutionException if the gate is not open to the caller
     */
    Thread start(Runnable task) {
        StartPlaces.note(task);
        Thread thread = tryStart(task);
        if (thread == null) {
            throw new RejectedExecutionException(
                    "the runtime "
                            + name
                            + (gate == Gate.CLOSED
                                    ? " is closed"
                                    : " shuts down, and only its own goroutines may start others"));
        }
        return thread;
    }

    /** Starts a goroutine, or returns null if the gate is not open to the caller. */
    @Nullable Thread tryStart(Runnable task) {
        started.increment(); // before the look at the gate; who closes it looks at the counts then
        if (!isOpen()) {
            onEnd();
            return null;
        }
        boolean handedOver = false;
        try {
            Thread thread = newThread(task, true);
            thread.start();
            handedOver = true;
            return thread;
        } finally {
            if (!handedOver) {
                onEnd();
            }
        }
    }

    private boolean isOpen() {
        return switch (gate) {
            case OPEN -> true;
            case DRAINING ->
                    Fibers.CARRIERS.currentCarrier() instanceof M m && m.scheduler() == scheduler;
            case CLOSED -> false;
        };
    }

    private Thread newThread(Runnable task, boolean startIsCounted) {
        Task counted =
                registry == null
                        ? new Task(task, startIsCounted)
                        : new TrackedTask(task, startIsCounted, registry);
        return Fibers.newThread(scheduler, "", counted);
    }

    long live() {
        // Ended first: a goroutine that starts in between is counted, none is counted below zero.
        long gone = ended.sum();
        return started.sum() - gone;
    }

    private void onEnd() {
        ended.increment();
        Thread waiting = waiter;
        if (waiting != null) {
            LockSupport.unpark(waiting);
        }
    }

    /**
     * Waits until none lives. By one thread at a time. An interrupt stays pending.
     *
     * @param timeoutNanos {@link Long#MAX_VALUE} is for ever
     * @return false when the time was over before
     */
    boolean awaitEnd(long timeoutNanos) {
        boolean interrupted = false;
        long start = System.nanoTime();
        waiter = Thread.currentThread();
        // The write above comes before the look at the counts; a goroutine counts its end before it
        // looks at the waiter. One of the two sees the other.
        boolean none = live() == 0;
        while (!none) {
            long left = timeoutNanos - (System.nanoTime() - start);
            if (left <= 0) {
                break;
            }
            LockSupport.parkNanos(this, left);
            interrupted |= Thread.interrupted();
            none = live() == 0;
        }
        waiter = null;
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return none;
    }

    /** A goroutine's task, between the two counts. */
    private class Task implements Runnable {

        private final Runnable task;
        private final boolean startIsCounted;

        Task(Runnable task, boolean startIsCounted) {
            this.task = task;
            this.startIsCounted = startIsCounted;
        }

        @Override
        public void run() {
            if (!startIsCounted) {
                started.increment();
            }
            try {
                task.run();
            } catch (Throwable failure) {
                onPanic(failure);
            } finally {
                onEnd();
            }
        }

        /** Hands it to the thread's handler, which {@link Thread} would do else. */
        private void onPanic(Throwable failure) {
            StackTraceElement[] place = startedAt();
            StartPlaces.addTo(
                    failure, place == null ? StartPlaces.first(task) : place, place != null);
            Thread thread = Thread.currentThread();
            try {
                thread.getUncaughtExceptionHandler().uncaughtException(thread, failure);
            } finally {
                if (panics == PanicPolicy.EXIT) {
                    ProcessEnd.begin();
                }
            }
        }

        StackTraceElement @Nullable [] startedAt() {
            return null;
        }
    }

    /** The task of a goroutine that is in the registry while it runs. */
    private final class TrackedTask extends Task {

        private final GoroutineRegistry tracking;
        private final StackTraceElement[] startedAt;

        TrackedTask(Runnable task, boolean startIsCounted, GoroutineRegistry tracking) {
            super(task, startIsCounted);
            this.tracking = tracking;
            // On an M it is a timer, which has noted the place when it was made.
            boolean isTimer = Thread.currentThread() instanceof M;
            startedAt = isTimer ? StartPlaces.first(task) : StartPlaces.here();
        }

        @Override
        public void run() {
            GoroutineRegistry.Entry entry = tracking.enter(startedAt);
            try {
                super.run();
            } finally {
                tracking.leave(entry);
            }
        }

        @Override
        StackTraceElement[] startedAt() {
            return startedAt;
        }
    }
}
