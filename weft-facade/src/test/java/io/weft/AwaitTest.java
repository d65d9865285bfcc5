package io.weft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@link Weft#await(CompletionStage)} on goroutines and platform threads. */
@Timeout(60)
class AwaitTest {

    private static final Duration LONG = Duration.ofSeconds(20);

    private final WeftRuntime runtime = Weft.builder().procs(1).build();

    @AfterEach
    void close() {
        runtime.close();
    }

    /** One that has nothing but what its interface demands. */
    private static final class Refusing<T> extends CompletableFuture<T> {

        @Override
        public CompletableFuture<T> toCompletableFuture() {
            throw new UnsupportedOperationException("no future");
        }

        @Override
        public T get() {
            throw new UnsupportedOperationException("no future");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aStageThatIsCompleteGivesItsValueAtOnce(Caller caller) throws Exception {
        caller.run(
                runtime,
                () -> {
                    assertThat(Weft.await(CompletableFuture.completedStage("a"))).isEqualTo("a");
                    assertThat(Weft.await(CompletableFuture.completedFuture("b"), Duration.ZERO))
                            .isEqualTo("b");
                });
    }

    /** On one P: who waits does not keep the other from running. */
    @ParameterizedTest
    @EnumSource
    void theCallerWaitsUntilAnotherCompletesTheStage(Caller caller) throws Exception {
        CompletableFuture<String> first = new CompletableFuture<>();
        CompletableFuture<String> second = new CompletableFuture<>();
        BlockingQueue<String> got = new LinkedBlockingQueue<>();
        Thread waiter =
                caller.start(
                        runtime,
                        () -> {
                            got.add(Weft.await(first));
                            got.add(Weft.await(second, LONG));
                        });
        Caller.awaitParked(waiter);
        runtime.go(() -> first.complete("one"));
        assertThat(got.poll(20, TimeUnit.SECONDS)).isEqualTo("one");
        Caller.awaitParked(waiter);
        runtime.go(() -> second.complete("two"));
        assertThat(got.poll(20, TimeUnit.SECONDS)).isEqualTo("two");
        waiter.join();
    }

    @ParameterizedTest
    @EnumSource
    void stagesThatRefuseToBeFuturesAreAwaitedAllTheSame(Caller caller) throws Exception {
        caller.run(
                runtime,
                () -> {
                    CompletableFuture<Integer> source = new CompletableFuture<>();
                    CompletionStage<Integer> minimal = source.minimalCompletionStage();
                    Refusing<Integer> refusing = new Refusing<>();
                    runtime.go(() -> source.complete(1));
                    assertThat(Weft.await(minimal)).isEqualTo(1);
                    assertThatThrownBy(() -> Weft.await(refusing, Duration.ofMillis(1)))
                            .isInstanceOf(TimeoutException.class)
                            .hasMessage("the stage did not complete in PT0.001S");
                    runtime.go(() -> refusing.complete(2));
                    assertThat(Weft.await(refusing)).isEqualTo(2);
                    assertThat(Weft.await(refusing, LONG)).isEqualTo(2);
                    Refusing<Integer> failing = new Refusing<>();
                    failing.completeExceptionally(new IOException("disk full"));
                    assertThatThrownBy(() -> Weft.await(failing))
                            .isInstanceOf(ExecutionException.class)
                            .hasCauseInstanceOf(IOException.class);
                });
    }

    @ParameterizedTest
    @EnumSource
    void aFailureIsTheCauseAlsoThroughStagesBehind(Caller caller) throws Exception {
        caller.run(
                runtime,
                () -> {
                    CompletableFuture<Integer> source = new CompletableFuture<>();
                    CompletableFuture<Integer> behind = source.thenApply(n -> n + 1);
                    runtime.go(() -> source.completeExceptionally(new IOException("disk full")));
                    assertThatThrownBy(() -> Weft.await(behind, LONG))
                            .isInstanceOf(ExecutionException.class)
                            .cause()
                            .isInstanceOf(IOException.class)
                            .hasMessage("disk full");
                    assertThatThrownBy(() -> Weft.await(behind))
                            .isInstanceOf(ExecutionException.class)
                            .hasCauseInstanceOf(IOException.class);
                });
    }

    @ParameterizedTest
    @EnumSource
    void aCancelledStageThrowsThat(Caller caller) throws Exception {
        caller.run(
                runtime,
                () -> {
                    CompletableFuture<Integer> source = new CompletableFuture<>();
                    runtime.go(() -> source.cancel(false));
                    assertThatThrownBy(() -> Weft.await(source))
                            .isInstanceOf(CancellationException.class);
                    assertThatThrownBy(() -> Weft.await(source, LONG))
                            .isInstanceOf(CancellationException.class);
                });
    }

    @ParameterizedTest
    @EnumSource
    void anInterruptEndsTheWaitAndNotTheStage(Caller caller) throws Exception {
        CompletableFuture<String> future = new CompletableFuture<>();
        BlockingQueue<Throwable> ends = new LinkedBlockingQueue<>();
        for (Duration timeout : new Duration[] {LONG, Duration.ofSeconds(Long.MAX_VALUE)}) {
            Thread waiter =
                    caller.start(
                            runtime,
                            () -> {
                                try {
                                    ends.add(new AssertionError(Weft.await(future, timeout)));
                                } catch (InterruptedException e) {
                                    ends.add(e);
                                }
                            });
            Caller.awaitParked(waiter);
            waiter.interrupt();
            assertThat(ends.poll(20, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
            waiter.join();
        }
        assertThat(future.isDone()).isFalse();
        assertThat(future.getNumberOfDependents()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void waitsThatAreGivenUpLeaveNothingWithTheStage(Caller caller) throws Exception {
        CompletableFuture<String> future = new CompletableFuture<>();
        caller.run(
                runtime,
                () -> {
                    for (int i = 0; i < 100; i++) {
                        Duration timeout = Duration.ofNanos(i % 2 == 0 ? 1_000 : -1);
                        long start = System.nanoTime();
                        assertThatThrownBy(() -> Weft.await(future, timeout))
                                .isInstanceOf(TimeoutException.class);
                        assertThat(System.nanoTime() - start)
                                .isGreaterThanOrEqualTo(timeout.toNanos());
                    }
                });
        assertThat(future.getNumberOfDependents()).isZero();
    }

    @Test
    void aStageMayCompleteJustWhenTheTimeIsOver() throws Exception {
        runtime.run(
                () -> {
                    for (int i = 0; i < 500; i++) {
                        CompletableFuture<Integer> future = new CompletableFuture<>();
                        int number = i;
                        Timer timer =
                                Weft.after(Duration.ofNanos(5_000), () -> future.complete(number));
                        try {
                            assertThat(Weft.await(future, Duration.ofNanos(5_000))).isEqualTo(i);
                        } catch (TimeoutException e) {
                            assertThat(Weft.await(future)).isEqualTo(i);
                        }
                        assertThat(timer.stop()).isFalse();
                    }
                });
    }
}
