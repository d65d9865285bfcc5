package io.weft.sched;

import io.weft.sched.spi.Poller;
import java.util.ArrayDeque;

/** The poller of a simulated P: streams that have got bytes, each reported once for each edge. */
final class SimulatedPoller implements Poller {

    private final Baton baton;
    private final ArrayDeque<SimulatedStream> edges = new ArrayDeque<>();
    private final boolean watching;

    /** A twin that forgets a wake-up which comes before the sleep. */
    private final boolean isForgetful;

    private boolean woken;
    private boolean inside;
    private boolean blocked;
    private long untilNanos = RuntimeTimer.NEVER;

    SimulatedPoller(Baton baton, boolean watching, boolean isForgetful) {
        this.baton = baton;
        this.watching = watching;
        this.isForgetful = isForgetful;
    }

    /** The kernel has bytes for a stream. */
    void arrive(SimulatedStream stream) {
        if (!edges.contains(stream)) {
            edges.add(stream);
        }
    }

    /** Whether somebody sleeps here, and nothing has come to end that but, perhaps, a timer. */
    boolean isBlocked() {
        return blocked && !woken && edges.isEmpty();
    }

    /** Until when it sleeps at most. */
    long untilNanos() {
        return untilNanos;
    }

    @Override
    public int poll() {
        enter();
        baton.step("polls");
        int found = deliver();
        inside = false;
        return found;
    }

    @Override
    public int block(long timeoutNanos) {
        enter();
        // From the moment of the call, which another one's turn may follow at once.
        long until = timeoutNanos < 0 ? RuntimeTimer.NEVER : baton.nowNanos() + timeoutNanos;
        if (isForgetful) {
            woken = false;
        }
        baton.step("blocks");
        if (timeoutNanos != 0) {
            untilNanos = until;
            blocked = true;
            baton.await("sleeps", () -> woken || !edges.isEmpty(), until);
            blocked = false;
        }
        woken = false;
        int found = deliver();
        inside = false;
        return found;
    }

    private void enter() {
        if (inside && !baton.isFree()) {
            baton.fail(new AssertionError("two threads poll one poller"));
        }
        inside = true;
    }

    private int deliver() {
        int found = 0;
        while (!baton.isFree() && !edges.isEmpty()) {
            edges.remove().onEdge();
            found++;
        }
        return found;
    }

    @Override
    public void wake() {
        baton.step("wakes");
        woken = true;
    }

    @Override
    public boolean isWatching() {
        baton.step("looks whether it watches");
        return watching;
    }

    @Override
    public void close() {}
}
