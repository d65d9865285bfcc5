package io.weft;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * A scheduled executor that starts a goroutine for each run of a task.
 *
 * <p>A task waits, runs, or is over. It is in {@link #waiting} or its goroutine in {@link #running}
 * at every moment between its submission and its end: whoever moves it enters it into the one set
 * before it takes it out of the other, so the executor never looks terminated too early. Who takes
 * it out of {@code waiting} decides what becomes of it.
 */
final class GoroutineExecutor extends AbstractExecutorService implements ScheduledExecutorService {

    private final RuntimeTimers timers;
    private final Set<Runnable> waiting = ConcurrentHashMap.newKeySet();
    private final Set<Thread> running = ConcurrentHashMap.newKeySet();
    private final CountDownLatch terminated = new CountDownLatch(1);
    private volatile boolean shutdown;

    GoroutineExecutor(RuntimeTimers timers) {
        this.timers = timers;
    }

    @Override
    public void execute(Runnable command) {
        Once task = new Once(command);
        enter(task);
        try {
            timers.start(task);
        } catch (Throwable failure) {
            drop(task);
            throw failure;
        }
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
        return schedule(Executors.callable(command), delay, unit);
    }

    @Override
    public <V> ScheduledFuture<V> schedule(Callable<V> callable, long delay, TimeUnit unit) {
        return arm(new ScheduledTask<>(this, callable, 0), unit.toNanos(delay));
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(
            Runnable command, long initialDelay, long period, TimeUnit unit) {
        return repeat(command, unit.toNanos(initialDelay), positive(period, unit));
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(
            Runnable command, long initialDelay, long delay, TimeUnit unit) {
        return repeat(command, unit.toNanos(initialDelay), -positive(delay, unit));
    }

    private static long positive(long period, TimeUnit unit) {
        if (period <= 0) {
            throw new IllegalArgumentException("a task needs a period above zero: " + period);
        }
        return unit.toNanos(period);
    }

    private ScheduledFuture<?> repeat(Runnable command, long delayNanos, long periodNanos) {
        Callable<Object> body = Executors.callable(command);
        return arm(new ScheduledTask<>(this, body, periodNanos), delayNanos);
    }

    private <V> ScheduledFuture<V> arm(ScheduledTask<V> task, long delayNanos) {
        timers.requireOpen();
        enter(task);
        try {
            task.arm(timers.whenAfter(delayNanos));
        } catch (OutOfMemoryError e) {
            drop(task);
            throw e;
        }
        return task;
    }

    RuntimeTimers timers() {
        return timers;
    }

    /** Takes a task in. Entered first, asked then: a shutdown in between sees the task. */
    private void enter(Runnable task) {
        waiting.add(task);
        if (shutdown) {
            drop(task);
            throw new RejectedExecutionException("the executor is shut down");
        }
    }

    /** Takes a periodic task in for its next run; false if there will be none. */
    boolean reenter(Runnable task) {
        waiting.add(task);
        if (shutdown) {
            drop(task);
            return false;
        }
        return true;
    }

    /** Takes a task out that will not run. */
    void drop(Runnable task) {
        waiting.remove(task);
        terminateIfOver();
    }

    /** The whole life of a task's goroutine: runs it, unless somebody else took the task out. */
    void run(Runnable task, Runnable body) {
        Thread self = Thread.currentThread();
        running.add(self);
        try {
            if (waiting.remove(task)) {
                body.run();
            }
        } finally {
            running.remove(self);
            terminateIfOver();
        }
    }

    private void terminateIfOver() {
        if (shutdown && waiting.isEmpty() && running.isEmpty()) {
            terminated.countDown();
        }
    }

    @Override
    public void shutdown() {
        shutdown = true;
        for (Runnable task : waiting) {
            if (task instanceof ScheduledTask<?> timed && timed.isPeriodic()) {
                timed.cancel(false);
            }
        }
        terminateIfOver();
    }

    @Override
    public List<Runnable> shutdownNow() {
        shutdown = true;
        List<Runnable> taken = new ArrayList<>();
        for (Runnable task : List.copyOf(waiting)) {
            if (waiting.remove(task)) {
                taken.add(task instanceof Once once ? once.command : task);
                if (task instanceof ScheduledTask<?> timed) {
                    timed.disarm();
                }
            }
        }
        for (Thread thread : running) {
            thread.interrupt();
        }
        terminateIfOver();
        return taken;
    }

    @Override
    public boolean isShutdown() {
        return shutdown;
    }

    @Override
    public boolean isTerminated() {
        return terminated.getCount() == 0;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        return terminated.await(timeout, unit);
    }

    /** A task without a delay. What it throws goes to its goroutine's handler. */
    private final class Once implements Runnable {

        final Runnable command;

        Once(Runnable command) {
            this.command = java.util.Objects.requireNonNull(command);
        }

        @Override
        public void run() {
            GoroutineExecutor.this.run(this, command);
        }
    }
}
