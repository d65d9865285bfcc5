package io.weft.sched;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The scheduler with plain code for fibers: what a goroutine does, a task does by submitting. */
@Timeout(60)
class SchedulerTest {

    private final List<ScriptedPoller> pollers = new ArrayList<>();
    private final ConcurrentLinkedQueue<Runnable> late = new ConcurrentLinkedQueue<>();
    private Scheduler scheduler = newScheduler(1);

    private Scheduler newScheduler(int processors) {
        return new Scheduler(
                SchedulerOptions.of(
                                "test",
                                processors,
                                i -> {
                                    ScriptedPoller poller = new ScriptedPoller();
                                    pollers.add(poller);
                                    return poller;
                                })
                        .withLateExecutor(late::add));
    }

    private void start(int processors) {
        pollers.clear();
        scheduler = newScheduler(processors);
        scheduler.start();
    }

    @AfterEach
    void stop() throws InterruptedException {
        scheduler.stop();
        assertThat(scheduler.awaitStop(10, TimeUnit.SECONDS)).as(scheduler.dump()).isTrue();
    }

    private void runAndWait(Runnable task) throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        scheduler.ready(
                () -> {
                    task.run();
                    done.countDown();
                });
        assertThat(done.await(20, TimeUnit.SECONDS)).as(scheduler.dump()).isTrue();
    }

    @Test
    void runsWhatThreadsOutsideSubmit() throws InterruptedException {
        for (int processors : new int[] {1, 2, 4}) {
            start(processors);
            int perThread = 20_000;
            CountDownLatch done = new CountDownLatch(3 * perThread);
            for (int t = 0; t < 3; t++) {
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    for (int i = 0; i < perThread; i++) {
                                        scheduler.ready(done::countDown);
                                    }
                                });
            }
            assertThat(done.await(20, TimeUnit.SECONDS)).as(scheduler.dump()).isTrue();
            assertThat(scheduler.counters().schedules()).isGreaterThanOrEqualTo(3L * perThread);
            stop();
        }
    }

    @Test
    void noWakeUpIsLostWhenSubmissionsMeetSleepers() throws InterruptedException {
        start(2);
        // One at a time, so that each finds the Ps on their way to sleep.
        for (int i = 0; i < 20_000; i++) {
            runAndWait(() -> {});
        }
    }

    @Test
    void aTaskSeesWhetherOthersWaitForItsProcessor() throws InterruptedException {
        start(1);
        assertThat(scheduler.hasLocalWork()).as("no P runs this thread").isFalse();
        List<Boolean> seen = new ArrayList<>();
        runAndWait(
                () -> {
                    seen.add(scheduler.hasLocalWork());
                    scheduler.ready(() -> {});
                    seen.add(scheduler.hasLocalWork());
                });
        assertThat(seen).containsExactly(false, true);
    }

    @Test
    void aTreeOfSubmissionsEndsAndUsesAllProcessors() throws InterruptedException {
        start(2);
        int depth = 16;
        CountDownLatch leaves = new CountDownLatch(1 << depth);
        scheduler.ready(() -> fork(depth, leaves));
        assertThat(leaves.await(30, TimeUnit.SECONDS)).as(scheduler.dump()).isTrue();
        assertThat(scheduler.counters().schedules()).isEqualTo((2L << depth) - 1);
    }

    private void fork(int depth, CountDownLatch leaves) {
        if (depth == 0) {
            leaves.countDown();
            return;
        }
        scheduler.ready(() -> fork(depth - 1, leaves));
        scheduler.ready(() -> fork(depth - 1, leaves));
    }

    @Test
    void asManyTasksRunAtOnceAsThereAreProcessors() throws InterruptedException {
        start(4);
        for (int attempt = 0; attempt < 10; attempt++) {
            CyclicBarrier together = new CyclicBarrier(4);
            CountDownLatch done = new CountDownLatch(4);
            // Submitted from inside, so that three have to be stolen and three Ps woken.
            scheduler.ready(
                    () -> {
                        for (int i = 0; i < 4; i++) {
                            scheduler.ready(() -> meet(together, done));
                        }
                    });
            assertThat(done.await(20, TimeUnit.SECONDS)).as(scheduler.dump()).isTrue();
        }
    }

    private static void meet(CyclicBarrier together, CountDownLatch done) {
        try {
            together.await(15, TimeUnit.SECONDS);
            done.countDown();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void theLastSubmittedRunsNextAndTheOthersInOrder() throws InterruptedException {
        start(1);
        ConcurrentLinkedQueue<Integer> order = new ConcurrentLinkedQueue<>();
        CountDownLatch done = new CountDownLatch(4);
        scheduler.ready(
                () -> {
                    for (int i = 0; i < 4; i++) {
                        int number = i;
                        scheduler.ready(
                                () -> {
                                    order.add(number);
                                    done.countDown();
                                });
                    }
                });
        assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(order).containsExactly(3, 0, 1, 2);
    }

    @Test
    void aChainOfNextDoesNotStarveTheRing() throws InterruptedException {
        start(1);
        AtomicBoolean stop = new AtomicBoolean();
        runAndWait(() -> scheduler.ready(() -> pingPong(stop)));
        CountDownLatch inRing = new CountDownLatch(2);
        // From inside: the first is kicked from next to the ring by the second.
        scheduler.ready(
                () -> {
                    scheduler.ready(inRing::countDown);
                    scheduler.ready(inRing::countDown);
                });
        assertThat(inRing.await(20, TimeUnit.SECONDS)).as(scheduler.dump()).isTrue();
        stop.set(true);
    }

    private void pingPong(AtomicBoolean stop) {
        if (!stop.get()) {
            scheduler.ready(() -> pingPong(stop));
        }
    }

    @Test
    void aFullRingOverflowsToTheGlobalQueueAndLosesNothing() throws InterruptedException {
        start(1);
        int count = 10_000;
        CountDownLatch done = new CountDownLatch(count);
        scheduler.ready(
                () -> {
                    for (int i = 0; i < count; i++) {
                        scheduler.ready(done::countDown);
                    }
                });
        assertThat(done.await(20, TimeUnit.SECONDS)).as(scheduler.dump()).isTrue();
        assertThat(scheduler.counters().overflows()).isPositive();
    }

    @Test
    void readinessIsDeliveredToAnIdleProcessor() throws InterruptedException {
        start(2);
        for (int i = 0; i < 2_000; i++) {
            CountDownLatch done = new CountDownLatch(1);
            pollers.get(i % 2).arrive(() -> scheduler.ready(done::countDown));
            assertThat(done.await(20, TimeUnit.SECONDS)).as(scheduler.dump()).isTrue();
        }
        assertThat(scheduler.counters().pollEvents()).isEqualTo(2_000);
    }

    @Test
    void aBatchOfReadinessIsSharedWithTheOtherProcessor() throws InterruptedException {
        start(2);
        CyclicBarrier together = new CyclicBarrier(2);
        CountDownLatch done = new CountDownLatch(2);
        pollers.get(0)
                .arrive(
                        () -> {
                            scheduler.ready(() -> meet(together, done));
                            scheduler.ready(() -> meet(together, done));
                        });
        assertThat(done.await(20, TimeUnit.SECONDS)).as(scheduler.dump()).isTrue();
    }

    @Test
    void aBusyProcessorStillLooksIntoItsPoller() throws InterruptedException {
        start(1);
        AtomicBoolean stop = new AtomicBoolean();
        scheduler.ready(() -> pingPong(stop));
        CountDownLatch done = new CountDownLatch(1);
        pollers.get(0).arrive(() -> scheduler.ready(done::countDown));
        assertThat(done.await(20, TimeUnit.SECONDS)).as(scheduler.dump()).isTrue();
        stop.set(true);
    }

    @Test
    void aBusyProcessorIsLookedAfter() throws InterruptedException {
        start(2);
        awaitDeepSleep();
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch busy = new CountDownLatch(1);
        AtomicInteger busyProcessor = new AtomicInteger();
        Runnable computation =
                () -> {
                    busyProcessor.set(scheduler.currentProcessor());
                    compute(busy, release);
                };
        pollers.get(0).arrive(() -> scheduler.ready(computation));
        assertThat(busy.await(20, TimeUnit.SECONDS)).isTrue();
        CountDownLatch done = new CountDownLatch(1);
        pollers.get(busyProcessor.get()).arrive(() -> scheduler.ready(done::countDown));
        assertThat(done.await(20, TimeUnit.SECONDS)).as(scheduler.dump()).isTrue();
        release.countDown();
    }

    @Test
    void aBusyProcessorIsLookedAfterForAsLongAsItIsBusy() throws InterruptedException {
        start(2);
        BusyTask task = new BusyTask();
        scheduler.ready(task);
        assertThat(task.busy.await(20, TimeUnit.SECONDS)).isTrue();
        Thread.sleep(100);
        CountDownLatch done = new CountDownLatch(1);
        pollers.get(task.processor).arrive(() -> scheduler.ready(done::countDown));
        assertThat(done.await(20, TimeUnit.SECONDS)).as(scheduler.dump()).isTrue();
        task.release.countDown();
    }

    @Test
    void aProcessorThatASubmissionWokeFromDeepSleepIsLookedAfter() throws InterruptedException {
        start(2);
        awaitDeepSleep();
        BusyTask task = new BusyTask();
        scheduler.ready(task);
        assertThat(task.busy.await(20, TimeUnit.SECONDS)).isTrue();
        CountDownLatch done = new CountDownLatch(1);
        pollers.get(task.processor).arrive(() -> scheduler.ready(done::countDown));
        assertThat(done.await(20, TimeUnit.SECONDS)).as(scheduler.dump()).isTrue();
        task.release.countDown();
    }

    /** Keeps its P until it is released. */
    private final class BusyTask implements Runnable {

        final CountDownLatch busy = new CountDownLatch(1);
        final CountDownLatch release = new CountDownLatch(1);
        volatile int processor;

        @Override
        public void run() {
            processor = scheduler.currentProcessor();
            compute(busy, release);
        }
    }

    private void awaitDeepSleep() throws InterruptedException {
        while (scheduler.idle.size() < scheduler.processorCount()) {
            Thread.sleep(1);
        }
    }

    private static void compute(CountDownLatch busy, CountDownLatch release) {
        busy.countDown();
        try {
            release.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void anIdleSchedulerSleepsForEver() throws InterruptedException {
        start(4);
        runAndWait(() -> {});
        awaitDeepSleep();
        long polls = scheduler.counters().polls();
        Thread.sleep(100);
        assertThat(scheduler.counters().polls()).isEqualTo(polls);
    }

    @Test
    void theGlobalQueueIsServedWhileTheLocalOneNeverEmpties() throws InterruptedException {
        start(1);
        AtomicBoolean stop = new AtomicBoolean();
        scheduler.ready(
                () -> {
                    scheduler.ready(() -> pingPong(stop));
                    scheduler.ready(() -> pingPong(stop));
                });
        for (int i = 0; i < 100; i++) {
            runAndWait(() -> {});
        }
        stop.set(true);
    }

    @Test
    void whatOverflowsIsServedWhileTheRingIsKeptFull() throws InterruptedException {
        start(1);
        int count = 2_000;
        AtomicBoolean stop = new AtomicBoolean();
        AtomicInteger loops = new AtomicInteger();
        CountDownLatch overflowed = new CountDownLatch(count);
        scheduler.ready(
                () -> {
                    for (int i = 0; i < 100; i++) {
                        scheduler.ready(() -> loop(stop, loops));
                    }
                    for (int i = 0; i < count; i++) {
                        scheduler.ready(overflowed::countDown);
                    }
                });
        assertThat(overflowed.await(20, TimeUnit.SECONDS)).as(scheduler.dump()).isTrue();
        stop.set(true);
        // A slice of a loop is a chain of 17 runs. With one slice in 61 for the global queue the
        // loops would run 1,000 times for each of those tasks.
        assertThat(loops.get()).isLessThan(100 * count);
    }

    private void loop(AtomicBoolean stop, AtomicInteger loops) {
        loops.incrementAndGet();
        if (!stop.get()) {
            scheduler.ready(() -> loop(stop, loops));
        }
    }

    @Test
    void aTaskThatThrowsEndsNeitherMachineNorProcessor() throws InterruptedException {
        start(1);
        for (int i = 0; i < 3; i++) {
            scheduler.ready(
                    () -> {
                        throw new IllegalStateException("expected by the test");
                    });
        }
        runAndWait(() -> {});
    }

    @Test
    void knowsTheProcessorOfTheCaller() throws InterruptedException {
        start(2);
        assertThat(scheduler.currentProcessor()).isEqualTo(-1);
        runAndWait(() -> assertThat(scheduler.currentProcessor()).isBetween(0, 1));
    }

    @Test
    void startsAThousandProcessorsAndStops() throws InterruptedException {
        start(1024);
        runAndWait(() -> {});
    }

    @Test
    void whatBecomesReadyAfterTheStopGoesToTheLateExecutor() throws InterruptedException {
        start(2);
        runAndWait(() -> {});
        stop();
        scheduler.ready(() -> {});
        assertThat(late).hasSize(1);
    }

    @Test
    void nothingQueuedIsLostByTheStop() throws InterruptedException {
        for (int round = 0; round < 50; round++) {
            late.clear();
            start(2);
            int count = 1_000;
            AtomicInteger ran = new AtomicInteger();
            Thread submitter =
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        for (int i = 0; i < count; i++) {
                                            scheduler.ready(ran::incrementAndGet);
                                        }
                                    });
            scheduler.stop();
            submitter.join();
            assertThat(scheduler.awaitStop(10, TimeUnit.SECONDS)).isTrue();
            assertThat(ran.get() + late.size()).isEqualTo(count);
        }
    }

    @Test
    void refusesProcessorCountsThatAreMistakes() {
        assertThatThrownBy(() -> newScheduler(0)).hasMessageContaining("between 1 and 4096: 0");
        assertThatThrownBy(() -> newScheduler(5000)).hasMessageContaining("between 1 and");
    }

    @Test
    void theDumpTellsTheStateOfEveryProcessor() throws InterruptedException {
        start(2);
        runAndWait(() -> assertThat(scheduler.dump()).contains("P0: ", "P1: ", "running on M"));
    }
}
