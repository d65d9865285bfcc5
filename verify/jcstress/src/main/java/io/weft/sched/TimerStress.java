package io.weft.sched;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * {@link RuntimeTimer}: a timer that was stopped is armed for a later moment while its entry
 * surfaces and is dropped. Either who arms it sees that the entry has gone, and adds one, or who
 * drops the entry sees that the timer is armed.
 *
 * <p>Result: whether the armed timer has an entry that is early enough.
 */
public class TimerStress {

    private static final long FORMER = 5;
    private static final long NOW = 6;
    private static final long MOMENT = 7;

    private TimerStress() {}

    /** One heap without a scheduler. */
    private static final class OneHeap implements Timers {
        final TimerHeap heap = new TimerHeap(0, this);

        @Override
        public int count() {
            return 1;
        }

        @Override
        public TimerHeap heap(int processor) {
            return heap;
        }

        @Override
        public int callerHeap() {
            return 0;
        }

        @Override
        public void earlier(TimerHeap earlier, long whenNanos) {}
    }

    private static final class Idle extends RuntimeTimer {

        Idle(Timers timers) {
            super(timers);
        }

        @Override
        protected void expire(long whenNanos) {}
    }

    /** The timer itself. */
    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "found in time")
    @Outcome(expect = FORBIDDEN, desc = "armed, and never found")
    @State
    public static class ArmAsTheEntryGoes {
        private final OneHeap timers = new OneHeap();
        private final RuntimeTimer timer = new Idle(timers);

        public ArmAsTheEntryGoes() {
            timer.reset(FORMER);
            timer.stop();
        }

        @Actor
        public void arm() {
            timer.reset(MOMENT);
        }

        @Actor
        public void surface() {
            timers.heap.runDue(NOW, 1);
        }

        @Arbiter
        public void look(I_Result r) {
            r.r1 = timers.heap.next() <= timer.whenNanos() ? 1 : 0;
        }
    }

    /** Leaves out barriers T0 and T2: both words are stored with release only. */
    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "found in time")
    @Outcome(expect = FORBIDDEN, desc = "armed, and never found")
    @State
    public static class BrokenReleaseStores {
        private static final VarHandle WHEN;
        private static final VarHandle QUEUED;

        static {
            try {
                var lookup = MethodHandles.lookup();
                WHEN = lookup.findVarHandle(BrokenReleaseStores.class, "when", long.class);
                QUEUED = lookup.findVarHandle(BrokenReleaseStores.class, "queued", long.class);
            } catch (ReflectiveOperationException e) {
                throw new ExceptionInInitializerError(e);
            }
        }

        @SuppressWarnings("unused") // through WHEN
        private long when = RuntimeTimer.NEVER;

        @SuppressWarnings("unused") // through QUEUED
        private long queued = FORMER;

        private boolean added;
        private boolean kept;

        @Actor
        public void arm() {
            WHEN.setRelease(this, MOMENT);
            added = (long) QUEUED.getVolatile(this) > MOMENT;
        }

        @Actor
        public void surface() {
            QUEUED.setRelease(this, RuntimeTimer.NEVER);
            kept = (long) WHEN.getVolatile(this) != RuntimeTimer.NEVER;
        }

        @Arbiter
        public void look(I_Result r) {
            r.r1 = added || kept ? 1 : 0;
        }
    }
}
