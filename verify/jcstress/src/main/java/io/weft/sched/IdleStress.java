package io.weft.sched;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * The parking protocol of {@link Scheduler}: one submits a task while the only M that searches runs
 * out of work. At least one of them notices the other, or the task lies beside a sleeping P.
 *
 * <p>Queues, owner word and idle set are the real ones; the order of the calls is that of {@code
 * Scheduler.readyOn}, {@code Scheduler.wakeOne} and {@code FindRunnable.idle}, without the sleep.
 *
 * <p>Results: whether the submitter woke the P, whether the M found the task.
 */
public class IdleStress {

    private static final int SUBMITTER = 1;
    private static final Runnable TASK = IdleStress::doNothing;

    private IdleStress() {}

    /** A submission by a P to its own ring: barrier S1 is the volatile store of the owner word. */
    @JCStressTest
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "woken")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "found")
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "woken and found")
    @Outcome(id = "0, 0", expect = FORBIDDEN, desc = "the task lies beside a sleeping P")
    @State
    public static class SubmitToRing {
        private final RunQueue ring = new RunQueue(2);
        private final OwnerWord owner = ownedBySubmitter();
        private final IdleSet idle = new IdleSet(1);
        private final AtomicInteger spinning = new AtomicInteger(1);

        @Actor
        public void submit(II_Result r) {
            ring.push(TASK);
            owner.publishRunningFenced(SUBMITTER);
            r.r1 = wakeOne(idle, spinning);
        }

        @Actor
        public void goIdle(II_Result r) {
            idle.add(0);
            spinning.getAndDecrement();
            r.r2 = ring.isEmpty() ? 0 : 1;
        }
    }

    /** Leaves out barrier S1: the owner word is stored with release only. */
    @JCStressTest
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "woken")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "found")
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "woken and found")
    @Outcome(id = "0, 0", expect = FORBIDDEN, desc = "the task lies beside a sleeping P")
    @State
    public static class BrokenSubmitToRing {
        private final RunQueue ring = new RunQueue(2);
        private final OwnerWord owner = ownedBySubmitter();
        private final IdleSet idle = new IdleSet(1);
        private final AtomicInteger spinning = new AtomicInteger(1);

        @Actor
        public void submit(II_Result r) {
            ring.push(TASK);
            owner.publishRunning(SUBMITTER);
            r.r1 = wakeOne(idle, spinning);
        }

        @Actor
        public void goIdle(II_Result r) {
            idle.add(0);
            spinning.getAndDecrement();
            r.r2 = ring.isEmpty() ? 0 : 1;
        }
    }

    /** A submission from a thread without a P: barrier S1 is inside the global queue. */
    @JCStressTest
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "woken")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "found")
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "woken and found")
    @Outcome(id = "0, 0", expect = FORBIDDEN, desc = "the task lies beside a sleeping P")
    @State
    public static class SubmitToGlobalQueue {
        private final GlobalQueue global = new GlobalQueue();
        private final IdleSet idle = new IdleSet(1);
        private final AtomicInteger spinning = new AtomicInteger(1);

        @Actor
        public void submit(II_Result r) {
            global.add(TASK);
            r.r1 = wakeOne(idle, spinning);
        }

        @Actor
        public void goIdle(II_Result r) {
            idle.add(0);
            spinning.getAndDecrement();
            r.r2 = global.isEmpty() ? 0 : 1;
        }
    }

    /** Leaves out barriers I1 and I2: an idle mark that is stored with release only. */
    @JCStressTest
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "woken")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "found")
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "woken and found")
    @Outcome(id = "0, 0", expect = FORBIDDEN, desc = "the task lies beside a sleeping P")
    @State
    public static class BrokenIdleMark {
        private static final VarHandle IDLE;

        static {
            try {
                var lookup = MethodHandles.lookup();
                IDLE = lookup.findVarHandle(BrokenIdleMark.class, "idle", boolean.class);
            } catch (ReflectiveOperationException e) {
                throw new ExceptionInInitializerError(e);
            }
        }

        private final GlobalQueue global = new GlobalQueue();

        @SuppressWarnings("unused") // through IDLE
        private boolean idle;

        @Actor
        public void submit(II_Result r) {
            global.add(TASK);
            r.r1 = (boolean) IDLE.getVolatile(this) ? 1 : 0;
        }

        @Actor
        public void goIdle(II_Result r) {
            IDLE.setRelease(this, true);
            r.r2 = global.isEmpty() ? 0 : 1;
        }
    }

    /** As {@code Scheduler.wakeOne}, for a P that stays idle once it is. */
    private static int wakeOne(IdleSet idle, AtomicInteger spinning) {
        boolean woken =
                !idle.isEmpty()
                        && spinning.get() == 0
                        && spinning.compareAndSet(0, 1)
                        && idle.claim() >= 0;
        return woken ? 1 : 0;
    }

    private static OwnerWord ownedBySubmitter() {
        OwnerWord word = new OwnerWord();
        word.acquireFree(SUBMITTER);
        return word;
    }

    private static void doNothing() {}
}
