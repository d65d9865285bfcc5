package io.weft.cli.million;

import io.weft.cli.child.Child;
import io.weft.cli.child.ChildException;
import io.weft.cli.proc.KernelTotals;
import io.weft.cli.proc.ProcessStats;
import io.weft.cli.proc.ThreadSwitches;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Memory of server, load and kernel, read now and then from outside. Used by one thread. */
final class Gauge {

    /**
     * One reading.
     *
     * @param seconds after the first one
     * @param serverBytes resident memory of the server
     * @param loadBytes resident memory of the load
     * @param kernelBytes what the kernel has allocated since the first one
     */
    record Reading(double seconds, long serverBytes, long loadBytes, long kernelBytes) {}

    /**
     * What the server has used up to a moment.
     *
     * @param nanos the moment
     * @param cpuNanos CPU time
     * @param switches context switches
     */
    record Usage(long nanos, long cpuNanos, ThreadSwitches switches) {

        double switchesPerSecondSince(Usage then) {
            return switches.since(then.switches) / ((nanos - then.nanos) / 1e9);
        }

        double cpusSince(Usage then) {
            return (double) (cpuNanos - then.cpuNanos) / (nanos - then.nanos);
        }
    }

    /** What a chart can show; beyond, every second one is left out. */
    private static final int READINGS_MOST = 2_000;

    private final Path server;
    private final Path load;
    private final long kernelBefore;
    private final long startNanos = System.nanoTime();
    private List<Reading> readings = new ArrayList<>();

    Gauge(Child server, Child load) throws ChildException {
        this.server = directory(server);
        this.load = directory(load);
        try {
            this.kernelBefore = KernelTotals.read().totalBytes();
        } catch (IOException e) {
            throw new ChildException("cannot read the memory of the kernel: " + e.getMessage());
        }
    }

    private static Path directory(Child child) {
        return Path.of("/proc", String.valueOf(child.pid()));
    }

    /** Reads, and keeps what it read. */
    Reading read() throws ChildException {
        try {
            Reading reading =
                    new Reading(
                            (System.nanoTime() - startNanos) / 1e9,
                            ProcessStats.residentBytes(server),
                            ProcessStats.residentBytes(load),
                            KernelTotals.read().totalBytes() - kernelBefore);
            readings.add(reading);
            if (readings.size() > READINGS_MOST) {
                halve();
            }
            return reading;
        } catch (IOException | IllegalArgumentException e) {
            // The directory is gone, or that of a process of which only the status is left.
            throw new ChildException("a process has ended: " + e.getMessage());
        }
    }

    /** What the server has used so far. */
    Usage usage() throws ChildException {
        try {
            return new Usage(
                    System.nanoTime(),
                    ProcessStats.read(server).cpuNanos(),
                    ThreadSwitches.read(server));
        } catch (IOException | IllegalArgumentException e) {
            throw new ChildException("the server has ended: " + e.getMessage());
        }
    }

    List<Reading> readings() {
        return List.copyOf(readings);
    }

    private void halve() {
        List<Reading> half = new ArrayList<>();
        for (int i = 0; i < readings.size(); i += 2) {
            half.add(readings.get(i));
        }
        readings = half;
    }
}
