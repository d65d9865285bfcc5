package io.weft.sync;

import java.time.Duration;
import java.time.Instant;

/**
 * Sends the time on a channel, once: a timeout that is a case of a {@link Select} and outlives the
 * single wait. Go's {@code time.Timer}.
 *
 * <p>The value is the moment for which the timer was set, however late it is received. After {@link
 * #stop} or {@link #reset} nothing of what was set before is ever received. A timer that is
 * forgotten is garbage, stopped or not.
 *
 * <p>All methods may be called from any thread.
 */
public final class ChanTimer {

    private final TickSource ticks = new TickSource();

    private ChanTimer() {}

    /**
     * Starts a timer.
     *
     * @param delay zero or less is now; some 292 years or more never comes
     */
    public static ChanTimer after(Duration delay) {
        ChanTimer timer = new ChanTimer();
        timer.ticks.reset(Blocked.nanos(delay), 0);
        return timer;
    }

    /** Where the time is received; never closed. */
    public ReceiveChan<Instant> channel() {
        return ticks.channel();
    }

    /**
     * Stops it.
     *
     * @return true if it was set, and nothing was received; false if it was stopped or received
     */
    public boolean stop() {
        return ticks.stop();
    }

    /**
     * Sets it anew.
     *
     * @param delay from now, as {@link #after}
     * @return as {@link #stop}
     */
    public boolean reset(Duration delay) {
        return ticks.reset(Blocked.nanos(delay), 0);
    }
}
