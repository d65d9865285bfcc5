package io.weft.bench.fairness;

import java.util.List;

/**
 * How an echo is disturbed, and by what load it is watched.
 *
 * @param arguments the option that starts the work, and how many goroutines do it
 * @param connections of the load
 * @param rate messages per second, over all connections
 */
record Disturbed(List<String> arguments, int connections, double rate) {

    /** As many endless loops as there are Ps. */
    static final Disturbed LOOPS = new Disturbed(List.of("--loops", times(1)), 100, 2_000);

    /** Four times as many goroutines as Ps, each blocked in the kernel. */
    static final Disturbed BLOCKING = new Disturbed(List.of("--blockers", times(4)), 100, 2_000);

    /** Every P with four goroutines that are always ready. */
    static final Disturbed READABLE = new Disturbed(List.of("--yielders", times(4)), 20, 200);

    private static String times(int perProc) {
        return String.valueOf(perProc * FairnessPrograms.PROCS);
    }
}
