package io.weft.cli.demo;

import java.util.ArrayList;
import java.util.List;

/**
 * What one stage does.
 *
 * @param connections how many
 * @param seconds length of the window that counts
 * @param warmUpSeconds load before it
 * @param loadProcs Ps of the load
 * @param rate messages per second, due by a fixed schedule; 0 where an answer sends the next one
 */
record StagePlan(
        int connections, double seconds, double warmUpSeconds, int loadProcs, double rate) {

    static final int MESSAGE_BYTES = 64;

    /** Of the stage beside endless loops; a window of seconds has thousands of messages. */
    private static final int BUSY_CONNECTIONS = 100;

    private static final double BUSY_RATE = 2_000;
    private static final double BUSY_SECONDS_MOST = 3;
    private static final double BUSY_WARM_UP_SECONDS = 1;

    private static final List<Integer> STAGES = List.of(1, 100, 1_000, 10_000);

    /** The stage beside endless loops, no larger than the others. */
    static StagePlan busy(DemoOptions options) {
        return new StagePlan(
                Math.min(BUSY_CONNECTIONS, options.connections()),
                Math.min(BUSY_SECONDS_MOST, options.seconds()),
                BUSY_WARM_UP_SECONDS,
                options.loadProcs(),
                BUSY_RATE);
    }

    /** The numbers of connections: the usual ones up to the most, and the most itself. */
    static List<Integer> stages(int most) {
        List<Integer> stages = new ArrayList<>();
        for (int connections : STAGES) {
            if (connections < most) {
                stages.add(connections);
            }
        }
        stages.add(most);
        return stages;
    }
}
