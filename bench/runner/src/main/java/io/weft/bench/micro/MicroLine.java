package io.weft.bench.micro;

import java.util.List;

/**
 * A line of the table: one figure of an operation.
 *
 * @param operation that it is of
 * @param figure its name in the samples
 * @param unit for people
 * @param digits after the point
 */
public record MicroLine(String operation, String figure, String unit, int digits) {

    public static final String NANOS = "ns_per_op";
    static final String BYTES = "bytes_per_op";
    static final String LONGEST_WAIT = "longest_wait_us";

    /** In the order of the table. */
    private static final List<MicroLine> ALL =
            List.of(
                    new MicroLine(Operations.YIELD, NANOS, "ns", 0),
                    new MicroLine(Operations.PARK, NANOS, "ns", 0),
                    new MicroLine(Operations.SPAWN_JOIN, NANOS, "ns", 0),
                    new MicroLine(Operations.SPAWN_BATCH, NANOS, "ns", 0),
                    new MicroLine(Operations.HAND_OFF, NANOS, "ns", 0),
                    new MicroLine(Operations.FAN, NANOS, "ns", 0),
                    new MicroLine(Operations.SKYNET, NANOS, "ns", 0),
                    new MicroLine(Operations.SLEEPERS, "start_ms", "ms to start all", 0),
                    new MicroLine(Operations.SLEEPERS, "wake_ms", "ms to wake all", 0),
                    new MicroLine(Operations.SLEEPERS, "rss_bytes_per_goroutine", "bytes each", 0),
                    new MicroLine(Operations.CHANNEL, NANOS, "ns", 0),
                    new MicroLine(Operations.CHANNEL, BYTES, "bytes of heap", 2),
                    new MicroLine(Operations.CHANNEL_100, NANOS, "ns", 0),
                    new MicroLine(Operations.CHANNEL_100, BYTES, "bytes of heap", 2),
                    new MicroLine(Operations.SELECT, NANOS, "ns", 0),
                    new MicroLine(Operations.SELECT, BYTES, "bytes of heap", 2),
                    new MicroLine(Operations.MUTEX, NANOS, "ns", 1),
                    new MicroLine(Operations.MUTEX_100, NANOS, "ns", 1),
                    new MicroLine(Operations.MUTEX_100, LONGEST_WAIT, "µs longest wait", 0),
                    new MicroLine(Operations.CONTEXT_CANCEL, NANOS, "ns", 0));

    /** Those of a group. */
    public static List<MicroLine> of(OperationGroup group) {
        return ALL.stream().filter(line -> group.operations().contains(line.operation())).toList();
    }
}
