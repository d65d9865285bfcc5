package io.weft.sync;

import io.weft.sched.spi.Clock;
import io.weft.sched.spi.Host;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
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
    public Thread newThread(Runnable task) {
        return Thread.ofVirtual().unstarted(task);
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

    /** Of its tasks the last one counts. */
    private final class JdkAlarm implements Alarm {

        private final Runnable ring;

        /** What was set last; whoever takes it out cancels it. */
        private final AtomicReference<@Nullable Future<?>> task = new AtomicReference<>();

        JdkAlarm(Runnable ring) {
            this.ring = ring;
        }

        @Override
        public void set(long whenNanos) {
            long delay = whenNanos - nanoTime();
            Future<?> before = task.getAndSet(alarms.schedule(ring, delay, TimeUnit.NANOSECONDS));
            if (before != null) {
                before.cancel(false);
            }
        }

        @Override
        public boolean cancel() {
            Future<?> set = task.getAndSet(null);
            return set != null && set.cancel(false);
        }
    }
}
