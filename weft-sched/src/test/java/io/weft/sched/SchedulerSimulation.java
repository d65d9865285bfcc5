package io.weft.sched;

import io.weft.sched.spi.Clock;
import io.weft.sched.spi.OsThreads;
import io.weft.sched.spi.Simulator;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs the real scheduler, with some Ps and tasks, under an interleaving that a seed says: one of
 * its threads runs at a time, and another one may go on at each call of the clock, of a poller or
 * of the system, and at each step of a task. See {@link SimulatedWorld} for what is checked.
 *
 * <p>What it cannot show: interleavings between two such calls, and what a weak memory allows.
 */
final class SchedulerSimulation implements Simulator, OsThreads, Baton.Rules {

    /** Ways to be wrong that a simulation has to find. */
    enum Twin {
        /** The scheduler as it is. */
        NONE,
        /** An M goes to sleep without a last look at the queues. */
        NO_LAST_LOOK,
        /** A poller forgets a wake-up that comes before the sleep. */
        FORGETFUL_POLLER,
        /** The clock of the scheduler is ahead of the time. */
        FAST_CLOCK
    }

    /**
     * What became of a run.
     *
     * @param failure null if nothing is wrong
     * @param hash the same for each run of a seed
     * @param counters what the scheduler has done
     */
    record Outcome(
            long seed,
            long steps,
            long hash,
            SchedulerCounters counters,
            @Nullable Throwable failure) {}

    private static final int ACTORS = 3;
    private static final int ACTORS_FROM = 1_000_000;
    private static final int BYTES_MAX = 64;
    private static final int SPARES_MAX = 100;
    private static final long FOR_EVER_NANOS = Long.MAX_VALUE / 4;
    private static final long STOP_TIMEOUT_SECONDS = 10;
    private static final int FAST_CLOCK_NANOS = 20_000;

    private final long seed;
    private final Twin twin;
    private final SplittableRandom chance;
    private final Baton baton;
    private final List<SimulatedPoller> pollers = new ArrayList<>();
    private final Scheduler scheduler;
    private final SimulatedWorld world;

    private SchedulerSimulation(long seed, Twin twin) {
        this.seed = seed;
        this.twin = twin;
        chance = new SplittableRandom(seed);
        baton = new Baton(chance.split(), this);
        boolean watching = chance.nextInt(4) != 0;
        int processors = chance.nextInt(1, 5);
        Clock clock = twin == Twin.FAST_CLOCK ? this::fastNanoTime : this::nanoTime;
        SplittableRandom machines = chance.split();
        scheduler =
                new Scheduler(
                        SchedulerOptions.of("simulated", processors, i -> newPoller(watching))
                                .withCapacities(
                                        1 << chance.nextInt(1, 5),
                                        chance.nextInt(2, 62),
                                        chance.nextInt(1, 17))
                                .withCarriers(this::currentCarrier, () -> null)
                                .withTimeAndChance(clock, machines::nextInt)
                                .withLateExecutor(task -> {})
                                .withMachines(
                                        MachineOptions.defaults()
                                                .withSpares(SPARES_MAX, FOR_EVER_NANOS)
                                                .withOsThreads(this))
                                .withSimulator(this));
        int bytesMax = watching ? BYTES_MAX : 1;
        world = new SimulatedWorld(baton, scheduler, pollers, chance.split(), bytesMax);
    }

    /** Runs one seed; not on a thread that takes part in another run. */
    static Outcome run(long seed, Twin twin) throws InterruptedException {
        return new SchedulerSimulation(seed, twin).run();
    }

    private Outcome run() throws InterruptedException {
        List<Thread> actors =
                List.of(
                        start("outsider", ACTORS_FROM, this::beOutsider),
                        start("network", ACTORS_FROM + 1, this::beNetwork),
                        start("monitor", ACTORS_FROM + 2, this::beMonitor));
        scheduler.start();
        baton.awaitJoined(scheduler.machines.liveCount() + ACTORS);
        Throwable failure = baton.play();
        String trace = baton.trace();
        SchedulerCounters counters = scheduler.counters();
        scheduler.stop();
        for (Thread actor : actors) {
            actor.join();
        }
        if (!scheduler.awaitStop(STOP_TIMEOUT_SECONDS, TimeUnit.SECONDS) && failure == null) {
            failure = new AssertionError("does not stop: " + scheduler.dump());
        }
        if (failure != null) {
            failure.addSuppressed(new AssertionError("the last steps were\n" + trace));
        }
        return new Outcome(seed, baton.steps(), baton.hash(), counters, failure);
    }

    private SimulatedPoller newPoller(boolean watching) {
        SimulatedPoller poller =
                new SimulatedPoller(baton, watching, twin == Twin.FORGETFUL_POLLER);
        pollers.add(poller);
        return poller;
    }

    // The threads that are no Ms.

    private Thread start(String name, int order, Runnable actor) {
        return Thread.ofPlatform()
                .daemon()
                .name("simulated-" + name)
                .start(
                        () -> {
                            baton.join(name, order);
                            try {
                                actor.run();
                            } catch (Throwable wrong) {
                                baton.fail(wrong);
                            }
                            baton.leave();
                        });
    }

    private void sleep(String what, int nanos) {
        long until = baton.nowNanos() + chance.nextInt(1, nanos);
        baton.await(what, () -> false, until);
    }

    /** Starts the first tasks, and wakes those that wait for anybody. */
    private void beOutsider() {
        while (!baton.isFree() && world.startFirstTask()) {
            sleep("waits outside", 100_000);
        }
        while (!baton.isFree() && !world.isDone()) {
            world.wakeSleeper();
            sleep("waits outside", 400_000);
        }
    }

    private void beNetwork() {
        while (!baton.isFree() && !world.isDone()) {
            sleep("waits for bytes", 300_000);
            world.sendSomething();
        }
    }

    private void beMonitor() {
        while (!baton.isFree() && !world.isDone()) {
            sleep("waits for its look", chance.nextBoolean() ? 100_000 : 10_000_000);
            scheduler.monitor.look(baton.nowNanos());
        }
    }

    // What the scheduler sees of the world.

    private long nanoTime() {
        baton.step("looks at the clock");
        return baton.nowNanos();
    }

    private long fastNanoTime() {
        return nanoTime() + FAST_CLOCK_NANOS;
    }

    private Thread currentCarrier() {
        baton.step("enters the scheduler");
        return Thread.currentThread();
    }

    @Override
    public boolean pause() {
        baton.pause((M) Thread.currentThread());
        return true;
    }

    @Override
    public boolean looksAgain() {
        return twin != Twin.NO_LAST_LOOK || baton.isFree();
    }

    @Override
    public long enter() {
        if (Thread.currentThread() instanceof M m) {
            baton.join(m.getName(), m.number);
            return m.number;
        }
        return -1;
    }

    @Override
    public boolean isBlocked(long id) {
        baton.step("asks the system for a thread");
        return world.isInKernel((int) id);
    }

    @Override
    public void bind(long id, int processor) {
        baton.step("is bound");
    }

    @Override
    public void unbind(long id) {
        baton.step("unbinds");
    }

    // Rules of the baton.

    @Override
    public void onChoice() {
        baton.awaitJoined(scheduler.machines.liveCount() + ACTORS);
        world.check();
        world.checkBusy();
    }

    @Override
    public boolean onAllWaiting() {
        world.checkAsleep();
        return world.isDone();
    }

    @Override
    public boolean isNeeded(M machine) {
        for (P p : scheduler.processors) {
            if (OwnerWord.machine(p.observe()) == machine.number) {
                return true;
            }
        }
        return false;
    }
}
