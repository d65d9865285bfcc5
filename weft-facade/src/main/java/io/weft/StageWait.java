package io.weft;

import io.weft.fiber.Fibers;
import io.weft.sched.M;
import io.weft.sched.spi.Host;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Waits for a stage, as {@link Weft#await(CompletionStage)} says. */
final class StageWait {

    private StageWait() {}

    static <T extends @Nullable Object> T await(CompletionStage<T> stage)
            throws InterruptedException, ExecutionException {
        return futureOf(stage).get();
    }

    static <T extends @Nullable Object> T await(CompletionStage<T> stage, Duration timeout)
            throws InterruptedException, ExecutionException, TimeoutException {
        CompletableFuture<T> future = futureOf(stage);
        long nanos = RuntimeTimers.nanos(timeout);
        if (nanos < Long.MAX_VALUE && !future.isDone()) {
            awaitDone(future, nanos);
        }
        return future.get();
    }

    /** The stage as a future; a copy of it, where it does not want to be one. */
    private static <T extends @Nullable Object> CompletableFuture<T> futureOf(
            CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture();
        } catch (UnsupportedOperationException refused) {
            CompletableFuture<T> copy = new CompletableFuture<>();
            CompletionStage<T> behind =
                    stage.whenComplete(
                            (value, failure) -> {
                                if (failure == null) {
                                    copy.complete(value);
                                } else {
                                    copy.completeExceptionally(failure);
                                }
                            });
            assert behind != null : "a stage has stages behind it";
            return copy;
        }
    }

    /**
     * Waits by the clock of the caller, which {@link CompletableFuture#get(long,
     * java.util.concurrent.TimeUnit)} knows nothing of.
     *
     * <p>{@code anyOf} takes its traces off a future that has not won. So who waits again and again
     * for a future that never comes fills no memory.
     */
    private static void awaitDone(CompletableFuture<?> future, long nanos)
            throws InterruptedException, TimeoutException {
        long deadline = nanoTime() + nanos; // may overflow; differences are right all the same
        AtomicReference<@Nullable Thread> waiter = new AtomicReference<>(Thread.currentThread());
        CompletableFuture<@Nullable Object> over = new CompletableFuture<>();
        CompletableFuture<?> waking =
                CompletableFuture.anyOf(future, over)
                        .whenComplete((value, failure) -> LockSupport.unpark(waiter.get()));
        try {
            while (!future.isDone()) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                long left = deadline - nanoTime();
                if (left <= 0) {
                    throw new TimeoutException(
                            "the stage did not complete in " + Duration.ofNanos(nanos));
                }
                LockSupport.parkNanos(waking, left);
            }
        } finally {
            waiter.set(null);
            over.complete(null);
        }
    }

    private static long nanoTime() {
        if (Fibers.CARRIERS.currentCarrier() instanceof M m) {
            Host host = m.scheduler().host();
            return host != null ? host.nanoTime() : m.scheduler().nanoTime();
        }
        return System.nanoTime();
    }
}
