package io.weft;

import io.weft.sched.spi.Host;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * An executor with so many permits, and a queue of so many places. Each task has a goroutine of its
 * own, which needs a permit from its first step to its last.
 *
 * <p>A permit is handed on: the goroutine whose task is over starts the one for the next task, and
 * only if none waits the permit is free. So while tasks wait all permits are in use, and whoever
 * finds a free one has nobody before him.
 */
final class BoundedExecutor extends AbstractExecutorService {

    private final Host host;
    private final int permits;
    private final int places;
    private final WhenFull whenFull;

    /** Held for a few steps; no code of a user runs under it. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Condition room = lock.newCondition();
    private final Condition terminated = lock.newCondition();

    // Guarded by the lock.
    private final ArrayDeque<Runnable> queue = new ArrayDeque<>();
    private final Set<Thread> threads = new HashSet<>();
    private int used;
    private boolean shutdown;
    private boolean stopping;

    /**
     * @throws IllegalArgumentException if there is no permit, or the queue does not fit to the rest
     */
    BoundedExecutor(Host host, int permits, int places, WhenFull whenFull) {
        if (permits < 1) {
            throw new IllegalArgumentException(
                    "a bounded executor needs at least one permit: " + permits);
        }
        if (places < 0) {
            throw new IllegalArgumentException(
                    "a queue cannot have less than no place; 0 is none: " + places);
        }
        if (places == 0 && whenFull == WhenFull.DISCARD_OLDEST) {
            throw new IllegalArgumentException(
                    "DISCARD_OLDEST drops from the queue: give it at least one place");
        }
        this.host = host;
        this.permits = permits;
        this.places = places;
        this.whenFull = Objects.requireNonNull(whenFull, "whenFull");
    }

    /** What becomes of a task that is submitted. */
    private enum Lot {
        STARTS,
        WAITS,
        RUNS_HERE
    }

    @Override
    public void execute(Runnable command) {
        Objects.requireNonNull(command, "command");
        switch (admit(command)) {
            case STARTS -> start(command);
            case RUNS_HERE -> command.run();
            case WAITS -> {
                // until a permit is handed on
            }
        }
    }

    private Lot admit(Runnable command) {
        Runnable oldest = null;
        lock.lock();
        try {
            if (whenFull == WhenFull.BLOCK) {
                awaitRoom();
            }
            if (shutdown) {
                throw new RejectedExecutionException("the executor is shut down");
            }
            if (used < permits) {
                used++;
                return Lot.STARTS;
            }
            if (queue.size() == places && whenFull == WhenFull.CALLER_RUNS) {
                return Lot.RUNS_HERE;
            }
            if (queue.size() == places && whenFull == WhenFull.ABORT) {
                throw new RejectedExecutionException(
                        this + " is full: give it more places, or another WhenFull than ABORT");
            }
            oldest = queue.size() == places ? queue.remove() : null;
            queue.add(command);
            return Lot.WAITS;
        } finally {
            lock.unlock();
            if (oldest instanceof Future<?> future) {
                future.cancel(false); // runs code of a user
            }
        }
    }

    /** With the lock, which it gives back while it waits. */
    private void awaitRoom() {
        try {
            while (!shutdown && used == permits && queue.size() == places) {
                room.await();
            }
        } catch (InterruptedException e) {
            room.signal(); // the place that it may have been woken for
            Thread.currentThread().interrupt();
            throw new RejectedExecutionException("interrupted while waiting for " + this, e);
        }
    }

    /** Starts a task that has a permit; if it cannot be started, its permit goes to the next. */
    private void start(Runnable task) {
        boolean started = false;
        try {
            host.go(() -> work(task));
            started = true;
        } finally {
            if (!started) {
                work(handOn()); // what waits was accepted: there may be nobody else to run it
            }
        }
    }

    /**
     * The life of a goroutine: one task; and those that wait, one after the other, if there can be
     * no goroutine for them, since the runtime is being closed or there is no memory.
     */
    private void work(@Nullable Runnable first) {
        for (Runnable task = first; task != null; task = handOn()) {
            run(task);
        }
    }

    private void run(Runnable task) {
        Thread self = Thread.currentThread();
        lock.lock();
        try {
            threads.add(self);
            if (stopping) {
                self.interrupt(); // admitted before, and not seen by the one who stops
            }
        } finally {
            lock.unlock();
        }
        try {
            task.run();
        } catch (Throwable failure) {
            report(self, failure);
        } finally {
            leave(self);
        }
    }

    private void leave(Thread self) {
        lock.lock();
        try {
            threads.remove(self);
        } finally {
            lock.unlock();
        }
    }

    /** As the JVM does it when a thread ends; here, since the permit is still to be handed on. */
    private static void report(Thread self, Throwable failure) {
        try {
            self.getUncaughtExceptionHandler().uncaughtException(self, failure);
        } catch (Throwable ignored) {
            // so does the JVM: there is nobody left to tell
        }
    }

    /** Gives the permit to the next task; returns it, if the caller has to run it. */
    private @Nullable Runnable handOn() {
        Runnable next;
        lock.lock();
        try {
            next = queue.poll();
            if (next == null) {
                used--;
                terminateIfOver();
            }
            room.signal();
        } finally {
            lock.unlock();
        }
        return next == null || tryStart(next) ? null : next;
    }

    private boolean tryStart(Runnable task) {
        try {
            return host.tryGo(() -> work(task)) != null;
        } catch (OutOfMemoryError e) {
            return false;
        }
    }

    /** With the lock. */
    private void terminateIfOver() {
        if (isOver()) {
            terminated.signalAll();
        }
    }

    private boolean isOver() {
        return shutdown && used == 0;
    }

    @Override
    public void shutdown() {
        lock.lock();
        try {
            shutdown = true;
            room.signalAll();
            terminateIfOver();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public List<Runnable> shutdownNow() {
        lock.lock();
        try {
            shutdown = true;
            stopping = true;
            List<Runnable> waiting = new ArrayList<>(queue);
            queue.clear();
            threads.forEach(Thread::interrupt);
            room.signalAll();
            terminateIfOver();
            return waiting;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean isShutdown() {
        lock.lock();
        try {
            return shutdown;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean isTerminated() {
        lock.lock();
        try {
            return isOver();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        long left = unit.toNanos(timeout);
        lock.lock();
        try {
            while (!isOver()) {
                if (left <= 0) {
                    return false;
                }
                left = terminated.awaitNanos(left);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public String toString() {
        lock.lock();
        try {
            String state = isOver() ? ", terminated" : shutdown ? ", shut down" : "";
            return "BoundedExecutor[running "
                    + used
                    + " of "
                    + permits
                    + ", waiting "
                    + queue.size()
                    + " of "
                    + places
                    + state
                    + "]";
        } finally {
            lock.unlock();
        }
    }
}
