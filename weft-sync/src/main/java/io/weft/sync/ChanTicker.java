package io.weft.sync;

import java.time.Duration;
import java.time.Instant;

/**
 * Sends the time on a channel at a fixed rate, without drift. Who is late gets one tick, the
 * latest; those before it are lost. Go's {@code time.Ticker}.
 *
 * <p>A ticker costs nothing while nobody waits for it, and one that is forgotten is garbage,
 * stopped or not.
 *
 * <p>All methods may be called from any thread.
 */
public final class ChanTicker implements AutoCloseable {

    private final TickSource ticks = new TickSource();

    private ChanTicker() {}

    /**
     * Starts a ticker, whose first tick comes after one period.
     *
     * @throws IllegalArgumentException if the period is zero or less
     */
    public static ChanTicker every(Duration period) {
        ChanTicker ticker = new ChanTicker();
        ticker.reset(period);
        return ticker;
    }

    /** Where the ticks are received; never closed. */
    public ReceiveChan<Instant> channel() {
        return ticks.channel();
    }

    /**
     * Ends it until it is reset.
     *
     * @return whether it was running
     */
    public boolean stop() {
        return ticks.stop();
    }

    /** As {@link #stop}. */
    @Override
    public void close() {
        stop();
    }

    /**
     * Begins anew, with the first tick one period from now. Ticks that nobody received are
     * forgotten.
     *
     * @return whether it was running
     * @throws IllegalArgumentException if the period is zero or less
     */
    public boolean reset(Duration period) {
        long nanos = Blocked.nanos(period);
        if (nanos <= 0) {
            throw new IllegalArgumentException(
                    "the period of a ticker must be more than zero: " + period);
        }
        return ticks.reset(nanos, nanos);
    }
}
