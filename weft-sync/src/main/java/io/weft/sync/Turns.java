package io.weft.sync;

import io.weft.sched.M;
import io.weft.sched.spi.Carriers;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/**
 * Whether the caller should go on, as the scheduler below sees it. A goroutine that spins while
 * others wait for its P holds up just those who would make progress.
 */
final class Turns {

    private static final Carriers CARRIERS =
            ServiceLoader.load(Carriers.class, Turns.class.getClassLoader())
                    .findFirst()
                    .orElse(Carriers.PLATFORM);

    /** With one CPU nobody makes progress while another one spins. */
    private static final boolean MANY_CPUS = Runtime.getRuntime().availableProcessors() > 1;

    private Turns() {}

    /** Whether to wait for another thread by looking again and again, for a short time. */
    static boolean maySpin() {
        M m = machine();
        if (m == null) {
            return MANY_CPUS;
        }
        return MANY_CPUS && m.scheduler().processorCount() > 1 && !m.scheduler().hasLocalWork();
    }

    /** Lets others run if the caller is a goroutine that has used up its time slice. */
    static void yieldIfSliceIsOver() {
        M m = machine();
        if (m != null && m.isYieldRequested()) {
            Thread.yield();
        }
    }

    private static @Nullable M machine() {
        return CARRIERS.currentCarrier() instanceof M m ? m : null;
    }
}
