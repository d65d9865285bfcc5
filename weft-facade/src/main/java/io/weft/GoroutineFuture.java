package io.weft;

import io.weft.sched.spi.Host;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of a goroutine, as {@link Weft#future} says. Stages behind it are of this class, too,
 * so that their asynchronous functions run on goroutines as well.
 */
final class GoroutineFuture<T extends @Nullable Object> extends CompletableFuture<T> {

    private final Host host;

    /** Who runs the body, from before its first step; null for a stage behind another one. */
    private volatile @Nullable Thread runner;

    private GoroutineFuture(Host host) {
        this.host = host;
    }

    static <T extends @Nullable Object> CompletableFuture<T> start(Host host, Callable<T> body) {
        Objects.requireNonNull(body, "body");
        GoroutineFuture<T> future = new GoroutineFuture<>(host);
        host.go(() -> future.run(body));
        return future;
    }

    /**
     * The runner is named before it asks whether it is to run; {@link #cancel} decides the future
     * before it looks for the runner. So a body that was cancelled is not begun, or is interrupted.
     */
    private void run(Callable<T> body) {
        runner = Thread.currentThread();
        if (isDone()) {
            return;
        }
        try {
            complete(body.call());
        } catch (Throwable failure) {
            completeExceptionally(failure);
        }
    }

    /**
     * Interrupts only if it was this call that has decided: then nothing runs on the goroutine but
     * the body, or what is left of it.
     */
    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        boolean decided = !isDone() && super.cancel(mayInterruptIfRunning);
        Thread thread = runner;
        if (decided && mayInterruptIfRunning && thread != null) {
            thread.interrupt();
        }
        return decided || isCancelled();
    }

    @Override
    public <U extends @Nullable Object> CompletableFuture<U> newIncompleteFuture() {
        return new GoroutineFuture<>(host);
    }

    @Override
    public Executor defaultExecutor() {
        return host::go;
    }
}
