package io.weft.sched;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Timers that a running scheduler serves. */
@Timeout(60)
class SchedulerTimersTest {

    private static final long MILLI = 1_000_000;
    private static final long HOUR = TimeUnit.HOURS.toNanos(1);

    private final List<ScriptedPoller> pollers = new ArrayList<>();
    private final ConcurrentLinkedQueue<Runnable> late = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean done = new AtomicBoolean();
    private Scheduler scheduler = newScheduler(1, MachineOptions.defaults());

    private Scheduler newScheduler(int processors, MachineOptions machines) {
        pollers.clear();
        return new Scheduler(
                SchedulerOptions.of(
                                "timers",
                                processors,
                                i -> {
                                    pollers.add(new ScriptedPoller());
                                    return pollers.get(i);
                                })
                        .withMachines(machines)
                        .withLateExecutor(late::add));
    }

    private void start(int processors) {
        start(processors, MachineOptions.defaults());
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

    /** Makes a task ready when it expires, and knows whether that was too early. */
    private final class Waking extends RuntimeTimer {

        private final Runnable task;
        final AtomicBoolean early = new AtomicBoolean();
        final AtomicInteger abandoned = new AtomicInteger();

        Waking(Runnable task) {
            super(scheduler);
            this.task = task;
        }

        @Override
        protected void expire(long whenNanos) {
            early.set(scheduler.nanoTime() < whenNanos);
            scheduler.ready(task);
        }

        @Override
        protected void abandon() {
            abandoned.incrementAndGet();
        }
    }

    private void awaitAllIdle() throws InterruptedException {
        while (!scheduler.isAllIdle()) {
            Thread.sleep(1);
        }
    }

    private void compute() {
        while (!done.get()) {
            Thread.onSpinWait();
        }
    }

    private void expectDone(CountDownLatch latch) throws InterruptedException {
        assertThat(latch.await(20, TimeUnit.SECONDS)).as(scheduler.dump()).isTrue();
    }

    @Test
    void aTimerOfAGoroutineWakesItsOwnProcessor() throws InterruptedException {
        start(1);
        for (long delay : new long[] {0, 1, 20_000, MILLI, 5 * MILLI, 30 * MILLI}) {
            CountDownLatch ran = new CountDownLatch(1);
            Waking timer = new Waking(ran::countDown);
            scheduler.ready(() -> timer.reset(scheduler.whenAfter(delay)));
            expectDone(ran);
            assertThat(timer.early).isFalse();
        }
        assertThat(scheduler.counters().timers()).isEqualTo(6);
    }

    @Test
    void anEarlierTimerFromElsewhereBreaksTheSleep() throws InterruptedException {
        start(1);
        Waking far = new Waking(() -> {});
        far.reset(scheduler.whenAfter(HOUR));
        awaitAllIdle();
        int wakes = pollers.getFirst().wakes.get();
        CountDownLatch ran = new CountDownLatch(1);
        Waking near = new Waking(ran::countDown);
        near.reset(scheduler.whenAfter(MILLI));
        expectDone(ran);
        assertThat(near.early).isFalse();
        assertThat(pollers.getFirst().wakes.get()).isLessThanOrEqualTo(wakes + 1);
    }

    @Test
    void aLaterTimerFromElsewhereWakesNobody() throws InterruptedException {
        start(1);
        new Waking(() -> {}).reset(scheduler.whenAfter(HOUR));
        awaitAllIdle();
        Thread.sleep(20);
        int wakes = pollers.getFirst().wakes.get();
        for (int i = 0; i < 100; i++) {
            new Waking(() -> {}).reset(scheduler.whenAfter(HOUR + i));
        }
        assertThat(pollers.getFirst().wakes.get()).isEqualTo(wakes);
    }

    @Test
    void timersRunWhileTheirProcessorNeverRunsOutOfGoroutines() throws InterruptedException {
        start(1);
        scheduler.ready(
                new Runnable() {
                    @Override
                    public void run() {
                        if (!done.get()) {
                            scheduler.ready(this);
                        }
                    }
                });
        for (int i = 0; i < 20; i++) {
            CountDownLatch ran = new CountDownLatch(1);
            new Waking(ran::countDown).reset(scheduler.whenAfter(MILLI));
            expectDone(ran);
        }
    }

    @Test
    void timersOfABusyProcessorAreRunByTheMonitor() throws InterruptedException {
        // No spare M and an endless slice: only the monitor can run them; nobody can run the task.
        start(1, MachineOptions.defaults().withSpares(0, HOUR).withTimeSlice(HOUR));
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch expired = new CountDownLatch(1);
        RuntimeTimer timer =
                new RuntimeTimer(scheduler) {
                    @Override
                    protected void expire(long whenNanos) {
                        expired.countDown();
                    }
                };
        scheduler.ready(
                () -> {
                    timer.reset(scheduler.whenAfter(MILLI));
                    busy.countDown();
                    compute();
                });
        expectDone(busy);
        expectDone(expired);
    }

    @Test
    void timersOfABusyProcessorAreServedWhileAnotherIsIdle() throws InterruptedException {
        start(2);
        CountDownLatch ran = new CountDownLatch(50);
        scheduler.ready(
                () -> {
                    for (int i = 0; i < 50; i++) {
                        new Waking(ran::countDown).reset(scheduler.whenAfter(i * MILLI));
                    }
                    compute();
                });
        expectDone(ran);
    }

    @Test
    void farTimersCostNothingMeanwhile() throws InterruptedException {
        start(2);
        for (int i = 0; i < 1000; i++) {
            new Waking(() -> {}).reset(scheduler.whenAfter(HOUR));
        }
        awaitAllIdle();
        while (scheduler.monitor.getState() != Thread.State.WAITING) {
            Thread.sleep(10);
        }
        long polls = scheduler.counters().polls();
        Thread.sleep(100);
        assertThat(scheduler.counters().polls()).isEqualTo(polls);
        assertThat(scheduler.monitor.getState()).isEqualTo(Thread.State.WAITING);
    }

    @Test
    void theStopAbandonsWhatIsArmedAndWhatIsArmedLater() throws InterruptedException {
        start(2);
        Waking armed = new Waking(() -> {});
        armed.reset(scheduler.whenAfter(HOUR));
        Waking stopped = new Waking(() -> {});
        stopped.reset(scheduler.whenAfter(HOUR));
        stopped.stop();
        stop();
        assertThat(armed.abandoned.get()).isEqualTo(1);
        assertThat(stopped.abandoned.get()).isZero();
        Waking after = new Waking(() -> {});
        after.reset(scheduler.whenAfter(0));
        assertThat(after.abandoned.get()).isPositive();
    }

    @Test
    void momentsAreClampedNotOverflown() {
        assertThat(scheduler.whenAfter(Long.MAX_VALUE)).isEqualTo(RuntimeTimer.NEVER - 1);
        long before = scheduler.nanoTime();
        assertThat(scheduler.whenAfter(Long.MIN_VALUE)).isBetween(before, scheduler.nanoTime());
    }
}
