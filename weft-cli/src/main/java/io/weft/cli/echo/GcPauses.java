package io.weft.cli.echo;

import com.sun.management.GarbageCollectionNotificationInfo;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.openmbean.CompositeData;

/**
 * How long the collections of this process stop it. Those that somebody asks for by a call are left
 * out: a tool that collects before it measures would measure itself.
 *
 * <p>All methods may be called from any thread.
 */
public final class GcPauses {

    /**
     * What was seen since the summary before.
     *
     * @param count collections that nobody asked for
     * @param longestMillis the longest of them; the JVM tells whole milliseconds
     * @param totalMillis all of them
     */
    public record Summary(long count, long longestMillis, long totalMillis) {}

    /** The cause that the JVM gives for what {@code MemoryMXBean.gc} does. */
    private static final String ASKED = "System.gc()";

    // Guarded by this.
    private long count;
    private long longestMillis;
    private long totalMillis;

    /** Watches from now on, as long as the process lives. */
    static GcPauses watch() {
        GcPauses pauses = new GcPauses();
        for (GarbageCollectorMXBean each : ManagementFactory.getGarbageCollectorMXBeans()) {
            if (each instanceof NotificationEmitter emitter) {
                emitter.addNotificationListener(
                        (notification, _) -> pauses.heard(notification), null, null);
            }
        }
        return pauses;
    }

    /** Counts from here on anew. */
    synchronized Summary next() {
        Summary summary = new Summary(count, longestMillis, totalMillis);
        count = 0;
        longestMillis = 0;
        totalMillis = 0;
        return summary;
    }

    void paused(String cause, long millis) {
        if (!cause.equals(ASKED)) {
            add(millis);
        }
    }

    private void heard(Notification notification) {
        boolean collected =
                notification
                        .getType()
                        .equals(GarbageCollectionNotificationInfo.GARBAGE_COLLECTION_NOTIFICATION);
        if (collected && notification.getUserData() instanceof CompositeData data) {
            GarbageCollectionNotificationInfo info = GarbageCollectionNotificationInfo.from(data);
            paused(info.getGcCause(), info.getGcInfo().getDuration());
        }
    }

    private synchronized void add(long millis) {
        count++;
        longestMillis = Math.max(longestMillis, millis);
        totalMillis += millis;
    }
}
