package io.weft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The terms of {@link ScheduledExecutorService}. */
@Timeout(60)
class ScheduledExecutorTest {

    private static final long LATE_SECONDS = 20;

    private final WeftRuntime runtime = Weft.builder().procs(2).build();
    private final ScheduledExecutorService executor = runtime.scheduledExecutor();

    @AfterEach
    void close() {
        executor.shutdownNow();
        runtime.close();
    }

    private void awaitEnd() throws InterruptedException {
        assertThat(executor.awaitTermination(LATE_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(executor.isTerminated()).isTrue();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(LATE_SECONDS, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aTaskRunsAfterItsDelayOnAGoroutineAndGivesItsResult() throws Exception {
        long start = System.nanoTime();
        ScheduledFuture<String> future =
                executor.schedule(
                        () -> Thread.currentThread().toString(), 50, TimeUnit.MILLISECONDS);
        assertThat(future.getDelay(TimeUnit.MILLISECONDS)).isBetween(-20_000L, 50L);
        assertThat(future.get()).contains("@" + runtime.name() + "-M");
        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(50_000_000L);
        assertThat(executor.schedule(() -> {}, 0, TimeUnit.SECONDS).get()).isNull();
        assertThat(executor.schedule(() -> 7, -1, TimeUnit.DAYS).get()).isEqualTo(7);
    }

    @Test
    void tasksOfNoDelayAreSubmittedAsToAnyExecutor() throws Exception {
        assertThat(executor.submit(() -> 1).get()).isEqualTo(1);
        List<Callable<Integer>> tasks = List.of(() -> 1, () -> 2, () -> 3);
        int sum = 0;
        for (Future<Integer> future : executor.invokeAll(tasks)) {
            sum += future.get();
        }
        assertThat(sum).isEqualTo(6);
        CountDownLatch ran = new CountDownLatch(1);
        executor.execute(ran::countDown);
        await(ran);
    }

    @Test
    void aFailureIsInTheFuture() {
        ScheduledFuture<?> future =
                executor.schedule(
                        (Callable<Object>)
                                () -> {
                                    throw new IOException("disk full");
                                },
                        1,
                        TimeUnit.MILLISECONDS);
        assertThatThrownBy(future::get)
                .isInstanceOf(ExecutionException.class)
                .hasRootCauseMessage("disk full");
    }

    @Test
    void theLongestDelayNeverEndsAndCanBeCancelled() throws InterruptedException {
        ScheduledFuture<?> future =
                executor.schedule(() -> {}, Long.MAX_VALUE, TimeUnit.MILLISECONDS);
        assertThat(future.getDelay(TimeUnit.DAYS)).isGreaterThan(36_500);
        assertThat(future.cancel(false)).isTrue();
        assertThatThrownBy(future::get).isInstanceOf(CancellationException.class);
        executor.shutdown();
        awaitEnd();
    }

    /** A run that takes longer than the period: the next ones catch up, and never overlap. */
    @Test
    void aFixedRateCatchesUpWithoutOverlap() throws InterruptedException {
        AtomicInteger inside = new AtomicInteger();
        AtomicBoolean overlap = new AtomicBoolean();
        CountDownLatch runs = new CountDownLatch(10);
        AtomicBoolean first = new AtomicBoolean(true);
        long start = System.nanoTime();
        ScheduledFuture<?> future =
                executor.scheduleAtFixedRate(
                        () -> {
                            overlap.compareAndSet(false, inside.getAndIncrement() > 0);
                            if (first.getAndSet(false)) {
                                sleepMillis(100);
                            }
                            inside.getAndDecrement();
                            runs.countDown();
                        },
                        10,
                        10,
                        TimeUnit.MILLISECONDS);
        await(runs);
        long elapsed = System.nanoTime() - start;
        assertThat(future.cancel(false)).isTrue();
        assertThat(overlap).isFalse();
        assertThat(elapsed).isBetween(100_000_000L, 20_000_000_000L);
    }

    private static void sleepMillis(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aFixedDelayIsCountedFromTheEnd() {
        CountDownLatch runs = new CountDownLatch(4);
        long start = System.nanoTime();
        ScheduledFuture<?> future =
                executor.scheduleWithFixedDelay(
                        () -> {
                            sleepMillis(20);
                            runs.countDown();
                        },
                        0,
                        20,
                        TimeUnit.MILLISECONDS);
        await(runs);
        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(140_000_000L);
        future.cancel(false);
    }

    @Test
    void aPeriodicTaskEndsWithItsFirstFailure() throws InterruptedException {
        AtomicInteger runs = new AtomicInteger();
        ScheduledFuture<?> future =
                executor.scheduleAtFixedRate(
                        () -> {
                            if (runs.incrementAndGet() == 3) {
                                throw new IllegalStateException("the third");
                            }
                        },
                        0,
                        1,
                        TimeUnit.MILLISECONDS);
        assertThatThrownBy(future::get).hasRootCauseMessage("the third");
        Thread.sleep(20);
        assertThat(runs).hasValue(3);
        executor.shutdown();
        awaitEnd();
    }

    @Test
    void cancelInterruptsARunIfAsked() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        ScheduledFuture<?> future =
                executor.schedule(
                        () -> {
                            begun.countDown();
                            try {
                                Thread.sleep(60_000);
                            } catch (InterruptedException e) {
                                interrupted.countDown();
                            }
                        },
                        0,
                        TimeUnit.SECONDS);
        await(begun);
        assertThat(future.cancel(true)).isTrue();
        await(interrupted);
        executor.shutdown();
        awaitEnd();
    }

    @Test
    void aShutdownLetsDelayedTasksRunAndCancelsPeriodicOnes() throws Exception {
        ScheduledFuture<Integer> delayed = executor.schedule(() -> 5, 100, TimeUnit.MILLISECONDS);
        ScheduledFuture<?> periodic =
                executor.scheduleAtFixedRate(() -> {}, 0, 5, TimeUnit.MILLISECONDS);
        ScheduledFuture<?> slow = executor.scheduleWithFixedDelay(() -> {}, 1, 1, TimeUnit.HOURS);
        executor.shutdown();
        assertThat(executor.isShutdown()).isTrue();
        assertThat(executor.isTerminated()).isFalse();
        assertThatThrownBy(() -> executor.schedule(() -> {}, 1, TimeUnit.SECONDS))
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessage("the executor is shut down");
        assertThatThrownBy(() -> executor.execute(() -> {}))
                .isInstanceOf(RejectedExecutionException.class);
        assertThat(delayed.get()).isEqualTo(5);
        awaitEnd();
        assertThat(periodic.isCancelled()).isTrue();
        assertThat(slow.isCancelled()).isTrue();
    }

    /** However the shutdown meets the runs of a periodic task, the executor ends. */
    @Test
    void aShutdownBesideABusyPeriodicTaskTerminates() throws InterruptedException {
        for (int i = 0; i < 200; i++) {
            ScheduledExecutorService mine = runtime.scheduledExecutor();
            ScheduledFuture<?> task =
                    mine.scheduleWithFixedDelay(() -> {}, 0, 1, TimeUnit.NANOSECONDS);
            Thread.yield();
            mine.shutdown();
            assertThat(mine.awaitTermination(LATE_SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(task.isCancelled()).isTrue();
        }
    }

    /** The same with a cancellation instead, which must leave nothing behind. */
    @Test
    void aCancelledBusyTaskLeavesNothingBehind() throws InterruptedException {
        for (int i = 0; i < 200; i++) {
            ScheduledExecutorService mine = runtime.scheduledExecutor();
            ScheduledFuture<?> task =
                    mine.scheduleWithFixedDelay(() -> {}, 0, 1, TimeUnit.NANOSECONDS);
            Thread.yield();
            assertThat(task.cancel(false)).isTrue();
            mine.shutdown();
            assertThat(mine.awaitTermination(LATE_SECONDS, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void shutdownNowInterruptsAndHandsBackWhatWaits() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        AtomicBoolean interrupted = new AtomicBoolean();
        executor.execute(
                () -> {
                    begun.countDown();
                    try {
                        Thread.sleep(60_000);
                    } catch (InterruptedException e) {
                        interrupted.set(true);
                    }
                });
        await(begun);
        AtomicBoolean ran = new AtomicBoolean();
        ScheduledFuture<?> waiting =
                executor.schedule(() -> ran.set(true), 50, TimeUnit.MILLISECONDS);
        assertThat(executor.shutdownNow()).hasSize(1).first().isSameAs(waiting);
        awaitEnd();
        assertThat(interrupted).isTrue();
        Thread.sleep(100);
        assertThat(ran).isFalse();
    }

    @Test
    void closeWaitsForWhatIsUnderWay() {
        AtomicBoolean over = new AtomicBoolean();
        ScheduledFuture<?> future;
        try (ScheduledExecutorService mine = runtime.scheduledExecutor()) {
            future =
                    mine.schedule(
                            () -> {
                                sleepMillis(50);
                                over.set(true);
                            },
                            10,
                            TimeUnit.MILLISECONDS);
        }
        assertThat(over).isTrue();
        assertThat(future.isDone()).isTrue();
    }

    @Test
    void tasksBlockWithoutDelayingEachOther() {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch all = new CountDownLatch(100);
        List<Future<?>> futures = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            futures.add(
                    executor.schedule(
                            () -> {
                                all.countDown();
                                await(release);
                            },
                            i % 7,
                            TimeUnit.MILLISECONDS));
        }
        await(all);
        assertThat(futures).noneMatch(Future::isDone);
        release.countDown();
    }

    @Test
    void mistakesAreRefused() {
        assertThatThrownBy(() -> executor.scheduleAtFixedRate(() -> {}, 0, 0, TimeUnit.SECONDS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a task needs a period above zero: 0");
        assertThatThrownBy(() -> executor.scheduleWithFixedDelay(() -> {}, 0, -1, TimeUnit.SECONDS))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void tasksThatComeAtTheSameTimeAreOrderedByTheirDelay() {
        List<ScheduledFuture<?>> futures = new ArrayList<>();
        for (long hours : new long[] {3, 1, 2}) {
            futures.add(executor.schedule(() -> {}, hours, TimeUnit.HOURS));
        }
        assertThat(futures.get(0).compareTo(futures.get(2))).isPositive();
        assertThat(futures.get(1).compareTo(futures.get(2))).isNegative();
        futures.forEach(future -> future.cancel(false));
    }

    @Test
    void closingTheRuntimeCancelsWhatWaitsAndRefusesTheRest() throws InterruptedException {
        WeftRuntime shortLived = Weft.builder().procs(1).build();
        ScheduledExecutorService mine = shortLived.scheduledExecutor();
        ScheduledFuture<?> future = mine.schedule(() -> {}, 1, TimeUnit.HOURS);
        BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
        Thread waiter =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    try {
                                        future.get();
                                    } catch (Exception e) {
                                        failures.add(e);
                                    }
                                });
        shortLived.close();
        waiter.join();
        assertThat(failures.take()).isInstanceOf(CancellationException.class);
        assertThatThrownBy(() -> mine.schedule(() -> {}, 1, TimeUnit.HOURS))
                .isInstanceOf(RejectedExecutionException.class);
        assertThatThrownBy(() -> mine.execute(() -> {}))
                .isInstanceOf(RejectedExecutionException.class);
        mine.shutdown();
        assertThat(mine.awaitTermination(LATE_SECONDS, TimeUnit.SECONDS)).isTrue();
    }
}
