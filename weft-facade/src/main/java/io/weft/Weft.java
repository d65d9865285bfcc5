package io.weft;

import io.weft.fiber.Fibers;
import io.weft.linux.Linux;
import io.weft.sched.M;
import io.weft.sched.Scheduler;
import io.weft.sched.spi.Host;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The way in. A goroutine stays on the runtime on which it runs: what it starts here, it starts
 * there. For all other threads it is the default runtime, which starts at the first use, lives as
 * long as the JVM, and has as many Ps as the JVM has processors, or as the system property {@code
 * weft.procs} says. Further runtimes, isolated from it, come from {@link #builder}.
 *
 * {@snippet :
 * Weft.run(() -> {
 *     try (var listener = TcpListener.bind(new InetSocketAddress(7000))) {
 *         while (true) {
 *             TcpConn conn = listener.accept();
 *             Weft.go(() -> serve(conn));
 *         }
 *     }
 * });
 * }
 *
 * <p>A goroutine is a virtual thread of the JDK: any blocking Java code works in it, {@code
 * synchronized}, locks, sleeps and JDK sockets included. Threads that it starts with {@code
 * Thread.startVirtualThread} run on the same runtime.
 *
 * <p>All methods may be called from any thread. Those that need the runtime throw {@link
 * UnsupportedOperationException} where it cannot run; {@link #unavailabilityCause} tells before.
 */
public final class Weft {

    private static final ReentrantLock STARTING = new ReentrantLock();

    /**
     * Written once, under {@link #STARTING}; not by class initialization, which fails only once.
     */
    private static volatile @Nullable WeftRuntime defaultRuntime;

    private Weft() {}

    /** Whether this JVM on this machine can run goroutines. */
    public static boolean isAvailable() {
        return unavailabilityCause().isEmpty();
    }

    /** Why goroutines cannot run here, and what to do about it; empty when they can. */
    public static Optional<String> unavailabilityCause() {
        return Linux.unsupportedCause().or(Fibers::unavailabilityCause);
    }

    /**
     * Why that poller cannot serve a runtime here, as one line with the cure; empty when it can.
     * For {@link PollerChoice#AUTO} it is the cause why none can.
     */
    public static Optional<String> unavailabilityCause(PollerChoice poller) {
        Optional<String> cause = unavailabilityCause();
        return cause.isPresent() || poller != PollerChoice.IO_URING
                ? cause
                : WeftRuntime.ringsUnavailableCause();
    }

    /**
     * Starts a goroutine where the caller is one, else on the default runtime. An exception that it
     * does not catch goes to its thread's uncaught exception handler, and ends that goroutine only.
     *
     * @return its thread, to be joined or interrupted
     * @throws RejectedExecutionException if the runtime of the caller is closed
     */
    public static Thread go(Runnable task) {
        return host().go(task);
    }

    /** The runtime whose goroutine calls, else the default one. */
    private static Host host() {
        if (Fibers.CARRIERS.currentCarrier() instanceof M m) {
            Host host = m.scheduler().host();
            if (host != null) {
                return host;
            }
        }
        return runtime().host();
    }

    /**
     * Runs a body as a goroutine of the default runtime and waits for its end.
     *
     * @see WeftRuntime#run
     */
    public static <X extends Throwable> void run(Body<X> body) throws X {
        runtime().run(body);
    }

    /**
     * The default runtime; the first call starts it.
     *
     * @throws UnsupportedOperationException with {@link #unavailabilityCause} as its message
     * @throws IllegalArgumentException if {@code weft.procs} is not a number of at least 1
     */
    public static WeftRuntime runtime() {
        WeftRuntime runtime = defaultRuntime;
        return runtime != null ? runtime : startDefault();
    }

    private static WeftRuntime startDefault() {
        STARTING.lock();
        try {
            WeftRuntime runtime = defaultRuntime;
            if (runtime == null) {
                runtime = new Builder().name("weft").build(true);
                defaultRuntime = runtime;
            }
            return runtime;
        } finally {
            STARTING.unlock();
        }
    }

    /**
     * Ends the default runtime, in the steps of {@link WeftRuntime#shutdown}; for the end of a
     * program, and for good. Where it was never started there is nothing to do.
     *
     * @param grace how long goroutines may take to end by themselves
     * @return whether all of them have ended
     * @throws IllegalStateException if the caller is a goroutine of it
     */
    public static boolean shutdown(Duration grace) {
        WeftRuntime runtime = defaultRuntime;
        return runtime == null || runtime.shutdown(grace);
    }

    /** Settings for a further runtime. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * A factory whose threads are goroutines of the runtime whose goroutine calls, else of the
     * default one.
     */
    public static ThreadFactory threadFactory() {
        return host()::newThread;
    }

    /**
     * An executor that starts a goroutine for each task, of the same runtime as {@link
     * #threadFactory}.
     */
    public static ExecutorService executor() {
        return Executors.newThreadPerTaskExecutor(threadFactory());
    }

    /**
     * Waits, at least as long as asked; on a goroutine to the microsecond, by the timers of the
     * runtime that runs it. Any thread may call it. Zero or less returns at once; some 292 years or
     * more never.
     *
     * @throws InterruptedException if the caller is or gets interrupted, even if there is nothing
     *     to wait for
     */
    public static void sleep(Duration duration) throws InterruptedException {
        RuntimeTimers.sleep(duration);
    }

    /**
     * Runs a function after a delay, on a goroutine of its own, where the caller is a goroutine,
     * else on the default runtime.
     *
     * @see WeftRuntime#after
     */
    public static Timer after(Duration delay, Runnable function) {
        return RuntimeTimers.current().after(delay, function);
    }

    /**
     * Starts a ticker of the runtime whose goroutine calls, else of the default one.
     *
     * @throws IllegalArgumentException if the period is zero or less
     * @see WeftRuntime#ticker
     */
    public static Ticker ticker(Duration period) {
        return RuntimeTimers.current().ticker(period);
    }

    /**
     * A scheduled executor for libraries that want one.
     *
     * @see WeftRuntime#scheduledExecutor
     */
    public static ScheduledExecutorService scheduledExecutor() {
        return RuntimeTimers.current().scheduledExecutor();
    }

    /**
     * Makes a call that may block its thread: native code, file I/O, a name look-up. The goroutine
     * gives up its P at once, so that others run meanwhile, and after the call it waits for its
     * turn like any other. Without this the system monitor would notice and do the same, some 20 µs
     * to 10 ms later; a call that is short more often than not is better made plainly.
     *
     * <p>On a thread that is no goroutine, or when no further carrier is to be had, it is the plain
     * call.
     *
     * @return what the call returns
     * @throws Exception what the call throws, as it throws it
     */
    public static <T extends @Nullable Object> T blocking(Callable<T> call) throws Exception {
        if (!(Fibers.CARRIERS.currentCarrier() instanceof M m)
                || !m.scheduler().releaseProcessor()) {
            return call.call();
        }
        try {
            return call.call();
        } finally {
            if (m.scheduler().isWithoutProcessor()) {
                Thread.yield(); // waits for a P, like all others
            }
        }
    }

    /**
     * Ties the calling goroutine to the OS thread that runs it, until {@link #unlockCarrier} was
     * called as often: for native libraries that keep something for each thread. That thread runs
     * nothing else meanwhile. When the goroutine ends without unlocking, its thread ends with it.
     * On a platform thread this does nothing, since that is one OS thread for good.
     *
     * <p>Each wait of such a goroutine costs two switches of OS threads, some 10 to 20 µs.
     *
     * @throws IllegalStateException if as many goroutines have locked as {@link
     *     Builder#maxSpareCarriers} allows, or the caller is a virtual thread that no runtime runs
     */
    public static void lockCarrier() {
        Scheduler scheduler = carrierScheduler();
        if (scheduler != null) {
            scheduler.lockMachine();
        }
    }

    /**
     * Takes one {@link #lockCarrier} back.
     *
     * @throws IllegalStateException if the calling goroutine has not locked
     */
    public static void unlockCarrier() {
        Scheduler scheduler = carrierScheduler();
        if (scheduler != null) {
            scheduler.unlockMachine();
        }
    }

    /** The scheduler of the calling goroutine; null on a platform thread. */
    private static @Nullable Scheduler carrierScheduler() {
        if (Fibers.CARRIERS.currentCarrier() instanceof M m) {
            return m.scheduler();
        }
        if (Thread.currentThread().isVirtual()) {
            throw new IllegalStateException(
                    "only a goroutine can lock its carrier, and this virtual thread is on the"
                            + " JDK's scheduler: start it with Weft.go");
        }
        return null;
    }

    /**
     * Waits for a stage, such as a {@link CompletableFuture} of a library. A goroutine parks, and
     * others run meanwhile; a platform thread blocks.
     *
     * {@snippet :
     * HttpResponse<String> answer = Weft.await(client.sendAsync(request, BodyHandlers.ofString()));
     * }
     *
     * @return its value
     * @throws ExecutionException if it has failed; the cause is what it has failed with
     * @throws java.util.concurrent.CancellationException if it was cancelled
     * @throws InterruptedException if the caller is or gets interrupted while it waits; the stage
     *     goes on
     */
    public static <T extends @Nullable Object> T await(CompletionStage<T> stage)
            throws InterruptedException, ExecutionException {
        return StageWait.await(stage);
    }

    /**
     * As {@link #await(CompletionStage)}, but so long at most, by the clock of the caller. Who
     * gives up leaves nothing behind with a {@link CompletableFuture}; a stage that does not want
     * to be one keeps a small object for each wait until it completes.
     *
     * @param timeout zero or less does not wait; some 292 years or more is for ever
     * @throws TimeoutException if the time is over before; the stage goes on
     */
    public static <T extends @Nullable Object> T await(CompletionStage<T> stage, Duration timeout)
            throws InterruptedException, ExecutionException, TimeoutException {
        return StageWait.await(stage, timeout);
    }

    /**
     * Starts a goroutine as {@link #go} does; its outcome is a future, for code that wants one.
     * Whatever the body throws is what the future fails with.
     *
     * <p>When the future is completed before the body has begun, it never begins. When it has,
     * {@code cancel(true)} interrupts it; all other ways to complete the future early, {@code
     * cancel(false)} and {@code orTimeout} among them, let it go on for nothing. The {@code …Async}
     * functions of the stages behind it are goroutines as well.
     *
     * @throws RejectedExecutionException if the runtime of the caller is closed
     */
    public static <T extends @Nullable Object> CompletableFuture<T> future(Callable<T> body) {
        return GoroutineFuture.start(host(), body);
    }

    /**
     * An executor that runs so many tasks at once at most, each on a goroutine of its own: to spare
     * what the tasks use, such as a database. It belongs to the runtime whose goroutine calls, else
     * to the default one. What a task throws that was not submitted as a future goes to its
     * goroutine's uncaught exception handler.
     *
     * <p>When its runtime is closed, what waits in the queue still runs, and new tasks are
     * rejected.
     *
     * @param permits how many tasks run at once
     * @param places how many tasks wait for a permit; 0 is none
     * @param whenFull what becomes of a task when as many run and wait
     * @throws IllegalArgumentException if there is no permit, a negative number of places, or no
     *     place from which the oldest could be discarded
     */
    public static ExecutorService boundedExecutor(int permits, int places, WhenFull whenFull) {
        return new BoundedExecutor(host(), permits, places, whenFull);
    }
}
