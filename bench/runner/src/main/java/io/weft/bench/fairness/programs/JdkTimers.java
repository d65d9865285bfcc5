package io.weft.bench.fairness.programs;

import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The nearest thing to timers that the JDK has: tasks of a {@link ScheduledThreadPoolExecutor}. It
 * cannot move a task, so a reset cancels it and schedules it anew.
 */
final class JdkTimers implements TimerKind<JdkTimers.Task> {

    /** A task and its schedule. Not for concurrent use. */
    static final class Task {
        private final Runnable body;
        private @Nullable ScheduledFuture<?> schedule;

        Task(Runnable body) {
            this.body = body;
        }
    }

    private final ScheduledThreadPoolExecutor executor;

    JdkTimers() {
        executor =
                new ScheduledThreadPoolExecutor(
                        1, Thread.ofPlatform().daemon().name("timers").factory());
        executor.setRemoveOnCancelPolicy(true);
    }

    @Override
    public Task arm(Duration delay, Runnable body) {
        Task task = new Task(body);
        schedule(task, delay);
        return task;
    }

    @Override
    public boolean reset(Task task, Duration delay) {
        boolean armed = stop(task);
        schedule(task, delay);
        return armed;
    }

    @Override
    public boolean stop(Task task) {
        return task.schedule != null && task.schedule.cancel(false);
    }

    private void schedule(Task task, Duration delay) {
        task.schedule = executor.schedule(task.body, delay.toNanos(), TimeUnit.NANOSECONDS);
    }
}
