package io.weft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@link Weft#future} and {@link WeftRuntime#future}. */
@Timeout(60)
class FutureTest {

    private static final Duration LONG = Duration.ofSeconds(20);

    private final WeftRuntime runtime = Weft.builder().procs(1).build();

    @AfterEach
    void close() {
        runtime.close();
    }

    private boolean isHere(String thread) {
        return thread.contains("@" + runtime.name() + "-M");
    }

    @ParameterizedTest
    @EnumSource
    void itIsWhatTheGoroutineReturns(Caller caller) throws Exception {
        caller.run(
                runtime,
                () -> {
                    CompletableFuture<String> future =
                            runtime.future(() -> Thread.currentThread().toString());
                    assertThat(isHere(Weft.await(future, LONG))).isTrue();
                });
    }

    @Test
    void aGoroutineStartsItWhereItRunsItself() throws Exception {
        runtime.run(
                () -> {
                    String thread =
                            Weft.await(Weft.future(() -> Thread.currentThread().toString()));
                    assertThat(isHere(thread)).isTrue();
                });
        String elsewhere = Weft.await(Weft.future(() -> Thread.currentThread().toString()));
        assertThat(elsewhere).contains("@weft-M");
    }

    @Test
    void whatTheBodyThrowsIsWhatItFailsWith() {
        CompletableFuture<String> checked =
                runtime.future(
                        () -> {
                            throw new IOException("disk full");
                        });
        assertThatThrownBy(() -> Weft.await(checked))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(IOException.class);
        CompletableFuture<String> error =
                runtime.future(
                        () -> {
                            throw new StackOverflowError();
                        });
        assertThatThrownBy(() -> Weft.await(error)).hasCauseInstanceOf(StackOverflowError.class);
    }

    @ParameterizedTest
    @EnumSource
    void cancelInterruptsTheBody(Caller caller) throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        CompletableFuture<String> future =
                runtime.future(
                        () -> {
                            begun.countDown();
                            try {
                                new CountDownLatch(1).await();
                            } catch (InterruptedException e) {
                                interrupted.countDown();
                            }
                            return "late";
                        });
        assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
        caller.run(runtime, () -> assertThat(future.cancel(true)).isTrue());
        assertThat(interrupted.await(20, TimeUnit.SECONDS)).isTrue();
        assertThatThrownBy(() -> Weft.await(future)).isInstanceOf(CancellationException.class);
        assertThat(future.cancel(true)).isTrue();
    }

    @Test
    void cancelWithoutInterruptLetsTheBodyGoOn() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        CountDownLatch over = new CountDownLatch(1);
        CompletableFuture<String> future =
                runtime.future(
                        () -> {
                            begun.countDown();
                            go.await();
                            over.countDown();
                            return "late";
                        });
        assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(future.cancel(false)).isTrue();
        go.countDown();
        assertThat(over.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(future.isCancelled()).isTrue();
    }

    /** On one P the body cannot begin before its starter waits. */
    @Test
    void aBodyThatIsCancelledBeforeItBeginsNeverRuns() throws Exception {
        AtomicBoolean ran = new AtomicBoolean();
        runtime.run(
                () -> {
                    CompletableFuture<Boolean> future = runtime.future(() -> ran.getAndSet(true));
                    assertThat(future.cancel(true)).isTrue();
                    assertThat(future.cancel(true)).isTrue();
                });
        runtime.close();
        assertThat(ran).isFalse();
    }

    @Test
    void aCompletedFutureCannotBeCancelled() throws Exception {
        CompletableFuture<Integer> future = runtime.future(() -> 1);
        assertThat(Weft.await(future)).isEqualTo(1);
        assertThat(future.cancel(true)).isFalse();
        assertThat(Weft.await(future)).isEqualTo(1);
    }

    /** However a cancellation meets the end, future and body agree. */
    @Test
    void aCancellationBesideTheEndIsOneOrTheOther() throws Exception {
        AtomicInteger bodies = new AtomicInteger();
        for (int i = 0; i < 2_000; i++) {
            CompletableFuture<Integer> future = runtime.future(bodies::incrementAndGet);
            boolean cancelled = future.cancel(true);
            assertThat(future.isDone()).isTrue();
            assertThat(future.isCancelled()).isEqualTo(cancelled);
        }
        runtime.close();
        assertThat(bodies.get()).isBetween(0, 2_000);
    }

    @Test
    void asynchronousStagesBehindItRunOnGoroutines() throws Exception {
        CompletableFuture<String> behind =
                runtime.future(() -> 1)
                        .thenApplyAsync(n -> n + 1)
                        .thenApplyAsync(n -> n + " " + Thread.currentThread());
        String result = Weft.await(behind, LONG);
        assertThat(result).startsWith("2 ");
        assertThat(isHere(result)).isTrue();
    }

    @Test
    void aTimeOutOfTheFutureLetsTheBodyGoOn() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        CountDownLatch over = new CountDownLatch(1);
        CompletableFuture<String> future =
                runtime.future(
                        () -> {
                            begun.countDown();
                            go.await();
                            over.countDown();
                            return "late";
                        });
        assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
        CompletableFuture<String> timed = future.orTimeout(1, TimeUnit.MILLISECONDS);
        assertThatThrownBy(() -> Weft.await(timed)).hasCauseInstanceOf(TimeoutException.class);
        go.countDown();
        assertThat(over.await(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aClosedRuntimeRefuses() {
        CompletableFuture<Integer> before = runtime.future(() -> 1);
        runtime.close();
        assertThat(before).isCompletedWithValue(1);
        assertThatThrownBy(() -> runtime.future(() -> 1))
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessageContaining("is closed");
        CompletableFuture<Integer> behind = before.thenApplyAsync(n -> n + 1);
        assertThatThrownBy(() -> Weft.await(behind))
                .hasCauseInstanceOf(RejectedExecutionException.class);
    }
}
