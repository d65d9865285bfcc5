package io.weft.cli.demo;

import io.weft.cli.echo.ServerStats;
import io.weft.cli.load.LoadResult;
import io.weft.cli.load.LoadResult.Latency;
import io.weft.cli.proc.KernelMemory;
import org.jspecify.annotations.Nullable;

/**
 * The figures of one stage. Those per message and per second are of the server within the window.
 *
 * @param connections open during the stage
 * @param heapBytes heap of the server per idle connection that has echoed once, or null when they
 *     are too few to tell
 * @param residentBytes the same for its resident memory
 * @param kernelBytes kernel memory per connection of one end, or null when they are too few, or it
 *     cannot be read
 * @param contextSwitchesPerSecond of the server
 * @param messagesPerSecond echoed and checked
 * @param latency round trips, in nanoseconds
 * @param cpuNanosPerMessage of the server
 * @param pollsPerThousand looks into pollers per 1,000 messages
 * @param stealsPerThousand steals per 1,000 messages
 * @param wakeUpsPerThousand wake-ups of idle Ps per 1,000 messages
 * @param wouldBlocksPerThousand EAGAIN answers per 1,000 messages
 * @param allocatedBytesPerMessage heap that the server allocated
 * @param serverCpus CPUs that the server used
 * @param clientCpus CPUs that the load used
 * @param errors connections that failed
 * @param firstError what the first of them said, or null
 */
record StageResult(
        int connections,
        @Nullable Double heapBytes,
        @Nullable Double residentBytes,
        @Nullable Double kernelBytes,
        double contextSwitchesPerSecond,
        double messagesPerSecond,
        Latency latency,
        double cpuNanosPerMessage,
        double pollsPerThousand,
        double stealsPerThousand,
        double wakeUpsPerThousand,
        double wouldBlocksPerThousand,
        double allocatedBytesPerMessage,
        double serverCpus,
        double clientCpus,
        long errors,
        @Nullable String firstError) {

    /** Fewer connections than this hide behind what the JVM allocates for itself meanwhile. */
    static final int LEAST_FOR_MEMORY = 1_000;

    /** What the stage found without connections, and with all of them idle. */
    record Memory(
            ServerStats empty,
            KernelMemory kernelEmpty,
            ServerStats idle,
            KernelMemory kernelIdle) {}

    /** The server at both edges of the window. */
    record Edges(ServerStats from, ServerStats to) {}

    static StageResult of(Memory memory, Edges edges, LoadResult load) {
        ServerStats from = edges.from();
        ServerStats to = edges.to();
        double seconds = (to.monotonicNanos() - from.monotonicNanos()) / 1e9;
        long bytes = to.echo().bytes() - from.echo().bytes();
        double messages = Math.max(1, (double) bytes / load.messageBytes());
        double thousands = messages / 1_000;
        double cpuNanos = to.cpuNanos() - from.cpuNanos();
        int connections = load.connections();
        return new StageResult(
                connections,
                each(connections, memory.idle().heapBytes() - memory.empty().heapBytes()),
                each(connections, memory.idle().residentBytes() - memory.empty().residentBytes()),
                kernel(connections, memory),
                (to.contextSwitches() - from.contextSwitches()) / seconds,
                load.messagesPerSecond(),
                load.latency(),
                cpuNanos / messages,
                (to.polls() - from.polls()) / thousands,
                (to.steals() - from.steals()) / thousands,
                (to.wakeUps() - from.wakeUps()) / thousands,
                (to.wouldBlocks() - from.wouldBlocks()) / thousands,
                (to.allocatedBytes() - from.allocatedBytes()) / messages,
                cpuNanos / 1e9 / seconds,
                load.clientCpus(),
                load.errors(),
                load.firstError());
    }

    private static @Nullable Double kernel(int connections, Memory memory) {
        if (!memory.kernelEmpty().isReadable() || !memory.kernelIdle().isReadable()) {
            return null;
        }
        // Both ends are on this machine, so half of it is the server's.
        long bothEnds = memory.kernelIdle().totalBytes() - memory.kernelEmpty().totalBytes();
        return each(connections, bothEnds / 2);
    }

    private static @Nullable Double each(int things, long bytes) {
        return things < LEAST_FOR_MEMORY ? null : (double) bytes / things;
    }
}
