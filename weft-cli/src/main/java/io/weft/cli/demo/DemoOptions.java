package io.weft.cli.demo;

/**
 * What the demo shall do.
 *
 * @param connections of the last stage
 * @param seconds length of the window of each stage
 * @param serverProcs Ps of the server
 * @param loadProcs Ps of the load
 * @param poller of both
 */
public record DemoOptions(
        int connections, double seconds, int serverProcs, int loadProcs, String poller) {

    /** Load before each window: the load's process is new in every stage, its code not compiled. */
    static final double WARM_UP_SECONDS = 2;

    /** Before the first stage the server's code is compiled by a stage that does not count. */
    static final int REHEARSAL_CONNECTIONS = 50;
}
