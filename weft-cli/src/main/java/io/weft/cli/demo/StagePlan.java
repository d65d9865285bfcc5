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
 */
record StagePlan(int connections, double seconds, double warmUpSeconds, int loadProcs) {

    static final int MESSAGE_BYTES = 64;

    private static final List<Integer> STAGES = List.of(1, 100, 1_000, 10_000);

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
