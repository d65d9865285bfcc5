package io.weft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code invokeAll} and {@code invokeAny} of {@link WeftRuntime#executor}. */
@Timeout(60)
class ExecutorTest {

    private static final long LATE_SECONDS = 20;

    private final WeftRuntime runtime = Weft.builder().procs(1).build();
    private final ExecutorService executor = runtime.executor();

    private final CountDownLatch interrupted = new CountDownLatch(1);

    @AfterEach
    void close() {
        executor.close();
        runtime.close();
    }

    private int waitInVain() throws InterruptedException {
        try {
            new CountDownLatch(1).await();
            return 0;
        } finally {
            interrupted.countDown();
        }
    }

    private void awaitInterrupt() throws InterruptedException {
        assertThat(interrupted.await(LATE_SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void invokeAllRunsEachOnAGoroutineOfItsOwn(Caller caller) throws Exception {
        List<Callable<Thread>> tasks = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            tasks.add(Thread::currentThread);
        }
        caller.run(
                runtime,
                () -> {
                    List<Thread> threads =
                            executor.invokeAll(tasks).stream().map(Future::resultNow).toList();
                    assertThat(threads).doesNotHaveDuplicates().hasSize(100);
                    assertThat(threads).allMatch(Thread::isVirtual);
                });
    }

    @ParameterizedTest
    @EnumSource
    void invokeAllCancelsWhatIsLateAndKeepsTheRest(Caller caller) throws Exception {
        Callable<Integer> quick = () -> 1;
        caller.run(
                runtime,
                () -> {
                    List<Future<Integer>> futures =
                            executor.invokeAll(
                                    List.of(quick, this::waitInVain), 1, TimeUnit.SECONDS);
                    assertThat(futures.get(0).state()).isEqualTo(Future.State.SUCCESS);
                    assertThat(futures.get(1).isCancelled()).isTrue();
                });
        awaitInterrupt();
    }

    @ParameterizedTest
    @EnumSource
    void invokeAnyGivesTheFirstSuccessAndCancelsTheRest(Caller caller) throws Exception {
        Callable<Integer> fails =
                () -> {
                    throw new IOException("no");
                };
        CountDownLatch begun = new CountDownLatch(1);
        Callable<Integer> endless =
                () -> {
                    begun.countDown();
                    return waitInVain();
                };
        Callable<Integer> succeeds =
                () -> {
                    begun.await();
                    return 7;
                };
        caller.run(
                runtime,
                () ->
                        assertThat(executor.invokeAny(List.of(fails, endless, succeeds)))
                                .isEqualTo(7));
        awaitInterrupt();
        assertThatThrownBy(() -> executor.invokeAny(List.of(fails, fails)))
                .isInstanceOf(ExecutionException.class)
                .hasRootCauseMessage("no");
    }

    @ParameterizedTest
    @EnumSource
    void invokeAnyGivesUpInTime(Caller caller) throws Exception {
        caller.run(
                runtime,
                () ->
                        assertThatThrownBy(
                                        () ->
                                                executor.invokeAny(
                                                        List.of(this::waitInVain),
                                                        1,
                                                        TimeUnit.SECONDS))
                                .isInstanceOf(TimeoutException.class));
        awaitInterrupt();
    }
}
