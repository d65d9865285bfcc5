package io.weft.testkit;

import io.weft.fiber.Fibers;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The thread of the JDK that makes a virtual thread runnable when it gets the monitor it was
 * blocked for. What a monitor was left to before {@link #await} is runnable after it.
 *
 * <p>How: that thread takes all that have got a monitor so far as a list, and makes them runnable
 * in any order. A probe, a virtual thread that gets a monitor now, is in the list of those of
 * before or in a later one. When it is made runnable, that list was taken; so a second probe is in
 * a later list still, and when that one is runnable, the whole list of the first was worked off.
 *
 * <p>The caller carries them all itself, so that it costs two wake-ups of that thread and no more.
 * The one that has the monitor before is a virtual thread, too: what a carrier has locked, the JVM
 * takes for locked by whom it carries.
 */
final class Unblocker {

    /** Spins before giving the CPU away: to wake a thread takes about as long. */
    private static final int SPINS = 2_000;

    private final Carried holder = new Carried("bubble-holder", this::hold);
    private final Carried probe = new Carried("bubble-probe", this::enter);

    private Unblocker() {}

    /** Only for a platform thread that has locked nothing. */
    static void await() {
        new Unblocker().probe();
        new Unblocker().probe();
    }

    private void probe() {
        holder.start();
        holder.goOn(); // takes the monitor, and yields
        probe.start();
        probe.goOn(); // is blocked
        holder.goOn(); // leaves the monitor, and ends
        probe.goOn(); // as soon as that thread says so
    }

    private synchronized void hold() {
        Thread.yield();
    }

    private synchronized void enter() {}

    /** A virtual thread that goes on when it is told to. */
    private static final class Carried implements Executor {

        private final Thread thread;

        /** What continues it, when it is runnable. */
        private volatile @Nullable Runnable continuation;

        Carried(String name, Runnable task) {
            thread = Fibers.newThread(this, name, task);
        }

        void start() {
            thread.start();
        }

        @Override
        public void execute(Runnable runnable) {
            continuation = runnable;
        }

        /** Runs it on the calling thread, as soon as it is runnable, until it gives that back. */
        void goOn() {
            Runnable next = continuation;
            // Not bounded by a number: that thread of the JDK lives as long as the JVM.
            for (int spins = 0; next == null; spins++) {
                if (spins < SPINS) {
                    Thread.onSpinWait();
                } else {
                    Thread.yield();
                }
                next = continuation;
            }
            continuation = null;
            next.run();
        }
    }
}
