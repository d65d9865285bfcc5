package io.weft.testkit;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** How much the calling platform thread has allocated. */
public final class Allocations {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Allocations() {}

    /** Bytes since the thread began; -1 on a virtual thread, for which the JVM does not count. */
    public static long ofCurrentThread() {
        return THREADS.getCurrentThreadAllocatedBytes();
    }
}
