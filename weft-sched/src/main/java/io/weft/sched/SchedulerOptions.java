package io.weft.sched;

import io.weft.sched.spi.Carriers;
import io.weft.sched.spi.Clock;
import io.weft.sched.spi.Host;
import io.weft.sched.spi.Poller;
import io.weft.sched.spi.Prng;
import io.weft.sched.spi.Simulator;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a scheduler is made of. Everything that is not deterministic comes in here, and every
 * capacity, so that checkers can replace the one and shrink the other.
 *
 * @param name names the threads
 * @param processors how many goroutines run at once, at least 1
 * @param runQueueCapacity a power of two; 256 as in Go: a burst of that size costs no shared queue
 * @param globalCheckInterval every so many goroutines the global queue is looked at first, else two
 *     goroutines that wake each other could keep a P from it for ever; 61 as in Go, a prime so that
 *     it does not fall in step with a pattern of the program
 * @param nextChainMax after so many goroutines run through {@code runnext} in a row the next one
 *     goes to the tail of the ring, so that a pair that wakes each other does not starve the ring
 * @param pollers makes the poller of each P
 * @param carriers finds the M under the caller
 * @param clock monotonic time
 * @param seeds one draw for each M: the seed of its source of chance
 * @param scratch makes what each M carries for the layers around the scheduler
 * @param lateExecutor runs what becomes ready after {@link Scheduler#stop}; it is never refused,
 *     because a refused wake-up would stop the JDK's own poller for the whole JVM
 * @param machines how Ps change hands
 * @param host whom the goroutines belong to, for the layers that only know the M they run on; null:
 *     nobody
 * @param simulator the test that runs this scheduler in a time of its own; null: service
 */
public record SchedulerOptions(
        String name,
        int processors,
        int runQueueCapacity,
        int globalCheckInterval,
        int nextChainMax,
        IntFunction<Poller> pollers,
        Carriers carriers,
        Clock clock,
        Prng seeds,
        Supplier<@Nullable Object> scratch,
        Executor lateExecutor,
        MachineOptions machines,
        @Nullable Host host,
        @Nullable Simulator simulator) {

    private static final int RUN_QUEUE_CAPACITY = 256;
    private static final int GLOBAL_CHECK_INTERVAL = 61;
    private static final int NEXT_CHAIN_MAX = 16;

    public SchedulerOptions {
        if (processors < 1 || processors > Scheduler.PROCESSORS_MAX) {
            throw new IllegalArgumentException(
                    "procs must be between 1 and " + Scheduler.PROCESSORS_MAX + ": " + processors);
        }
    }

    /** Options for service: Go's constants, the machine's clock, chance from the clock. */
    public static SchedulerOptions of(String name, int processors, IntFunction<Poller> pollers) {
        return new SchedulerOptions(
                name,
                processors,
                RUN_QUEUE_CAPACITY,
                GLOBAL_CHECK_INTERVAL,
                NEXT_CHAIN_MAX,
                pollers,
                Carriers.PLATFORM,
                Clock.SYSTEM,
                Prng.xorshift((int) Clock.SYSTEM.nanoTime()),
                () -> null,
                ForkJoinPool.commonPool(),
                MachineOptions.defaults(),
                null,
                null);
    }

    /** The same with small capacities: run queue, global check, chain of runnext. */
    public SchedulerOptions withCapacities(int runQueue, int globalCheck, int nextChain) {
        return new SchedulerOptions(
                name,
                processors,
                runQueue,
                globalCheck,
                nextChain,
                pollers,
                carriers,
                clock,
                seeds,
                scratch,
                lateExecutor,
                machines,
                host,
                simulator);
    }

    /** The same with another way to find the M under the caller, and what Ms carry. */
    public SchedulerOptions withCarriers(Carriers finder, Supplier<@Nullable Object> perM) {
        return new SchedulerOptions(
                name,
                processors,
                runQueueCapacity,
                globalCheckInterval,
                nextChainMax,
                pollers,
                finder,
                clock,
                seeds,
                perM,
                lateExecutor,
                machines,
                host,
                simulator);
    }

    /** The same with another clock and another source of seeds. */
    public SchedulerOptions withTimeAndChance(Clock time, Prng chance) {
        return new SchedulerOptions(
                name,
                processors,
                runQueueCapacity,
                globalCheckInterval,
                nextChainMax,
                pollers,
                carriers,
                time,
                chance,
                scratch,
                lateExecutor,
                machines,
                host,
                simulator);
    }

    /** The same with another executor for what becomes ready after the stop. */
    public SchedulerOptions withLateExecutor(Executor late) {
        return new SchedulerOptions(
                name,
                processors,
                runQueueCapacity,
                globalCheckInterval,
                nextChainMax,
                pollers,
                carriers,
                clock,
                seeds,
                scratch,
                late,
                machines,
                host,
                simulator);
    }

    /** The same with another way for Ps to change hands. */
    public SchedulerOptions withMachines(MachineOptions how) {
        return new SchedulerOptions(
                name,
                processors,
                runQueueCapacity,
                globalCheckInterval,
                nextChainMax,
                pollers,
                carriers,
                clock,
                seeds,
                scratch,
                lateExecutor,
                how,
                host,
                simulator);
    }

    /** The same for the goroutines of that host. */
    public SchedulerOptions withHost(Host owner) {
        return new SchedulerOptions(
                name,
                processors,
                runQueueCapacity,
                globalCheckInterval,
                nextChainMax,
                pollers,
                carriers,
                clock,
                seeds,
                scratch,
                lateExecutor,
                machines,
                owner,
                simulator);
    }

    /** The same for a test that runs it in a time of its own. */
    public SchedulerOptions withSimulator(Simulator test) {
        return new SchedulerOptions(
                name,
                processors,
                runQueueCapacity,
                globalCheckInterval,
                nextChainMax,
                pollers,
                carriers,
                clock,
                seeds,
                scratch,
                lateExecutor,
                machines,
                host,
                test);
    }
}
