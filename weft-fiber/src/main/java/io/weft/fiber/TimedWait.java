package io.weft.fiber;

import io.weft.sched.RuntimeTimer;
import io.weft.sched.Scheduler;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Delayed;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The timer of one timed wait of a goroutine: what the JDK asked to be run when the time is over,
 * and what it cancels when the goroutine continues before that. One object for both.
 *
 * <p>As a future it can be cancelled and asked for its state; it has no result to wait for, and the
 * JDK asks for none.
 */
final class TimedWait extends RuntimeTimer implements ScheduledFuture<@Nullable Void> {

    /** The successor of a timer that was cancelled. */
    private static final Future<?> NOTHING = cancelled();

    private final Scheduler scheduler;
    private final ScheduledExecutorService afterStop;

    /**
     * What wakes the goroutine, until that is done or not needed any more: the entry in the heap
     * may stay for long, and must not keep the goroutine. Plain: handed on by the arming, and taken
     * by whoever takes that.
     */
    private @Nullable Runnable command;

    /** What wakes the goroutine in place of this timer, if that was cancelled or abandoned. */
    private volatile @Nullable Future<?> successor;

    TimedWait(Scheduler scheduler, Runnable command, ScheduledExecutorService afterStop) {
        super(scheduler);
        this.scheduler = scheduler;
        this.command = command;
        this.afterStop = afterStop;
    }

    private static Future<?> cancelled() {
        CompletableFuture<Void> future = new CompletableFuture<>();
        future.cancel(false);
        return future;
    }

    void arm(long delayNanos) {
        reset(scheduler.whenAfter(delayNanos));
    }

    @Override
    protected void expire(long whenNanos) {
        Runnable task = takeCommand();
        if (task != null) {
            task.run();
        }
    }

    /** A goroutine that outlives its scheduler goes on elsewhere, and so does its time. */
    @Override
    protected void abandon() {
        long when = whenNanos();
        if (!stop()) {
            return;
        }
        Runnable task = takeCommand();
        if (task != null) {
            long rest = Math.max(0, when - scheduler.nanoTime());
            successor = afterStop.schedule(task, rest, TimeUnit.NANOSECONDS);
        }
    }

    private @Nullable Runnable takeCommand() {
        Runnable task = command;
        command = null;
        return task;
    }

    /**
     * Prevents the wake-up. One that is being handed to another executor at this moment may be
     * missed; then the goroutine is woken without cause, as any wait may be.
     */
    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        if (stop()) {
            command = null;
            successor = NOTHING;
            return true;
        }
        Future<?> handedOn = successor;
        return handedOn != null && handedOn.cancel(mayInterruptIfRunning);
    }

    @Override
    public boolean isCancelled() {
        Future<?> handedOn = successor;
        return handedOn != null && handedOn.isCancelled();
    }

    @Override
    public boolean isDone() {
        Future<?> handedOn = successor;
        return handedOn == null ? whenNanos() == NEVER : handedOn.isDone();
    }

    @Override
    public long getDelay(TimeUnit unit) {
        return unit.convert(whenNanos() - scheduler.nanoTime(), TimeUnit.NANOSECONDS);
    }

    @Override
    public int compareTo(Delayed other) {
        return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
    }

    @Override
    public @Nullable Void get() {
        throw new UnsupportedOperationException("fiber: a timed wait has no result");
    }

    @Override
    public @Nullable Void get(long timeout, TimeUnit unit) {
        return get();
    }
}
