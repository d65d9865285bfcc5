package io.weft.testkit;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The thread of the JDK that makes a virtual thread runnable when it gets the monitor it was
 * blocked for. What a monitor was left to before {@link #await} is runnable after it.
 *
 * <p>How: that thread takes all that have got a monitor so far as a list, and makes them runnable
 * in any order. A probe, a virtual thread that gets a monitor now, is in the list of those of
 * before or in a later one. When it runs, that list was taken; so a second probe is in a later list
 * still, and when that one runs, the whole list of the first was worked off.
 */
final class Unblocker {

    /** How often to look whether a probe is blocked. */
    private static final long LOOK_NANOS = TimeUnit.MICROSECONDS.toNanos(20);

    private Unblocker() {}

    /** Returns soon. Only for a platform thread. */
    static void await() {
        new Unblocker().probe();
        new Unblocker().probe();
    }

    private void probe() {
        Thread probe = Thread.ofVirtual().name("bubble-probe").unstarted(this::enter);
        synchronized (this) {
            probe.start();
            while (probe.getState() != Thread.State.BLOCKED) {
                LockSupport.parkNanos(LOOK_NANOS);
            }
        }
        while (probe.isAlive()) {
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    private synchronized void enter() {}
}
