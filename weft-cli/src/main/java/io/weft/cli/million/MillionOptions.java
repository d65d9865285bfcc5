package io.weft.cli.million;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What the million shall do.
 *
 * @param connections in the end
 * @param activePercent share of them that the second loop of a stage uses
 * @param rate messages per second of each loop
 * @param seconds length of each loop
 * @param procs Ps of the server, and as many of the load
 * @param poller of both
 * @param peers where servers in other languages are built, or null for none
 */
public record MillionOptions(
        int connections,
        double activePercent,
        double rate,
        double seconds,
        int procs,
        String poller,
        @Nullable Path peers) {

    /** The poller whose connections need no descriptors. */
    public static final String IO_URING = "io_uring";

    /** Both ends are idle, then the server's context switches are counted. */
    static final double IDLE_SECONDS = 3;

    /** Opened and used first, so that the code of both processes is compiled. */
    static final int REHEARSAL_CONNECTIONS = 2_000;

    static final double REHEARSAL_SECONDS = 3;

    /** How many take part of so many. */
    int active(int open) {
        return Math.clamp(Math.round(open * activePercent / 100), 1, open);
    }
}
