package io.weft.net;

import io.weft.linux.Sys;
import java.util.concurrent.TimeUnit;

/**
 * What a listener does while the machine lacks descriptors or memory: it says so once, waits longer
 * and longer, and goes on, since the connections that it serves free what it needs. An episode
 * lasts until something was accepted again.
 *
 * <p>Guarded by the listener's accept lock.
 */
final class AcceptBackoff {

    private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final long firstPauseNanos;
    private final long longestPauseNanos;

    /**
     * Made at class initialization: finding a logger opens files, which is too late when there are
     * no descriptors left.
     */
    private static final System.Logger LOGGER = System.getLogger("io.weft.net");

    /** The pause before the next attempt; 0 outside an episode. */
    private long pauseNanos;

    AcceptBackoff() {
        this(FIRST_PAUSE_NANOS, LONGEST_PAUSE_NANOS);
    }

    AcceptBackoff(long firstPauseNanos, long longestPauseNanos) {
        this.firstPauseNanos = firstPauseNanos;
        this.longestPauseNanos = longestPauseNanos;
    }

    /** Notes a failed accept, and says for how long to pause. */
    long failed(Sys sys, TcpListener listener, int errno) {
        if (pauseNanos == 0) {
            pauseNanos = firstPauseNanos;
            LOGGER.log(
                    System.Logger.Level.WARNING,
                    "{0} cannot accept and tries again until it can: {1}",
                    listener,
                    SocketErrors.shortage(sys, errno));
        } else {
            pauseNanos = Math.min(2 * pauseNanos, longestPauseNanos);
        }
        return pauseNanos;
    }

    /** Ends the episode. */
    void succeeded() {
        pauseNanos = 0;
    }
}
