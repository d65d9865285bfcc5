package io.weft.cli.million;

import io.weft.cli.child.ChildException;
import io.weft.cli.child.EchoProcess;
import io.weft.cli.echo.ServerStats;
import io.weft.cli.proc.KernelMemory;
import io.weft.cli.proc.KernelTotals;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Memory at rest, after collections.
 *
 * @param serverHeapBytes heap of the server
 * @param serverResidentBytes its resident memory
 * @param loadResidentBytes that of the load
 * @param kernelBytes all that the kernel has allocated
 * @param namedKernelBytes what its caches hold that are known to be for connections, or null
 */
record Snapshot(
        long serverHeapBytes,
        long serverResidentBytes,
        long loadResidentBytes,
        long kernelBytes,
        @Nullable Long namedKernelBytes) {

    /** Fewer connections than this hide behind what the rehearsal leaves to be used again. */
    static final int LEAST_FOR_MEMORY = 10 * MillionOptions.REHEARSAL_CONNECTIONS;

    /**
     * A JVM frees the arenas that its compilers no longer use every 5 s, and, as the launcher has
     * it, trims its native heap every second.
     */
    private static final int REST_SECONDS = 7;

    /**
     * The memory of both once they have come to rest: collected, and without what the compilers
     * have used for a moment, which goes back to the kernel only later and is more than 10 MB. Too
     * few connections are not waited for.
     */
    static Snapshot atRest(EchoProcess server, HoldProcess load, int connections)
            throws ChildException, InterruptedException {
        Snapshot now = take(server, load);
        if (connections < LEAST_FOR_MEMORY) {
            return now;
        }
        TimeUnit.SECONDS.sleep(REST_SECONDS);
        return take(server, load);
    }

    private static Snapshot take(EchoProcess server, HoldProcess load)
            throws ChildException, InterruptedException {
        // What ends in one collection may be found dead only by the next.
        server.collected();
        ServerStats stats = server.collected();
        long loadBytes = load.collected().residentBytes();
        KernelMemory named = KernelMemory.read();
        try {
            return new Snapshot(
                    stats.heapBytes(),
                    stats.residentBytes(),
                    loadBytes,
                    KernelTotals.read().totalBytes(),
                    named.isReadable() ? named.totalBytes() : null);
        } catch (IOException e) {
            throw new ChildException("cannot read the memory of the kernel: " + e.getMessage());
        }
    }

    /** How long {@link #atRest} waits. */
    static int restSeconds(int connections) {
        return connections < LEAST_FOR_MEMORY ? 0 : REST_SECONDS;
    }

    /** A growth, for each of so many; null when they are too few to tell. */
    static @Nullable Double each(long growth, int connections) {
        return connections < LEAST_FOR_MEMORY ? null : (double) growth / connections;
    }
}
