package io.weft.sync;

import io.weft.sched.spi.Host;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** An alarm that outlives its host: when that is closed, the JDK's timers take over. */
final class HostAlarm implements Host.Alarm {

    private final Host host;
    private final Runnable ring;
    private final Host.Alarm own;

    /** Made when the host is closed. */
    private final AtomicReference<Host.@Nullable Alarm> successor = new AtomicReference<>();

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

    private Host.Alarm successor() {
        Host.Alarm known = successor.get();
        if (known != null) {
            return known;
        }
        Host.Alarm made = JdkHost.INSTANCE.alarm(ring);
        return successor.compareAndSet(null, made) ? made : Objects.requireNonNull(successor.get());
    }

    @Override
    public boolean cancel() {
        Host.Alarm next = successor.get();
        return next == null ? own.cancel() : next.cancel();
    }
}
