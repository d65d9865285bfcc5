package io.weft;

import io.weft.fiber.Fibers;
import io.weft.sched.M;
import io.weft.sched.RuntimeTimer;
import io.weft.sched.Scheduler;
import io.weft.sched.spi.Host;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The time part of a runtime.
 *
 * <p>A timer's function, and a task of the scheduled executor, runs on a goroutine that is made and
 * started by the very thread that finds the timer due, between two goroutines of its own: an M, or
 * the system monitor. That thread may not wait for a goroutine. Making a virtual thread waits for
 * nobody: it takes its number from a counter, and nothing from an M, which has neither inheritable
 * thread locals nor a class loader of a user. Starting one adds it to the JDK's set of virtual
 * threads (where it keeps one), whose bins are locked for the length of an insertion, and calls
 * {@code execute} of our own goroutine; the M does the same again when the goroutine ends. A lock
 * of that set is only held by a thread that runs. What all that loads was loaded by {@link
 * Priming}. The other way, a goroutine that starts the others, was not taken: it would add a switch
 * to each timer, and a queue in which a late one holds up those behind it.
 */
final class RuntimeTimers {

    /** When there is no memory for a goroutine, its timer is armed again for this much later. */
    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final Host host;
    private final Scheduler scheduler;

    RuntimeTimers(Host host, Scheduler scheduler) {
        this.host = host;
        this.scheduler = scheduler;
    }

    /** Those of the host whose goroutine calls, else of the default runtime. */
    static RuntimeTimers current() {
        if (Fibers.CARRIERS.currentCarrier() instanceof M m) {
            Host host = m.scheduler().host();
            if (host != null) {
                return new RuntimeTimers(host, m.scheduler());
            }
        }
        return Weft.runtime().timers();
    }

    Scheduler scheduler() {
        return scheduler;
    }

    Timer after(Duration delay, Runnable function) {
        FunctionTimer core = new FunctionTimer(this, Objects.requireNonNull(function));
        StartPlaces.note(function);
        core.arm(delay);
        return new Timer(core);
    }

    Ticker ticker(Duration period) {
        return new Ticker(this, period);
    }

    ScheduledExecutorService scheduledExecutor() {
        return new GoroutineExecutor(this);
    }

    /** As {@link Weft#sleep}. */
    static void sleep(Duration duration) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        long nanos = nanos(duration);
        if (nanos <= 0) {
            return;
        }
        if (Fibers.CARRIERS.currentCarrier() instanceof M m) {
            sleepOnTimer(m.scheduler(), nanos);
        } else {
            sleepOnThread(nanos);
        }
    }

    /** For a goroutine of that scheduler: the JDK has no part in it. */
    private static void sleepOnTimer(Scheduler scheduler, long nanos) throws InterruptedException {
        long when = scheduler.whenAfter(nanos);
        Alarm alarm = new Alarm(scheduler);
        alarm.waiter = Thread.currentThread();
        alarm.reset(when);
        for (long now = scheduler.nanoTime(); now < when; now = scheduler.nanoTime()) {
            if (alarm.isAbandoned()) {
                // The runtime was closed meanwhile, so the caller runs on the JDK's scheduler.
                alarm.stop();
                sleepOnThread(when - now);
                return;
            }
            LockSupport.park(alarm);
            if (Thread.interrupted()) {
                alarm.stop();
                throw new InterruptedException();
            }
        }
    }

    private static void sleepOnThread(long nanos) throws InterruptedException {
        long start = System.nanoTime();
        for (long left = nanos; left > 0; left = nanos - (System.nanoTime() - start)) {
            LockSupport.parkNanos(left);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }

    /**
     * Starts a goroutine for a timer that has expired. Neither blocks nor throws.
     *
     * @return false if the runtime is being closed
     */
    boolean start(RuntimeTimer timer, Runnable task) {
        try {
            return host.tryGo(task) != null;
        } catch (OutOfMemoryError e) {
            timer.reset(nanoTime() + RETRY_NANOS);
            return true;
        }
    }

    /** Starts a goroutine for a caller who may fail. */
    void start(Runnable task) {
        host.go(task);
    }

    /** Throws what is thrown after the runtime was closed. */
    void requireOpen() {
        if (host.isClosed()) {
            throw new RejectedExecutionException(host + " is closed");
        }
    }

    long nanoTime() {
        return scheduler.nanoTime();
    }

    /** The moment after a delay; the last one of all when it is further away. */
    long whenAfter(Duration delay) {
        return whenAfter(nanos(delay));
    }

    /** As {@link #whenAfter(Duration)}. */
    long whenAfter(long delayNanos) {
        return scheduler.whenAfter(delayNanos);
    }

    /** Its length, or the longest or shortest one that fits. */
    static long nanos(Duration duration) {
        return TimeUnit.NANOSECONDS.convert(duration);
    }
}
