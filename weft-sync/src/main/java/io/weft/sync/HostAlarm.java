package io.weft.sync;

import io.weft.sched.spi.Host;
import org.jspecify.annotations.Nullable;

/** An alarm that outlives its host: when that is closed, the JDK's timers take over. */
final class HostAlarm implements Host.Alarm {

    private final Host host;
    private final Runnable ring;
    private final Host.Alarm own;

    /** Made when the host is closed. */
    private volatile Host.@Nullable Alarm successor;

    HostAlarm(Host host, Runnable ring) {
        this.host = host;
        this.ring = ring;
        own = host.alarm(ring);
    }

    @Override
    public void set(long whenNanos) {
        if (!host.isClosed()) {
            own.set(whenNanos);
            if (!host.isClosed()) {
                return; // a host that is closed from here on rings for it
            }
            own.cancel();
        }
        successor().set(JdkHost.INSTANCE.nanoTime() + Math.max(0, whenNanos - host.nanoTime()));
    }

    private synchronized Host.Alarm successor() {
        Host.Alarm next = successor;
        if (next == null) {
            next = JdkHost.INSTANCE.alarm(ring);
            successor = next;
        }
        return next;
    }

    @Override
    public boolean cancel() {
        Host.Alarm next = successor;
        return next == null ? own.cancel() : next.cancel();
    }
}
