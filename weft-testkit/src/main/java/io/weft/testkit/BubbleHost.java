package io.weft.testkit;

import io.weft.fiber.Fibers;
import io.weft.sched.AlarmTimer;
import io.weft.sched.Scheduler;
import io.weft.sched.spi.Host;
import java.time.Instant;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** A bubble as the modules see it that start goroutines and measure time for their callers. */
final class BubbleHost implements Host {

    private final BubbleRun run;

    BubbleHost(BubbleRun run) {
        this.run = run;
    }

    BubbleRun run() {
        return run;
    }

    private Scheduler scheduler() {
        return run.scheduler();
    }

    @Override
    public long nanoTime() {
        return scheduler().nanoTime();
    }

    @Override
    public Instant now() {
        return run.clock().instant();
    }

    @Override
    public Thread go(Runnable task) {
        Thread thread = tryGo(task);
        if (thread == null) {
            throw new RejectedExecutionException(
                    "the bubble is over: whoever starts goroutines in it has to end before");
        }
        return thread;
    }

    @Override
    public Thread newThread(Runnable task) {
        return Fibers.newThread(scheduler(), "", task);
    }

    @Override
    public @Nullable Thread tryGo(Runnable task) {
        if (isClosed()) {
            return null;
        }
        Thread thread = newThread(task);
        thread.start();
        return thread;
    }

    @Override
    public Alarm alarm(Runnable ring) {
        return new AlarmTimer(scheduler(), ring);
    }

    @Override
    public boolean isClosed() {
        return run.isOver();
    }

    @Override
    public int processors() {
        return scheduler().processorCount();
    }

    @Override
    public int currentProcessor() {
        return scheduler().currentProcessor();
    }

    @Override
    public String toString() {
        return "the bubble";
    }
}
