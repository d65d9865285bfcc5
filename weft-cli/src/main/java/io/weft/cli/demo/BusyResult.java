package io.weft.cli.demo;

import io.weft.cli.load.LoadResult;
import io.weft.cli.load.LoadResult.Latency;
import org.jspecify.annotations.Nullable;

/**
 * The figures of the stage in which the server also runs endless loops.
 *
 * @param loops goroutines that compute for ever, as many as the server has Ps
 * @param connections open during the stage
 * @param scheduledPerSecond messages that were due per second, whatever became of earlier ones
 * @param messagesPerSecond echoed and checked
 * @param latency from the instant at which a message was due, in nanoseconds
 * @param lost messages that were sent and never came back
 * @param serverCpus CPUs that the server used, the loops included
 * @param errors connections that failed
 * @param firstError what the first of them said, or null
 */
record BusyResult(
        int loops,
        int connections,
        double scheduledPerSecond,
        double messagesPerSecond,
        Latency latency,
        long lost,
        double serverCpus,
        long errors,
        @Nullable String firstError) {

    static BusyResult of(int loops, StageResult.Edges edges, LoadResult load) {
        double seconds = (edges.to().monotonicNanos() - edges.from().monotonicNanos()) / 1e9;
        double cpuSeconds = (edges.to().cpuNanos() - edges.from().cpuNanos()) / 1e9;
        return new BusyResult(
                loops,
                load.connections(),
                load.scheduledPerSecond(),
                load.messagesPerSecond(),
                load.latency(),
                load.unanswered(),
                cpuSeconds / seconds,
                load.errors(),
                load.firstError());
    }
}
