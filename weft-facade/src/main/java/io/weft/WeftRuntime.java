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
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
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

    private final String name;
    private final boolean permanent;
    private final RuntimeHost host = new RuntimeHost(this);
    private final Scheduler scheduler;
    private final Netpoll netpoll;
    private final RuntimeTimers timers;
    private final ThreadFactory factory = task -> newThread(new Counted(task, false));

    private final LongAdder started = new LongAdder();
    private final LongAdder ended = new LongAdder();

    /** Whether all Ms have stopped, and nothing of this runtime serves anybody any more. */
    private volatile boolean stopped;

    /** Who waits in {@link #close}; set once. Whoever ends a goroutine afterwards unparks it. */
    private final AtomicReference<@Nullable Thread> closer = new AtomicReference<>();

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
    }

    /**
     * What the builder was told.
     *
     * @param permanent whether it can be closed
     * @param cpus P number i runs on the i-th of them, from the first again after the last; empty:
     *     wherever the process may
     * @param poller what is asked for
     */
    record Settings(
            String name,
            int procs,
            boolean permanent,
            MachineOptions machines,
            List<Integer> cpus,
            PollerChoice poller) {}

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

    /** Whether {@link #close} was called. */
    boolean isClosed() {
        return closer.get() != null;
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

    private Thread newThread(Runnable task) {
        return Fibers.newThread(scheduler, "", task);
    }

    /**
     * Starts a goroutine. An exception that it does not catch goes to its thread's uncaught
     * exception handler, by default to the error output, and ends that goroutine only.
     *
     * @return its thread, to be joined or interrupted
     * @throws RejectedExecutionException after {@link #close} was called
     */
    public Thread go(Runnable task) {
        Thread thread = tryStart(task);
        if (thread == null) {
            throw new RejectedExecutionException("the runtime " + name + " is closed");
        }
        return thread;
    }

    /** Starts a goroutine, or returns null after {@link #close} was called. */
    @Nullable Thread tryStart(Runnable task) {
        started.increment();
        if (closer.get() != null) {
            onEnd();
            return null;
        }
        boolean handedOver = false;
        try {
            Thread thread = newThread(new Counted(task, true));
            thread.start();
            handedOver = true;
            return thread;
        } finally {
            if (!handedOver) {
                onEnd();
            }
        }
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
        // Ended first: a goroutine that starts in between is counted, none is counted below zero.
        long gone = ended.sum();
        return started.sum() - gone;
    }

    /**
     * Ends this runtime in steps: no goroutine is started any more; those that live are waited for,
     * however long they take (interrupt them before, if they should hurry); connections that other
     * threads still use are closed under them; the Ms end, and then the pollers. Virtual threads
     * that goroutines started by themselves go on, on the JDK's scheduler. Another call, meanwhile
     * or later, returns at once.
     *
     * @throws IllegalStateException if the caller is a goroutine of this runtime, or the runtime is
     *     the default one
     */
    @Override
    public void close() {
        if (permanent) {
            throw new IllegalStateException("the default runtime lives as long as the JVM");
        }
        if (currentProcessor() >= 0) {
            throw new IllegalStateException(
                    "a goroutine cannot close its own runtime: it would wait for itself");
        }
        if (!closer.compareAndSet(null, Thread.currentThread())) {
            return;
        }
        boolean interrupted = false;
        // The write above comes before the look at the counts; a goroutine counts its end
        // before it looks at closer. One of the two sees the other.
        while (live() > 0) {
            LockSupport.park(this);
            interrupted |= Thread.interrupted();
        }
        netpoll.closeDescriptors();
        stop();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
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

    private void onEnd() {
        ended.increment();
        Thread waiting = closer.get();
        if (waiting != null) {
            LockSupport.unpark(waiting);
        }
    }

    /** A goroutine's task, between the two counts. */
    private final class Counted implements Runnable {

        private final Runnable task;
        private final boolean startIsCounted;

        Counted(Runnable task, boolean startIsCounted) {
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
            } finally {
                onEnd();
            }
        }
    }

    /** A body and how it ended; read by whoever has joined its thread. */
    private static final class Outcome<X extends Throwable> implements Runnable {

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

        @SuppressWarnings("unchecked") // a body throws X, or what is not checked
        void rethrow() throws X {
            if (failure != null) {
                throw (X) failure;
            }
        }
    }
}
