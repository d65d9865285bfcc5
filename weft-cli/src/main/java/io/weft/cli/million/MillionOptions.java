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
 * @param procs Ps of the server
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

    private static final double IDLE_SECONDS_MOST = 3;

    /** Connections of the rehearsal: what they leave to be used again is little beside a stage. */
    static final int REHEARSAL_CONNECTIONS = 500;

    /**
     * Connections with which the server warms itself up: until all that a goroutine has on its
     * stack when it parks is compiled for good. A parked stack keeps the size of its first copy.
     */
    static final int WARM_UP_CONNECTIONS = 40_000;

    /** Opened, used and closed so often, so that the code of both processes is compiled. */
    static final int REHEARSAL_ROUNDS = 8;

    private static final double REHEARSAL_SECONDS_MOST = 0.5;

    /** How long the server is watched while all connections rest. */
    double idleSeconds() {
        return Math.min(IDLE_SECONDS_MOST, seconds);
    }

    /** Length of the loop of a round of the rehearsal. */
    double rehearsalSeconds() {
        return Math.min(REHEARSAL_SECONDS_MOST, seconds);
    }

    /** Most connections that the load has at once. */
    int capacity() {
        return Math.max(connections, REHEARSAL_CONNECTIONS);
    }

    /**
     * Ps of the load. It has the larger part of the work: over loopback the thread that connects or
     * sends does the receiving end's share of TCP too. With one P, that P is what the figures show.
     */
    int loadProcs() {
        return Math.max(procs, Runtime.getRuntime().availableProcessors());
    }

    /** How many take part of so many. */
    int active(int open) {
        return Math.clamp(Math.round(open * activePercent / 100), 1, open);
    }
}
