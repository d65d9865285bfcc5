package io.weft;

import io.weft.sched.RuntimeTimer;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RunnableScheduledFuture;
import java.util.concurrent.TimeUnit;

/** A task of a {@link GoroutineExecutor} and the timer that starts its goroutine. */
final class ScheduledTask<V> extends FutureTask<V> implements RunnableScheduledFuture<V> {

    private final GoroutineExecutor executor;

    /**
     * Nanoseconds from start to start, or negated from end to start; 0 for a task that runs once.
     */
    private final long periodNanos;

    private final Trigger trigger;

    /** When it is to run next; written before it is armed, or by its own run. */
    private volatile long whenNanos;

    ScheduledTask(GoroutineExecutor executor, Callable<V> body, long periodNanos) {
        super(body);
        this.executor = executor;
        this.periodNanos = periodNanos;
        trigger = new Trigger();
    }

    /**
     * Lets it run at that moment. A cancellation meanwhile finds it armed, or this finds it over.
     */
    void arm(long when) {
        whenNanos = when;
        trigger.reset(when);
        if (isDone()) {
            trigger.stop();
            executor.drop(this);
        }
    }

    /** Its goroutine is not started any more. */
    void disarm() {
        trigger.stop();
    }

    /** One run, on whatever thread. */
    @Override
    public void run() {
        if (periodNanos == 0) {
            super.run();
        } else if (runAndReset()) {
            if (executor.reenter(this)) {
                arm(nextNanos());
            } else {
                cancel(false);
            }
        }
    }

    private long nextNanos() {
        if (periodNanos < 0) {
            return executor.timers().whenAfter(-periodNanos);
        }
        long next = whenNanos + periodNanos;
        return next < 0 ? RuntimeTimer.NEVER - 1 : next;
    }

    /** Over, one way or the other: nobody needs it any more. */
    @Override
    protected void done() {
        trigger.stop();
        executor.drop(this);
    }

    @Override
    public boolean isPeriodic() {
        return periodNanos != 0;
    }

    @Override
    public long getDelay(TimeUnit unit) {
        return unit.convert(whenNanos - executor.timers().nanoTime(), TimeUnit.NANOSECONDS);
    }

    @Override
    public int compareTo(Delayed other) {
        return other instanceof ScheduledTask<?> task
                ? Long.compare(whenNanos, task.whenNanos)
                : Long.compare(
                        getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
    }

    /** The timer; it is the goroutine's body as well, so that an expiry makes one object less. */
    private final class Trigger extends RuntimeTimer implements Runnable {

        Trigger() {
            super(executor.timers().scheduler());
        }

        @Override
        protected void expire(long whenNanos) {
            if (!executor.timers().start(this, this)) {
                reset(NEVER - 1); // to be abandoned with the others, when the runtime has stopped
            }
        }

        @Override
        protected void abandon() {
            cancel(false);
        }

        @Override
        public void run() {
            executor.run(ScheduledTask.this, ScheduledTask.this);
        }
    }
}
