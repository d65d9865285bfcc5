package io.weft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What an {@link ExecutorService} promises, and the bounds. */
@Timeout(60)
class BoundedExecutorTest {

    private static final long LATE_SECONDS = 20;

    private final WeftRuntime runtime = Weft.builder().procs(2).build();
    private final List<ExecutorService> executors = new ArrayList<>();

    /** Lets go whatever {@link #hold} holds. */
    private final CountDownLatch release = new CountDownLatch(1);

    @AfterEach
    void close() {
        release.countDown();
        executors.forEach(ExecutorService::shutdownNow);
        runtime.close();
    }

    private ExecutorService executor(int permits, int places, WhenFull whenFull) {
        ExecutorService executor = runtime.boundedExecutor(permits, places, whenFull);
        executors.add(executor);
        return executor;
    }

    /** Takes one permit, until the test lets go. */
    private void hold(ExecutorService executor) throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        executor.execute(
                () -> {
                    begun.countDown();
                    awaitQuietly(release);
                });
        await(begun);
    }

    private static void await(CountDownLatch latch) throws InterruptedException {
        assertThat(latch.await(LATE_SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            await(latch);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void awaitEnd(ExecutorService executor) throws InterruptedException {
        assertThat(executor.awaitTermination(LATE_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(executor.isTerminated()).isTrue();
        assertThat(executor.isShutdown()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(
            names = {"CALLER_RUNS", "DISCARD_OLDEST"},
            mode = EnumSource.Mode.EXCLUDE)
    void neverMoreThanThePermitsRunAtOnce(WhenFull whenFull) throws Exception {
        ExecutorService executor = executor(3, 1_000, whenFull);
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        CountDownLatch all = new CountDownLatch(500);
        for (int i = 0; i < 500; i++) {
            executor.execute(
                    () -> {
                        most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                        threads.add(Thread.currentThread());
                        Thread.yield();
                        inside.decrementAndGet();
                        all.countDown();
                    });
        }
        await(all);
        assertThat(most.get()).isBetween(1, 3);
        assertThat(threads).hasSize(500).allMatch(thread -> thread.isVirtual());
        executor.shutdown();
        awaitEnd(executor);
    }

    @Test
    void asManyAsThePermitsDoRunAtOnce() throws Exception {
        ExecutorService executor = executor(3, 0, WhenFull.ABORT);
        for (int i = 0; i < 3; i++) {
            hold(executor);
        }
        assertThat(executor.toString())
                .isEqualTo("BoundedExecutor[running 3 of 3, waiting 0 of 0]");
    }

    @Test
    void tasksThatWaitRunInTheOrderInWhichTheyCame() throws Exception {
        ExecutorService executor = executor(1, 100, WhenFull.ABORT);
        hold(executor);
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            int number = i;
            executor.execute(() -> order.add(number));
        }
        release.countDown();
        executor.shutdown();
        awaitEnd(executor);
        assertThat(order).hasSize(100).isSorted();
    }

    @Test
    void abortRefusesAndSaysWhatToDo() throws Exception {
        ExecutorService executor = executor(1, 1, WhenFull.ABORT);
        hold(executor);
        Future<Integer> waiting = executor.submit(() -> 7);
        assertThatThrownBy(() -> executor.submit(() -> 8))
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessage(
                        "BoundedExecutor[running 1 of 1, waiting 1 of 1] is full: give it more"
                                + " places, or another WhenFull than ABORT");
        release.countDown();
        assertThat(waiting.get()).isEqualTo(7);
    }

    @ParameterizedTest
    @EnumSource
    void theCallerRunsWhatHasNoPlace(Caller caller) throws Exception {
        ExecutorService executor = executor(1, 0, WhenFull.CALLER_RUNS);
        hold(executor);
        caller.run(
                runtime,
                () ->
                        assertThat(executor.submit(Thread::currentThread).get())
                                .isSameAs(Thread.currentThread()));
    }

    @ParameterizedTest
    @EnumSource
    void blockWaitsForAPlace(Caller caller) throws Exception {
        ExecutorService executor = executor(1, 1, WhenFull.BLOCK);
        hold(executor);
        Future<Integer> waiting = executor.submit(() -> 1);
        BlockingQueue<Future<Integer>> submitted = new LinkedBlockingQueue<>();
        Thread submitter = caller.start(runtime, () -> submitted.add(executor.submit(() -> 2)));
        Caller.awaitParked(submitter);
        assertThat(submitted).isEmpty();
        release.countDown();
        assertThat(submitted.take().get()).isEqualTo(2);
        assertThat(waiting.get()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void anInterruptEndsTheWaitForAPlace(Caller caller) throws Exception {
        ExecutorService executor = executor(1, 0, WhenFull.BLOCK);
        hold(executor);
        BlockingQueue<Boolean> pending = new LinkedBlockingQueue<>();
        Thread submitter =
                caller.start(
                        runtime,
                        () -> {
                            assertThatThrownBy(() -> executor.execute(() -> {}))
                                    .isInstanceOf(RejectedExecutionException.class)
                                    .hasCauseInstanceOf(InterruptedException.class);
                            pending.add(Thread.interrupted());
                        });
        Caller.awaitParked(submitter);
        submitter.interrupt();
        assertThat(pending.poll(LATE_SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aShutdownEndsTheWaitForAPlace() throws Exception {
        ExecutorService executor = executor(1, 0, WhenFull.BLOCK);
        hold(executor);
        BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
        Thread submitter =
                runtime.go(
                        () -> {
                            try {
                                executor.execute(() -> {});
                            } catch (RejectedExecutionException e) {
                                failures.add(e);
                            }
                        });
        Caller.awaitParked(submitter);
        executor.shutdown();
        assertThat(failures.poll(LATE_SECONDS, TimeUnit.SECONDS))
                .hasMessage("the executor is shut down");
    }

    @Test
    void manyWhoBlockLoseNothing() throws Exception {
        ExecutorService executor = executor(2, 3, WhenFull.BLOCK);
        AtomicInteger sum = new AtomicInteger();
        List<Thread> submitters = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            Caller caller = i % 4 == 0 ? Caller.PLATFORM : Caller.GOROUTINE;
            submitters.add(
                    caller.start(
                            runtime,
                            () -> {
                                for (int n = 0; n < 200; n++) {
                                    executor.execute(sum::incrementAndGet);
                                }
                            }));
        }
        for (Thread submitter : submitters) {
            submitter.join();
        }
        executor.shutdown();
        awaitEnd(executor);
        assertThat(sum).hasValue(4_000);
    }

    @Test
    void theOldestIsDroppedAndItsFutureCancelled() throws Exception {
        ExecutorService executor = executor(1, 2, WhenFull.DISCARD_OLDEST);
        hold(executor);
        List<Future<Integer>> futures = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            int number = i;
            futures.add(executor.submit(() -> number));
        }
        for (Future<Integer> dropped : futures.subList(0, 3)) {
            assertThatThrownBy(dropped::get).isInstanceOf(CancellationException.class);
        }
        release.countDown();
        assertThat(futures.get(3).get()).isEqualTo(3);
        assertThat(futures.get(4).get()).isEqualTo(4);
    }

    @Test
    void whatATaskThrowsIsInItsFuture() {
        ExecutorService executor = executor(1, 0, WhenFull.BLOCK);
        Future<Object> future =
                executor.submit(
                        (Callable<Object>)
                                () -> {
                                    throw new IOException("disk full");
                                });
        assertThatThrownBy(future::get)
                .isInstanceOf(ExecutionException.class)
                .hasRootCauseMessage("disk full");
    }

    /** Nor does a handler that fails itself. */
    @Test
    void aFailureWithoutAFutureGoesToTheHandlerAndCostsNoPermit() throws Exception {
        ExecutorService executor = executor(1, 10, WhenFull.BLOCK);
        BlockingQueue<Throwable> reported = new LinkedBlockingQueue<>();
        for (int i = 0; i < 5; i++) {
            executor.execute(
                    () -> {
                        Thread.currentThread()
                                .setUncaughtExceptionHandler(
                                        (thread, failure) -> {
                                            reported.add(failure);
                                            throw new IllegalStateException("handler");
                                        });
                        throw new IllegalStateException("task");
                    });
        }
        assertThat(executor.submit(() -> 1).get()).isEqualTo(1);
        assertThat(reported).hasSize(5).allMatch(e -> "task".equals(e.getMessage()));
    }

    @Test
    void shutdownRunsWhatWaitsAndRefusesTheRest() throws Exception {
        ExecutorService executor = executor(1, 5, WhenFull.CALLER_RUNS);
        hold(executor);
        Future<Integer> waiting = executor.submit(() -> 7);
        executor.shutdown();
        executor.shutdown();
        assertThat(executor.isShutdown()).isTrue();
        assertThat(executor.isTerminated()).isFalse();
        assertThat(executor.awaitTermination(1, TimeUnit.MILLISECONDS)).isFalse();
        assertThatThrownBy(() -> executor.execute(() -> {}))
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessage("the executor is shut down");
        release.countDown();
        awaitEnd(executor);
        assertThat(waiting.get()).isEqualTo(7);
        assertThat(executor.toString()).endsWith("waiting 0 of 5, terminated]");
    }

    @Test
    void shutdownNowInterruptsAndHandsBackWhatWaits() throws Exception {
        ExecutorService executor = executor(2, 5, WhenFull.ABORT);
        CountDownLatch begun = new CountDownLatch(2);
        CountDownLatch interrupted = new CountDownLatch(2);
        for (int i = 0; i < 2; i++) {
            executor.execute(
                    () -> {
                        begun.countDown();
                        try {
                            new CountDownLatch(1).await();
                        } catch (InterruptedException e) {
                            interrupted.countDown();
                        }
                    });
        }
        await(begun);
        Runnable first = () -> {};
        Runnable second = () -> {};
        executor.execute(first);
        executor.execute(second);
        assertThat(executor.shutdownNow()).containsExactly(first, second);
        assertThat(executor.shutdownNow()).isEmpty();
        await(interrupted);
        awaitEnd(executor);
    }

    /** However it meets a task: either the task is handed back, or its run sees the interrupt. */
    @Test
    void shutdownNowReachesTasksThatJustBegin() throws Exception {
        for (int i = 0; i < 300; i++) {
            ExecutorService executor = executor(1, 1, WhenFull.ABORT);
            AtomicInteger ends = new AtomicInteger();
            Runnable task =
                    () -> {
                        try {
                            new CountDownLatch(1).await();
                        } catch (InterruptedException e) {
                            ends.incrementAndGet();
                        }
                    };
            executor.execute(task);
            executor.execute(task);
            int back = executor.shutdownNow().size();
            awaitEnd(executor);
            assertThat(ends.get() + back).isEqualTo(2);
        }
    }

    @Test
    void closeWaitsForWhatIsUnderWay() {
        Future<Integer> future;
        try (ExecutorService executor = executor(1, 1, WhenFull.ABORT)) {
            executor.execute(Thread::yield);
            future = executor.submit(() -> 3);
        }
        assertThat(future.isDone()).isTrue();
        assertThat(future.resultNow()).isEqualTo(3);
    }

    @Test
    void anExecutorThatWasNeverUsedTerminatesAtOnce() throws Exception {
        ExecutorService executor = executor(1, 0, WhenFull.ABORT);
        assertThat(executor.isTerminated()).isFalse();
        executor.shutdown();
        assertThat(executor.isTerminated()).isTrue();
        awaitEnd(executor);
    }

    @ParameterizedTest
    @EnumSource
    void invokeAllGivesTheFuturesInOrder(Caller caller) throws Exception {
        ExecutorService executor = executor(2, 1, WhenFull.BLOCK);
        caller.run(
                runtime,
                () -> {
                    List<Callable<Integer>> tasks = new ArrayList<>();
                    for (int i = 0; i < 50; i++) {
                        int number = i;
                        tasks.add(() -> number);
                    }
                    List<Integer> results =
                            executor.invokeAll(tasks).stream().map(Future::resultNow).toList();
                    assertThat(results).hasSize(50).isSorted();
                });
    }

    @ParameterizedTest
    @EnumSource
    void invokeAnyGivesOneThatSucceedsAndCancelsTheOthers(Caller caller) throws Exception {
        ExecutorService executor = executor(3, 0, WhenFull.BLOCK);
        CountDownLatch interrupted = new CountDownLatch(1);
        Callable<Integer> fails =
                () -> {
                    throw new IOException("no");
                };
        Callable<Integer> endless =
                () -> {
                    try {
                        new CountDownLatch(1).await();
                    } finally {
                        interrupted.countDown();
                    }
                    return 0;
                };
        CountDownLatch begun = new CountDownLatch(1);
        Callable<Integer> announced =
                () -> {
                    begun.countDown();
                    return endless.call();
                };
        Callable<Integer> succeeds =
                () -> {
                    await(begun);
                    return 7;
                };
        caller.run(
                runtime,
                () ->
                        assertThat(executor.invokeAny(List.of(fails, announced, succeeds)))
                                .isEqualTo(7));
        await(interrupted);
        assertThatThrownBy(() -> executor.invokeAny(List.of(fails, fails)))
                .isInstanceOf(ExecutionException.class)
                .hasRootCauseMessage("no");
        assertThatThrownBy(() -> executor.invokeAny(List.of(endless), 1, TimeUnit.MILLISECONDS))
                .isInstanceOf(TimeoutException.class);
    }

    /** What was accepted runs, though no goroutine is started for it any more. */
    @Test
    void closingTheRuntimeRunsWhatWaits() throws Exception {
        WeftRuntime shortLived = Weft.builder().procs(1).build();
        ExecutorService executor = shortLived.boundedExecutor(1, 1_000, WhenFull.ABORT);
        hold(executor);
        List<Future<Integer>> futures = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            int number = i;
            futures.add(executor.submit(() -> number));
        }
        Thread closer = Thread.ofPlatform().daemon().start(shortLived::close);
        Caller.awaitParked(closer);
        release.countDown();
        closer.join();
        for (int i = 0; i < 1_000; i++) {
            assertThat(futures.get(i).resultNow()).isEqualTo(i);
        }
        assertThatThrownBy(() -> executor.execute(() -> {}))
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessageContaining("is closed");
        assertThat(executor.toString())
                .isEqualTo("BoundedExecutor[running 0 of 1, waiting 0 of 1000]");
    }

    @Test
    void mistakesAreRefused() {
        assertThatThrownBy(() -> executor(0, 1, WhenFull.ABORT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a bounded executor needs at least one permit: 0");
        assertThatThrownBy(() -> executor(1, -1, WhenFull.ABORT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a queue cannot have less than no place; 0 is none: -1");
        assertThatThrownBy(() -> executor(1, 0, WhenFull.DISCARD_OLDEST))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("give it at least one place");
    }
}
