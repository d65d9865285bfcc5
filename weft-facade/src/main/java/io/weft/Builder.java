package io.weft;

import io.weft.sched.MachineOptions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Settings of a runtime. Not for use by several threads at once. */
public final class Builder {

    private static final String PROCS_PROPERTY = "weft.procs";
    private static final String POLLER_PROPERTY = "weft.poller";
    private static final AtomicInteger RUNTIMES = new AtomicInteger();

    private int procs;
    private String name = "";
    private MachineOptions machines = MachineOptions.defaults();
    private List<Integer> cpus = List.of();
    private @Nullable PollerChoice poller;
    private @Nullable PanicPolicy panics;
    private @Nullable DeadlockPolicy deadlocks;
    private boolean tracks;

    Builder() {}

    /**
     * How many goroutines run at once. By default the system property {@code weft.procs}, else one
     * for each of the {@link #cpus}, else the number of processors of the JVM.
     *
     * @throws IllegalArgumentException if it is below 1 or above 4,096
     */
    public Builder procs(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("procs must be at least 1: " + count);
        }
        procs = count;
        return this;
    }

    /**
     * How the runtime learns that its sockets can go on. By default the system property {@code
     * weft.poller} ({@code epoll}, {@code io_uring} or {@code auto}), else epoll. {@link
     * WeftRuntime#poller} tells which one serves.
     */
    public Builder poller(PollerChoice choice) {
        poller = choice;
        return this;
    }

    /** The name of its threads, which end in {@code -M0}, {@code -M1} and so on. */
    public Builder name(String text) {
        name = text;
        return this;
    }

    /**
     * Binds carriers to CPUs: the goroutines of P number i run on the CPU at index i, and on the
     * first one again after the last. A goroutine that has lost its P, since it blocks or computes
     * for too long, goes on wherever the process may run.
     *
     * <p>Whether the process may use them is checked when the runtime is built.
     *
     * @param numbers of CPUs, as the kernel counts them, in {@code /proc/cpuinfo}
     * @throws IllegalArgumentException if there are none, or one of them is negative or given twice
     */
    public Builder cpus(int... numbers) {
        List<Integer> given = Arrays.stream(numbers).boxed().toList();
        if (given.isEmpty()) {
            throw new IllegalArgumentException("cpus needs at least one CPU");
        }
        for (int cpu : numbers) {
            if (cpu < 0 || given.indexOf(cpu) != given.lastIndexOf(cpu)) {
                throw new IllegalArgumentException(
                        "cpus must be different and not negative: " + given);
            }
        }
        cpus = given;
        return this;
    }

    /**
     * How many carriers there may be beyond {@link #procs}: threads for goroutines that block
     * theirs, in native code, file I/O or a wait while pinned. 1,000 by default. When the bound is
     * reached, which is logged, such a goroutine keeps its P until it comes back. A carrier ends
     * after 10 s without work.
     *
     * @throws IllegalArgumentException if it is negative or above 1,000,000
     */
    public Builder maxSpareCarriers(int count) {
        machines = machines.withSpares(count, machines.spareIdleNanos());
        return this;
    }

    /**
     * How long a goroutine may run before another takes its turn; 10 ms by default. One that does
     * not yield by then keeps its thread and loses its P: the others go on beside it.
     *
     * @throws IllegalArgumentException if it is zero or less
     */
    public Builder timeSlice(Duration length) {
        machines = machines.withTimeSlice(RuntimeTimers.nanos(length));
        return this;
    }

    /**
     * What an exception does that a goroutine does not catch. By default the system property {@code
     * weft.panic} ({@code report} or {@code exit}), else {@link PanicPolicy#REPORT}.
     */
    public Builder panics(PanicPolicy policy) {
        panics = policy;
        return this;
    }

    /**
     * What happens when all goroutines wait for each other, so that no timer, socket or other
     * thread can end it. By default the system property {@code weft.deadlock} ({@code off}, {@code
     * report} or {@code exit}), else {@link DeadlockPolicy#OFF}.
     *
     * <p>For programs that consist of goroutines: while a thread lives that is neither the JVM's
     * nor of this runtime, but for callers of {@link WeftRuntime#run}, or while the JVM has a
     * shutdown hook, nothing is reported, since they might have a part. Who waits for a signal of
     * the operating system must leave it off. Implies {@link #trackGoroutines}.
     */
    public Builder deadlocks(DeadlockPolicy policy) {
        deadlocks = policy;
        return this;
    }

    /**
     * Has the runtime know each of its goroutines and where it was started, for {@link
     * WeftRuntime#dumpGoroutines}, {@link WeftRuntime#findLeaks} and the interrupts of {@link
     * WeftRuntime#shutdown}. Costs a microsecond or two and some 150 bytes for each goroutine. By
     * default the system property {@code weft.track} ({@code true}), else off.
     */
    public Builder trackGoroutines() {
        tracks = true;
        return this;
    }

    private Diagnostics diagnostics() {
        Diagnostics chosen = Diagnostics.ofProperties();
        chosen = panics == null ? chosen : chosen.withPanics(panics);
        chosen = deadlocks == null ? chosen : chosen.withDeadlocks(deadlocks);
        return tracks ? chosen.withTracking() : chosen;
    }

    /**
     * Starts a runtime with these settings. It is independent of all others: its Ps, threads,
     * queues and pollers are its own. Close it when it is not needed any more.
     *
     * @throws UnsupportedOperationException with {@link Weft#unavailabilityCause} as its message;
     *     or if CPUs were given and the kernel, or a sandbox, lets nobody choose
     * @throws IllegalArgumentException if {@code weft.procs} is not a number, or {@code
     *     weft.poller} names no poller; if the process may not use one of the CPUs: the message
     *     lists those that it may
     */
    public WeftRuntime build() {
        return build(false);
    }

    WeftRuntime build(boolean permanent) {
        String label = name.isEmpty() ? "weft-" + RUNTIMES.incrementAndGet() : name;
        int count = procs > 0 ? procs : defaultProcs();
        PollerChoice choice = poller == null ? defaultPoller() : poller;
        return WeftRuntime.start(
                new WeftRuntime.Settings(
                        label, count, permanent, machines, cpus, choice, diagnostics()));
    }

    private static PollerChoice defaultPoller() {
        String text = System.getProperty(POLLER_PROPERTY);
        if (text == null) {
            return PollerChoice.EPOLL;
        }
        try {
            return PollerChoice.of(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "the system property weft.poller: " + e.getMessage(), e);
        }
    }

    private int defaultProcs() {
        String text = System.getProperty(PROCS_PROPERTY);
        if (text == null) {
            return cpus.isEmpty() ? Runtime.getRuntime().availableProcessors() : cpus.size();
        }
        try {
            int count = Integer.parseInt(text);
            if (count >= 1) {
                return count;
            }
        } catch (NumberFormatException e) {
            throw badProcs(text, e);
        }
        throw badProcs(text, null);
    }

    private static IllegalArgumentException badProcs(String text, @Nullable Throwable cause) {
        return new IllegalArgumentException(
                "the system property weft.procs must be a number of at least 1: " + text, cause);
    }
}
