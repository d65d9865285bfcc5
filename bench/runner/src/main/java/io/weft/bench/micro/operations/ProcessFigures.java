package io.weft.bench.micro.operations;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the kernel and the JVM know of this process. */
public final class ProcessFigures {

    private static final OperatingSystemMXBean SYSTEM =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    private static final ThreadMXBean THREADS =
            ManagementFactory.getPlatformMXBean(ThreadMXBean.class);

    private ProcessFigures() {}

    /** CPU time of all threads, those that have ended included. */
    static long cpuNanos() {
        return SYSTEM.getProcessCpuTime();
    }

    /** What all threads have ever allocated on the heap, also what was collected since. */
    static long allocatedBytes() {
        return THREADS.getTotalThreadAllocatedBytes();
    }

    /** Exact, unlike VmRSS, which threads update now and then. */
    public static long residentBytes() {
        return bytes(Path.of("/proc/self/smaps_rollup"), "Rss:");
    }

    static long peakResidentBytes() {
        return bytes(Path.of("/proc/self/status"), "VmHWM:");
    }

    private static long bytes(Path file, String key) {
        try {
            for (String line : Files.readAllLines(file)) {
                if (line.startsWith(key)) {
                    String kilobytes = line.substring(key.length()).replace("kB", "").strip();
                    return Long.parseLong(kilobytes) * 1024;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw new IllegalStateException("micro: no " + key + " in " + file);
    }
}
