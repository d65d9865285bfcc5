package io.weft.sched;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.sched.spi.OsThreads;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Ps that change hands, with plain code for fibers: it keeps its thread, as a native call does. */
@Timeout(60)
class HandOffTest {

    private static final long HOUR_NANOS = TimeUnit.HOURS.toNanos(1);
    private static final MachineOptions DEFAULTS = MachineOptions.defaults();

    private final List<ScriptedPoller> pollers = new ArrayList<>();
    private final ConcurrentLinkedQueue<Runnable> late = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean done = new AtomicBoolean();
    private Scheduler scheduler = newScheduler(1, DEFAULTS);

    private Scheduler newScheduler(int processors, MachineOptions machines) {
        pollers.clear();
        return new Scheduler(
                SchedulerOptions.of(
                                "hand-off",
                                processors,
                                i -> {
                                    pollers.add(new ScriptedPoller());
                                    return pollers.get(i);
                                })
                        .withMachines(machines)
                        .withLateExecutor(late::add));
    }

    private void start(int processors, MachineOptions machines) {
        scheduler = newScheduler(processors, machines);
        scheduler.start();
    }

    @AfterEach
    void stop() throws InterruptedException {
        done.set(true);
        scheduler.stop();
        assertThat(scheduler.awaitStop(10, TimeUnit.SECONDS)).as(scheduler.dump()).isTrue();
    }

    private void compute() {
        while (!done.get()) {
            Thread.onSpinWait();
        }
    }

    private void runAndWait(Runnable task) throws InterruptedException {
        CountDownLatch ran = new CountDownLatch(1);
        scheduler.ready(
                () -> {
                    task.run();
                    ran.countDown();
                });
        assertThat(ran.await(20, TimeUnit.SECONDS)).as(scheduler.dump()).isTrue();
    }

    private void await(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(scheduler.dump()).isLessThan(end);
            Thread.sleep(1);
        }
    }

    /** All threads sleep in the kernel, as far as the monitor can tell. */
    private static final class AllBlocked implements OsThreads {
        final AtomicInteger entered = new AtomicInteger();

        @Override
        public long enter() {
            return entered.incrementAndGet();
        }

        @Override
        public boolean isBlocked(long id) {
            return true;
        }

        @Override
        public void bind(long id, int processor) {}

        @Override
        public void unbind(long id) {}
    }

    @Test
    void anEndlessComputationOnEachProcessorStarvesNobody() throws InterruptedException {
        start(2, DEFAULTS);
        scheduler.ready(this::compute);
        scheduler.ready(this::compute);
        for (int i = 0; i < 100; i++) {
            runAndWait(() -> {});
        }
        assertThat(scheduler.counters().retakes()).isEqualTo(2);
        assertThat(scheduler.counters().handOffs()).isEqualTo(2);
    }

    @Test
    void whatWaitsInTheQueuesOfATakenProcessorRuns() throws InterruptedException {
        start(1, DEFAULTS);
        CountDownLatch ran = new CountDownLatch(100);
        scheduler.ready(
                () -> {
                    for (int i = 0; i < 100; i++) {
                        scheduler.ready(ran::countDown);
                    }
                    compute();
                });
        assertThat(ran.await(20, TimeUnit.SECONDS)).as(scheduler.dump()).isTrue();
    }

    @Test
    void aGoroutineThatLostItsProcessorMakesOthersReady() throws InterruptedException {
        start(1, DEFAULTS);
        CountDownLatch ran = new CountDownLatch(3);
        AtomicInteger processor = new AtomicInteger();
        scheduler.ready(
                () -> {
                    while (!scheduler.isWithoutProcessor()) {
                        Thread.onSpinWait();
                    }
                    for (int i = 0; i < 3; i++) {
                        scheduler.ready(ran::countDown);
                    }
                    processor.set(scheduler.currentProcessor());
                });
        // Something to take the P for.
        scheduler.ready(() -> {});
        assertThat(ran.await(20, TimeUnit.SECONDS)).as(scheduler.dump()).isTrue();
        await(() -> processor.get() == -1);
    }

    @Test
    void whoSleepsInTheKernelLosesTheProcessorBeforeItsSliceIsOver() throws InterruptedException {
        AllBlocked threads = new AllBlocked();
        start(1, DEFAULTS.withTimeSlice(HOUR_NANOS).withOsThreads(threads));
        scheduler.ready(this::compute);
        runAndWait(() -> {});
        assertThat(scheduler.counters().retakes()).isPositive();
        assertThat(threads.entered.get()).isGreaterThanOrEqualTo(3); // two Ms and the monitor
    }

    @Test
    void whoComputesWithinItsSliceKeepsTheProcessor() throws InterruptedException {
        start(1, DEFAULTS.withTimeSlice(HOUR_NANOS));
        AtomicBoolean other = new AtomicBoolean();
        AtomicBoolean before = new AtomicBoolean();
        runAndWait(
                () -> {
                    scheduler.ready(() -> other.set(true));
                    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(50);
                    while (System.nanoTime() < end) {
                        Thread.onSpinWait();
                    }
                    before.set(other.get());
                });
        assertThat(before).isFalse();
        assertThat(scheduler.counters().retakes()).isZero();
    }

    @Test
    void whoOverstaysItsSliceIsAskedToYield() throws InterruptedException {
        start(1, DEFAULTS.withSpares(0, HOUR_NANOS));
        runAndWait(
                () -> {
                    while (!((M) Thread.currentThread()).isYieldRequested()) {
                        Thread.onSpinWait();
                    }
                });
        AtomicBoolean asked = new AtomicBoolean(true);
        runAndWait(() -> asked.set(((M) Thread.currentThread()).isYieldRequested()));
        assertThat(asked).as("the next goroutine has a slice of its own").isFalse();
    }

    @Test
    void spareMachinesAreUsedAgain() throws InterruptedException {
        start(1, DEFAULTS);
        for (int i = 0; i < 50; i++) {
            runAndWait(() -> assertThat(scheduler.releaseProcessor()).isTrue());
        }
        assertThat(scheduler.counters().handOffs()).isGreaterThanOrEqualTo(50);
        assertThat(scheduler.machines.liveCount()).isLessThanOrEqualTo(10); // of 50
    }

    @Test
    void spareMachinesEndAfterALongRest() throws InterruptedException {
        start(1, DEFAULTS.withSpares(100, TimeUnit.MILLISECONDS.toNanos(20)));
        CountDownLatch inside = new CountDownLatch(20);
        for (int i = 0; i < 20; i++) {
            scheduler.ready(
                    () -> {
                        scheduler.releaseProcessor();
                        inside.countDown();
                        compute();
                    });
        }
        assertThat(inside.await(20, TimeUnit.SECONDS)).as(scheduler.dump()).isTrue();
        assertThat(scheduler.machines.liveCount()).isGreaterThanOrEqualTo(21);
        done.set(true);
        await(() -> scheduler.machines.liveCount() == 1);
        runAndWait(() -> {});
    }

    @Test
    void atTheBoundAGoroutineKeepsItsProcessor() throws InterruptedException {
        start(1, DEFAULTS.withSpares(1, HOUR_NANOS));
        CountDownLatch first = new CountDownLatch(1);
        scheduler.ready(
                () -> {
                    assertThat(scheduler.releaseProcessor()).isTrue();
                    first.countDown();
                    compute();
                });
        assertThat(first.await(20, TimeUnit.SECONDS)).as(scheduler.dump()).isTrue();
        AtomicBoolean released = new AtomicBoolean(true);
        runAndWait(() -> released.set(scheduler.releaseProcessor()));
        assertThat(released).isFalse();
        assertThat(scheduler.machines.liveCount()).isEqualTo(2);
    }

    @Test
    void theProcessorIsFreeAtOnceWhenAGoroutineSaysThatItBlocks() throws InterruptedException {
        start(1, DEFAULTS.withTimeSlice(HOUR_NANOS));
        CountDownLatch other = new CountDownLatch(1);
        runAndWait(
                () -> {
                    scheduler.ready(other::countDown);
                    assertThat(scheduler.releaseProcessor()).isTrue();
                    assertThat(scheduler.currentProcessor()).isEqualTo(-1);
                    assertThat(scheduler.releaseProcessor()).as("it has none").isFalse();
                    awaitQuietly(other);
                });
        assertThat(scheduler.releaseProcessor()).as("no goroutine").isFalse();
    }

    @Test
    void aPollerIsLookedIntoWhileEveryProcessorComputes() throws InterruptedException {
        // No spare M: only the monitor can look.
        start(2, DEFAULTS.withSpares(0, HOUR_NANOS).withTimeSlice(HOUR_NANOS));
        CountDownLatch busy = new CountDownLatch(2);
        CountDownLatch delivered = new CountDownLatch(2);
        for (int i = 0; i < 2; i++) {
            scheduler.ready(
                    () -> {
                        busy.countDown();
                        compute();
                    });
        }
        assertThat(busy.await(20, TimeUnit.SECONDS)).isTrue();
        pollers.forEach(poller -> poller.arrive(delivered::countDown));
        assertThat(delivered.await(20, TimeUnit.SECONDS)).as(scheduler.dump()).isTrue();
        assertThat(scheduler.counters().monitorPolls()).isGreaterThanOrEqualTo(2);
    }

    @Test
    void theMonitorSleepsWhileNothingRunsAndWakesWithTheFirstGoroutine()
            throws InterruptedException {
        start(2, DEFAULTS);
        runAndWait(() -> {});
        await(() -> scheduler.monitor.getState() == Thread.State.WAITING);
        Thread.sleep(50);
        assertThat(scheduler.monitor.getState()).isEqualTo(Thread.State.WAITING);
        scheduler.ready(this::compute);
        scheduler.ready(this::compute);
        runAndWait(() -> {});
    }

    @Test
    void afterAStandstillOfTheMachineNobodyIsBlamedForIt() {
        scheduler = newScheduler(1, DEFAULTS);
        P p = scheduler.processors[0];
        M m = scheduler.machines.create();
        assertThat(p.acquireFree(m.number)).isTrue();
        p.holder = m;
        p.publishRunning(m.number);
        scheduler.global.add(() -> {});
        long now = 0;
        scheduler.monitor.look(now);
        long later = now + TimeUnit.SECONDS.toNanos(5);
        assertThat(scheduler.monitor.look(later)).isFalse();
        assertThat(m.isYieldRequested()).isFalse();
        scheduler.monitor.look(later + DEFAULTS.timeSliceNanos());
        assertThat(m.isYieldRequested()).isTrue();
        assertThat(scheduler.counters().retakes()).isEqualTo(1);
    }

    @Test
    void aProcessorThatNobodyNeedsIsNotTaken() throws InterruptedException {
        start(1, DEFAULTS);
        CountDownLatch over = new CountDownLatch(1);
        scheduler.ready(
                () -> {
                    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(60);
                    while (System.nanoTime() < end) {
                        Thread.onSpinWait();
                    }
                    over.countDown();
                });
        assertThat(over.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(scheduler.counters().retakes()).isZero();
    }

    @Test
    void stopsWhileGoroutinesThatLostTheirProcessorsGoOn() throws InterruptedException {
        start(2, DEFAULTS);
        CountDownLatch started = new CountDownLatch(4);
        List<Thread> strays = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            scheduler.ready(
                    () -> {
                        synchronized (strays) {
                            strays.add(Thread.currentThread());
                        }
                        started.countDown();
                        compute();
                    });
        }
        assertThat(started.await(20, TimeUnit.SECONDS)).as(scheduler.dump()).isTrue();
        scheduler.stop();
        assertThat(scheduler.awaitStop(10, TimeUnit.SECONDS)).as(scheduler.dump()).isTrue();
        scheduler.ready(() -> {});
        assertThat(late).hasSize(1);
        done.set(true);
        for (Thread stray : strays) {
            stray.join(10_000);
            assertThat(stray.isAlive()).isFalse();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aLockedGoroutineKeepsItsThreadAndTheOthersRunElsewhere() throws InterruptedException {
        start(1, DEFAULTS);
        int switches = 200;
        ConcurrentLinkedQueue<Thread> mine = new ConcurrentLinkedQueue<>();
        ConcurrentLinkedQueue<Thread> others = new ConcurrentLinkedQueue<>();
        CountDownLatch over = new CountDownLatch(1);
        Runnable locked =
                new Runnable() {
                    private int runs;

                    @Override
                    public void run() {
                        if (runs++ == 0) {
                            scheduler.lockMachine();
                        }
                        mine.add(Thread.currentThread());
                        scheduler.ready(() -> others.add(Thread.currentThread()));
                        if (runs < switches) {
                            scheduler.ready(this); // it yields
                        } else {
                            scheduler.unlockMachine();
                            over.countDown();
                        }
                    }
                };
        scheduler.ready(locked);
        assertThat(over.await(20, TimeUnit.SECONDS)).as(scheduler.dump()).isTrue();
        await(() -> others.size() == switches);
        assertThat(mine).hasSize(switches);
        assertThat(mine.stream().distinct()).hasSize(1);
        // The last one runs after the unlock.
        assertThat(others.stream().limit(switches - 1)).doesNotContain(mine.peek());
        runAndWait(() -> {});
    }

    @Test
    void locksAreCounted() throws InterruptedException {
        start(1, DEFAULTS);
        runAndWait(
                () -> {
                    M m = (M) Thread.currentThread();
                    scheduler.lockMachine();
                    scheduler.lockMachine();
                    scheduler.unlockMachine();
                    assertThat(m.lock).isNotNull();
                    scheduler.unlockMachine();
                    assertThat(m.lock).isNull();
                    assertThatThrownBy(scheduler::unlockMachine)
                            .isInstanceOf(IllegalStateException.class)
                            .hasMessageContaining("lockCarrier()");
                });
        assertThatThrownBy(scheduler::lockMachine)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("Weft.go");
    }
}
