package io.weft.sync;

import io.weft.sched.M;

/**
 * Whether the caller should go on, as the scheduler below sees it. A goroutine that spins while
 * others wait for its P holds up just those who would make progress.
 */
final class Turns {

    /** With one CPU nobody makes progress while another one spins. */
    private static final boolean MANY_CPUS = Runtime.getRuntime().availableProcessors() > 1;

    private Turns() {}

    /** Whether to wait for another thread by looking again and again, for a short time. */
    static boolean maySpin() {
        M m = Hosts.machine();
        if (m == null) {
            return MANY_CPUS;
        }
        return MANY_CPUS && m.scheduler().processorCount() > 1 && !m.scheduler().hasLocalWork();
    }

    /** Lets others run if the caller is a goroutine that has used up its time slice. */
    static void yieldIfSliceIsOver() {
        M m = Hosts.machine();
        if (m != null && m.isYieldRequested()) {
            Thread.yield();
        }
    }
}
