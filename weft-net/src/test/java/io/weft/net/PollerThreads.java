package io.weft.net;

import io.weft.linux.CallStates;
import io.weft.linux.NativeSys;
import io.weft.linux.NativeUringSys;
import io.weft.linux.Sys;
import io.weft.linux.UringSys;
import io.weft.netpoll.Netpoll;
import io.weft.sched.Scheduler;
import io.weft.sched.SchedulerOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A netpoll whose pollers are driven by plain threads instead of a scheduler, so that the waits of
 * this module are tested on platform threads and on the JDK's own virtual threads. The first
 * deadline starts a scheduler for its timers.
 */
final class PollerThreads implements AutoCloseable {

    /** Which poller the whole suite is run with; the build runs it with both. */
    static final boolean IO_URING = "io_uring".equals(System.getProperty("weft.poller"));

    private static final int POLLERS = 2;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Netpoll netpoll;
    private final List<Thread> threads = new ArrayList<>();
    private @Nullable Scheduler timers;
    private volatile boolean stopping;

    PollerThreads() {
        this(new NativeSys(CallStates.perThread()));
    }

    PollerThreads(Sys sys) {
        this(sys, IO_URING ? new NativeUringSys(CallStates.perThread()) : null);
    }

    PollerThreads(Sys sys, @Nullable UringSys uring) {
        netpoll = new Netpoll(sys, uring, POLLERS, () -> -1, this::timers);
        for (int i = 0; i < POLLERS; i++) {
            int processor = i;
            threads.add(
                    Thread.ofPlatform().daemon().name("poller-" + i).start(() -> drive(processor)));
        }
    }

    Netpoll netpoll() {
        return netpoll;
    }

    private synchronized Scheduler timers() {
        Scheduler running = timers;
        if (running == null) {
            running = new Scheduler(SchedulerOptions.of("timers", 1, p -> new SleepingPoller()));
            running.start();
            timers = running;
        }
        return running;
    }

    private void drive(int processor) {
        while (!stopping) {
            netpoll.poller(processor).block(-1);
        }
    }

    @Override
    public void close() {
        netpoll.closeDescriptors();
        stopping = true;
        for (int i = 0; i < POLLERS; i++) {
            netpoll.poller(i).wake();
        }
        for (Thread thread : threads) {
            if (!joined(thread)) {
                throw new IllegalStateException(thread + " does not end");
            }
        }
        netpoll.close();
        stopTimers();
    }

    private synchronized void stopTimers() {
        if (timers == null) {
            return;
        }
        timers.stop();
        try {
            if (!timers.awaitStop(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException("does not end: " + timers.dump());
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean joined(Thread thread) {
        try {
            return thread.join(PATIENCE);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
