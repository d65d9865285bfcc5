package io.weft.cli.million;

import java.util.List;

/** The numbers of connections at which everything is measured. */
final class Stages {

    private static final int STEP = 10;

    /** From here on there are two stages before the last, and one from a hundredth of it on. */
    private static final int THREE_FROM = 100_000;

    private static final int TWO_FROM = 1_000;

    private Stages() {}

    /** For example 10,000, 100,000 and 1,000,000. */
    static List<Integer> of(int connections) {
        if (connections >= THREE_FROM) {
            return List.of(connections / STEP / STEP, connections / STEP, connections);
        }
        return connections >= TWO_FROM
                ? List.of(connections / STEP, connections)
                : List.of(connections);
    }
}
