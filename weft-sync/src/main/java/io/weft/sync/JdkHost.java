package io.weft.sync;

import io.weft.sched.spi.Clock;
import io.weft.sched.spi.Host;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The JDK as a host, where goroutines cannot run: its virtual threads, its timers. */
final class JdkHost implements Host {

    static final JdkHost INSTANCE = new JdkHost();

    private final ScheduledThreadPoolExecutor alarms =
            new ScheduledThreadPoolExecutor(
                    1,
                    ringing -> {
                        return Thread.ofPlatform().daemon().name("weft-alarms").unstarted(ringing);
                    });

    private JdkHost() {
        alarms.setRemoveOnCancelPolicy(true);
    }

    @Override
    public long nanoTime() {
        return Clock.SYSTEM.nanoTime();
    }

    @Override
    public Thread go(Runnable task) {
        return Thread.startVirtualThread(task);
    }

    @Override
    public @Nullable Thread tryGo(Runnable task) {
        return go(task);
    }

    @Override
    public Alarm alarm(Runnable ring) {
        return new JdkAlarm(ring);
    }

    @Override
    public boolean isClosed() {
        return false;
    }

    @Override
    public int processors() {
        return Runtime.getRuntime().availableProcessors();
    }

    @Override
    public int currentProcessor() {
        return -1;
    }

    /** At most one of its tasks has not run, and is not cancelled. */
    private final class JdkAlarm implements Alarm {

        private final Runnable ring;
        private @Nullable Future<?> task;

        JdkAlarm(Runnable ring) {
            this.ring = ring;
        }

        @Override
        public synchronized void set(long whenNanos) {
            cancel();
            task = alarms.schedule(ring, whenNanos - nanoTime(), TimeUnit.NANOSECONDS);
        }

        @Override
        public synchronized boolean cancel() {
            Future<?> set = task;
            task = null;
            return set != null && set.cancel(false);
        }
    }
}
