package io.weft;

import io.weft.fiber.Fibers;
import io.weft.linux.CallState;
import io.weft.linux.CallStates;
import io.weft.linux.NativeSys;
import io.weft.linux.NativeThreadSys;
import io.weft.linux.NativeUringSys;
import io.weft.linux.UringSys;
import io.weft.netpoll.Netpoll;
import io.weft.netpoll.RingSupport;
import io.weft.sched.MachineOptions;
import io.weft.sched.Scheduler;
import io.weft.sched.SchedulerOptions;
import io.weft.sched.spi.Host;
import io.weft.sched.spi.OsThreads;
import io.weft.sched.spi.Wrapper;
import io.weft.sync.CancelContext;
import io.weft.sync.CancelledException;
import io.weft.sync.Context;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A running Weft: a scheduler with its Ps, and a netpoll with one poller for each of them.
 *
 * <p>All methods may be called from any thread.
 */
public final class WeftRuntime implements AutoCloseable {

    /** Apart, because it can only be made once Weft is known to be available. */
    private static final class Kernel {
        private static final CallStates STATES = new CarrierCallStates();
        static final NativeSys SYS = new NativeSys(STATES);
        static final NativeUringSys URING = new NativeUringSys(STATES);
        static final NativeThreadSys THREADS = new NativeThreadSys(STATES);

        static {
            SYS.rehearse();
            URING.rehearse();
            THREADS.rehearse();
        }

        /** Returns when the rehearsal is over, whoever began it. */
        static void prime() {}
    }

    /** An M ends after the goroutine it runs; one that runs longer than this is stuck. */
    private static final long STOP_TIMEOUT_SECONDS = 10;

    private static final long STRAGGLER_SECONDS = 5;

    private final String name;
    private final boolean permanent;
    private final RuntimeHost host = new RuntimeHost(this);
    private final Scheduler scheduler;
    private final Netpoll netpoll;
    private final RuntimeTimers timers;
    private final Goroutines goroutines;
    private final ThreadFactory factory;
    private final CancelContext lifetime = Context.background().withCancel();
    private final @Nullable DeadlockWatch deadlocks;

    /** Whether all Ms have stopped, and nothing of this runtime serves anybody any more. */
    private volatile boolean stopped;

    /** Whether somebody closes it, or has. */
    private final AtomicBoolean ending = new AtomicBoolean();

    private WeftRuntime(Settings settings, OsThreads threads) {
        name = settings.name();
        permanent = settings.permanent();
        @Nullable UringSys uring = RingUse.of(settings.poller(), Kernel.URING);
        netpoll =
                new Netpoll(
                        Kernel.SYS,
                        uring,
                        settings.procs(),
                        this::currentProcessor,
                        this::scheduler);
        scheduler =
                new Scheduler(
                        SchedulerOptions.of(name, settings.procs(), netpoll::poller)
                                .withCarriers(Fibers.CARRIERS, CallState::new)
                                .withLateExecutor(Fibers.lateExecutor())
                                .withMachines(settings.machines().withOsThreads(threads))
                                .withHost(host));
        timers = new RuntimeTimers(host, scheduler);
        Diagnostics diagnostics = settings.diagnostics();
        goroutines = new Goroutines(name, scheduler, diagnostics);
        factory = goroutines.factory();
        deadlocks =
                diagnostics.deadlocks() == DeadlockPolicy.OFF
                        ? null
                        : new DeadlockWatch(this, diagnostics.deadlocks());
    }

    /**
     * What the builder was told.
     *
     * @param permanent whether it can be closed
     * @param cpus P number i runs on the i-th of them, from the first again after the last; empty:
     *     wherever the process may
     * @param poller what is asked for
     * @param diagnostics for those who look for mistakes
     */
    record Settings(
            String name,
            int procs,
            boolean permanent,
            MachineOptions machines,
            List<Integer> cpus,
            PollerChoice poller,
            Diagnostics diagnostics) {}

    static WeftRuntime start(Settings settings) {
        Weft.unavailabilityCause()
                .ifPresent(
                        cause -> {
                            throw new UnsupportedOperationException("Weft cannot run: " + cause);
                        });
        prime(settings.poller());
        return open(settings);
    }

    /** Starts a runtime where it is known that one can run. */
    static WeftRuntime open(Settings settings) {
        // First what may be refused: nothing is held then.
        int[] cpus = settings.cpus().stream().mapToInt(Integer::intValue).toArray();
        OsThreads threads = new LinuxThreads(Kernel.THREADS, cpus);
        WeftRuntime runtime = new WeftRuntime(settings, threads);
        runtime.scheduler.start();
        if (runtime.deadlocks != null) {
            runtime.deadlocks.start();
        }
        return runtime;
    }

    /** Where Weft is available: why the kernel lets io_uring serve nobody. */
    static Optional<String> ringsUnavailableCause() {
        return RingSupport.unsupportedCause(Kernel.URING);
    }

    /** Primes on a platform thread, whoever asks for the runtime. */
    private static void prime(PollerChoice poller) {
        if (!Thread.currentThread().isVirtual()) {
            primeHere(poller);
            return;
        }
        Thread primer = Thread.ofPlatform().name("weft-primer").start(() -> primeHere(poller));
        while (primer.isAlive()) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }

    private static void primeHere(PollerChoice poller) {
        Fibers.prime();
        Kernel.prime();
        Priming.prime(poller);
    }

    boolean isStopped() {
        return stopped;
    }

    /** Whether it takes no goroutine any more. */
    boolean isClosed() {
        return goroutines.gate() == Goroutines.Gate.CLOSED;
    }

    /** This runtime, for the modules that know no facade. */
    Host host() {
        return host;
    }

    RuntimeTimers timers() {
        return timers;
    }

    Netpoll netpoll() {
        return netpoll;
    }

    /** For the netpoll and the host, which are made before it. */
    Scheduler scheduler() {
        return scheduler;
    }

    int currentProcessor() {
        return scheduler.currentProcessor();
    }

    /**
     * Starts a goroutine. An exception that it does not catch ends that goroutine only, and goes to
     * its thread's uncaught exception handler, by default to the error output, with the place where
     * code of it was first started as a suppressed exception; see {@link Builder#panics}.
     *
     * @return its thread, to be joined or interrupted
     * @throws RejectedExecutionException after {@link #close} was called; after {@link #shutdown}
     *     was called, to all but goroutines of this runtime, and in the end to them too
     */
    public Thread go(Runnable task) {
        return goroutines.start(task);
    }

    /** Starts a goroutine, or returns null where {@link #go} would refuse. */
    @Nullable Thread tryStart(Runnable task) {
        return goroutines.tryStart(task);
    }

    /**
     * Runs a body as a goroutine and waits for its end. An interrupt of the caller is passed on to
     * the goroutine; the wait goes on until the body has ended.
     *
     * @throws X what the body throws, as it throws it
     * @throws RejectedExecutionException after {@link #close} was called
     */
    public <X extends Throwable> void run(Body<X> body) throws X {
        Outcome<X> outcome = new Outcome<>(body);
        Thread thread = go(outcome);
        if (deadlocks != null) {
            deadlocks.callerWaits(Thread.currentThread());
        }
        boolean interrupted = false;
        for (boolean joined = false; !joined; ) {
            try {
                thread.join();
                joined = true;
            } catch (InterruptedException e) {
                interrupted = true;
                thread.interrupt();
            }
        }
        if (deadlocks != null) {
            deadlocks.callerGoesOn(Thread.currentThread());
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        outcome.rethrow();
    }

    /**
     * A factory whose threads are goroutines of this runtime. They count as live from their first
     * step to their last.
     */
    public ThreadFactory threadFactory() {
        return factory;
    }

    /** An executor that starts a goroutine for each task; close it to wait for them. */
    public ExecutorService executor() {
        return Executors.newThreadPerTaskExecutor(factory);
    }

    /**
     * Runs a function after a delay, on a goroutine of its own. A delay of zero or less is now; one
     * of some 292 years or more never ends.
     *
     * <p>{@link #close} does not wait for timers: those that are armed then never fire.
     *
     * @return the timer, armed, to be stopped or reset
     * @throws RejectedExecutionException after {@link #close} was called
     */
    public Timer after(Duration delay, Runnable function) {
        return timers.after(delay, function);
    }

    /**
     * Starts a ticker. The first tick comes after one period.
     *
     * @throws IllegalArgumentException if the period is zero or less
     * @throws RejectedExecutionException after {@link #close} was called
     */
    public Ticker ticker(Duration period) {
        return timers.ticker(period);
    }

    /**
     * A scheduled executor for libraries that want one. Each run of a task has a goroutine of its
     * own, so tasks may block, and none delays another. It obeys the terms of {@link
     * ScheduledExecutorService}; where those leave a choice, it does as {@link
     * java.util.concurrent.ScheduledThreadPoolExecutor} by default: after a shutdown, tasks with a
     * delay still run, periodic ones are cancelled.
     *
     * <p>When this runtime is closed before, the tasks that wait are cancelled, and new ones are
     * rejected.
     */
    public ScheduledExecutorService scheduledExecutor() {
        return timers.scheduledExecutor();
    }

    /** How many goroutines run at once. */
    public int procs() {
        return scheduler.processorCount();
    }

    /** What serves the sockets: {@link PollerChoice#EPOLL} or {@link PollerChoice#IO_URING}. */
    public PollerChoice poller() {
        return netpoll.usesRings() ? PollerChoice.IO_URING : PollerChoice.EPOLL;
    }

    /** The name, as given to the builder. */
    public String name() {
        return name;
    }

    /** What this runtime has done so far. */
    public RuntimeCounters counters() {
        return new RuntimeCounters(live(), scheduler.counters(), netpoll.counters());
    }

    /** The state of the scheduler as text, for a person who asks why nothing moves. */
    public String dump() {
        return scheduler.dump() + "  live goroutines=" + live() + '\n';
    }

    private long live() {
        return goroutines.live();
    }

    Goroutines goroutines() {
        return goroutines;
    }

    /**
     * The goroutines that live, grouped by where they wait: what they wait on, and where they were
     * started.
     *
     * @throws IllegalStateException if this runtime does not track its goroutines
     */
    public String dumpGoroutines() {
        return GoroutineDump.of(registry());
    }

    /**
     * The goroutines that were found to be blocked for ever: nobody can reach what they wait on.
     * The garbage collector finds them, so a test calls {@link System#gc} before. Those that
     * somebody could interrupt, because he keeps their thread, are not among them; nor is, until it
     * runs something else, what a carrier ran last.
     *
     * @return all since the start, the first 1,000 of them; each was logged as well
     * @throws IllegalStateException if this runtime does not track its goroutines, or the JVM does
     *     not run with {@code -Djdk.trackAllThreads=false}
     */
    public List<LeakedGoroutine> findLeaks() {
        return registry().leaks();
    }

    private GoroutineRegistry registry() {
        GoroutineRegistry registry = goroutines.registry();
        if (registry == null) {
            throw new IllegalStateException(
                    "the runtime "
                            + name
                            + " does not track its goroutines: build it with trackGoroutines(), or"
                            + " set -Dweft.track=true for the default runtime");
        }
        return registry;
    }

    /**
     * A context that is cancelled when {@link #shutdown} or {@link #close} begins, for what serves
     * until then.
     */
    public Context lifetime() {
        return lifetime;
    }

    /**
     * Ends this runtime in steps:
     *
     * <ol>
     *   <li>Only goroutines of this runtime and its timers may start goroutines; to all others
     *       {@link #go} throws a {@link RejectedExecutionException}.
     *   <li>{@link #lifetime} is cancelled.
     *   <li>The goroutines that live are waited for, as long as the grace.
     *   <li>Those that still live may start no others. They are interrupted, if this runtime tracks
     *       its goroutines, and all connections and listeners are closed under them. They are
     *       waited for once more, as long as the grace, but at most {@value #STRAGGLER_SECONDS} s.
     *   <li>The Ms end, and then the pollers. Whatever goroutine still lives goes on, on the JDK's
     *       scheduler. Timers that are armed never fire.
     * </ol>
     *
     * Another call, meanwhile or later, returns at once.
     *
     * @param grace zero or less begins with step 4
     * @return whether all goroutines have ended by themselves or by step 4
     * @throws IllegalStateException if the caller is a goroutine of this runtime
     */
    public boolean shutdown(Duration grace) {
        requireOutside();
        if (!ending.compareAndSet(false, true)) {
            return live() == 0;
        }
        goroutines.setGate(Goroutines.Gate.DRAINING);
        lifetime.cancel(new CancelledException("the runtime " + name + " shuts down"));
        long graceNanos = RuntimeTimers.nanos(grace);
        boolean ended = goroutines.awaitEnd(graceNanos);
        goroutines.setGate(Goroutines.Gate.CLOSED);
        netpoll.closeDescriptors();
        if (!ended) {
            GoroutineRegistry registry = goroutines.registry();
            if (registry != null) {
                registry.interruptAll();
            }
            long most = TimeUnit.SECONDS.toNanos(STRAGGLER_SECONDS);
            ended = goroutines.awaitEnd(Math.clamp(graceNanos, 1, most));
        }
        if (!ended) {
            System.getLogger(WeftRuntime.class.getName())
                    .log(
                            System.Logger.Level.WARNING,
                            "the runtime {0} is shut down, and {1} goroutines have not ended",
                            name,
                            live());
        }
        stop();
        return ended;
    }

    private void requireOutside() {
        if (currentProcessor() >= 0) {
            throw new IllegalStateException(
                    "a goroutine cannot close its own runtime: it would wait for itself");
        }
    }

    /**
     * Ends this runtime: no goroutine is started any more; {@link #lifetime} is cancelled; those
     * that live are waited for, however long they take (interrupt them before, if they should
     * hurry); connections that other threads still use are closed under them; the Ms end, and then
     * the pollers. Virtual threads that goroutines started by themselves go on, on the JDK's
     * scheduler. Another call, meanwhile or later, returns at once.
     *
     * @throws IllegalStateException if the caller is a goroutine of this runtime, or the runtime is
     *     the default one
     */
    @Override
    public void close() {
        if (permanent) {
            throw new IllegalStateException(
                    "the default runtime lives as long as the JVM: end it with Weft.shutdown");
        }
        requireOutside();
        if (!ending.compareAndSet(false, true)) {
            return;
        }
        goroutines.setGate(Goroutines.Gate.CLOSED);
        lifetime.cancel(new CancelledException("the runtime " + name + " is closed"));
        boolean ended = goroutines.awaitEnd(Long.MAX_VALUE);
        assert ended;
        netpoll.closeDescriptors();
        stop();
    }

    private void stop() {
        scheduler.stop();
        boolean interrupted = false;
        try {
            while (!scheduler.awaitStop(STOP_TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                System.getLogger(WeftRuntime.class.getName())
                        .log(System.Logger.Level.WARNING, "still stopping " + scheduler.dump());
            }
        } catch (InterruptedException e) {
            interrupted = true;
        }
        stopped = true;
        netpoll.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** A body and how it ended; read by whoever has joined its thread. */
    private static final class Outcome<X extends Throwable> implements Wrapper {

        private final Body<X> body;
        private @Nullable Throwable failure;

        Outcome(Body<X> body) {
            this.body = body;
        }

        @Override
        public void run() {
            try {
                body.run();
            } catch (Throwable e) {
                failure = e;
            }
        }

        @Override
        public Object wrapped() {
            return body;
        }

        @SuppressWarnings("unchecked") // a body throws X, or what is not checked
        void rethrow() throws X {
            if (failure != null) {
                throw (X) failure;
            }
        }
    }

    /**
     * Starts a goroutine whose outcome is a future.
     *
     * @see Weft#future
     * @throws RejectedExecutionException after {@link #close} was called
     */
    public <T extends @Nullable Object> CompletableFuture<T> future(Callable<T> body) {
        return GoroutineFuture.start(host, body);
    }

    /**
     * An executor that runs so many tasks at once at most.
     *
     * @see Weft#boundedExecutor
     */
    public ExecutorService boundedExecutor(int permits, int places, WhenFull whenFull) {
        return new BoundedExecutor(host, permits, places, whenFull);
    }
}
