package io.weft.fiber;

import io.weft.sched.Scheduler;
import io.weft.sched.spi.Carriers;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.locks.LockSupport;

/**
 * Makes goroutines out of the JDK's virtual threads, where the JDK lets us. All methods may be
 * called from any thread.
 */
public final class Fibers {

    /** Finds the platform thread under a goroutine. */
    public static final Carriers CARRIERS = Fibers::currentCarrier;

    private static final int QUIET_LOOKS = 100;
    private static final long QUIET_PAUSE_NANOS = 100_000;

    private Fibers() {}

    /** Why goroutines cannot run in this JVM, and what to do; empty when they can. */
    public static Optional<String> unavailabilityCause() {
        return Optional.ofNullable(JdkInternals.UNAVAILABILITY_CAUSE);
    }

    /**
     * A virtual thread, not started, that {@code scheduler} will run. It inherits the caller's
     * inheritable thread locals, as {@code Thread.ofVirtual()} does.
     *
     * @throws UnsupportedOperationException with {@link #unavailabilityCause} as its message
     */
    public static Thread newThread(Scheduler scheduler, String name, Runnable task) {
        Goroutine goroutine = new Goroutine(scheduler);
        Thread thread = newThread(goroutine, name, task);
        goroutine.nameAfter(thread);
        return thread;
    }

    /**
     * A virtual thread, not started, that is no goroutine: whenever it may go on, {@code executor}
     * gets what makes it do so, to be run on a platform thread. It must neither refuse nor wait.
     *
     * @throws UnsupportedOperationException with {@link #unavailabilityCause} as its message
     */
    public static Thread newThread(Executor executor, String name, Runnable task) {
        var constructor = JdkInternals.NEW_VIRTUAL_THREAD;
        if (constructor == null) {
            throw new UnsupportedOperationException(JdkInternals.UNAVAILABILITY_CAUSE);
        }
        try {
            return (Thread) constructor.invokeExact(executor, name, 0, task);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("fiber: the JDK could not make a virtual thread", e);
        }
    }

    /**
     * The JDK's own scheduler of virtual threads, for goroutines that become runnable after theirs
     * has stopped.
     *
     * @throws UnsupportedOperationException with {@link #unavailabilityCause} as its message
     */
    public static Executor lateExecutor() {
        Executor executor = JdkInternals.DEFAULT_SCHEDULER;
        if (executor == null) {
            throw new UnsupportedOperationException(JdkInternals.UNAVAILABILITY_CAUSE);
        }
        return executor;
    }

    /**
     * Loads what the JDK would otherwise load at the first wait of a goroutine, on a carrier, and
     * has timed waits of goroutines served by the timers of their scheduler. Must be called from a
     * platform thread before the first goroutine: the JDK's socket pollers are virtual threads that
     * inherit the scheduler of whoever touches them first, and would become goroutines that nobody
     * asked for.
     */
    public static void prime() {
        if (Thread.currentThread().isVirtual()) {
            throw new IllegalStateException("fiber: prime must be called from a platform thread");
        }
        long _ = FirstPrime.STEPS;
        try {
            Class.forName("sun.nio.ch.Poller");
        } catch (ClassNotFoundException e) {
            // Another JDK has other classes; nothing depends on this one but the first wait.
            System.getLogger(Fibers.class.getName())
                    .log(System.Logger.Level.DEBUG, "not primed: sun.nio.ch.Poller", e);
        }
        TimedWaits.install();
    }

    /**
     * How many steps virtual threads have made on the JDK's own scheduler, once none of them is
     * running; -1 when that cannot be told.
     */
    public static long stepsOnJdkScheduler() {
        if (!(JdkInternals.DEFAULT_SCHEDULER instanceof ForkJoinPool pool)) {
            return -1;
        }
        for (int looks = 0; looks < QUIET_LOOKS && !pool.isQuiescent(); looks++) {
            LockSupport.parkNanos(QUIET_PAUSE_NANOS);
        }
        return pool.isQuiescent() ? pool.getStealCount() : -1;
    }

    /**
     * Whether virtual threads had made steps on the JDK's own scheduler before {@link #prime},
     * which has the JDK's pollers make some. True when that cannot be told.
     */
    public static boolean hadStepsBeforePrime() {
        return FirstPrime.STEPS != 0;
    }

    /** Loaded by the first {@link #prime}. */
    private static final class FirstPrime {
        static final long STEPS = stepsOnJdkScheduler();
    }

    /** Whether that thread carries virtual threads for the JDK's own scheduler. */
    public static boolean isJdkCarrier(Thread thread) {
        return thread.getClass().getName().equals(JdkInternals.CARRIER_CLASS);
    }

    /** Whether that is code of the JDK which waits for what comes from outside of the program. */
    public static boolean waitsOutside(StackTraceElement frame) {
        return JdkInternals.OUTSIDE.stream().anyMatch(frame.getClassName()::startsWith);
    }

    /**
     * Whether the JVM will run code of the program when it is told to end. True when unknown. The
     * hook of {@code java.util.logging} does not count.
     */
    public static boolean hasShutdownHooks() {
        try {
            return JdkInternals.shutdownHooks().stream()
                    .anyMatch(
                            hook ->
                                    !hook.getClass()
                                            .getName()
                                            .startsWith("java.util.logging.LogManager$"));
        } catch (ReflectiveOperationException | RuntimeException e) {
            return true;
        }
    }

    private static Thread currentCarrier() {
        var handle = JdkInternals.CURRENT_CARRIER_THREAD;
        if (handle == null) {
            return Thread.currentThread();
        }
        try {
            return (Thread) handle.invokeExact();
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("fiber: no current carrier thread", e);
        }
    }
}
