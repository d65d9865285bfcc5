package io.weft.sched;

/**
 * Decides when a P that never runs out of goroutines looks into its poller: about every {@link
 * #TARGET_NANOS}, without reading the clock for each goroutine. It counts goroutines, and corrects
 * the count at each look by the time that has really passed.
 *
 * <p>A fixed count would be wrong both ways: 61 goroutines of 1 µs are no time, 61 of 1 ms are six
 * times the promise.
 */
final class PollCadence {

    /** Ready sockets wait half of this on average when every P is busy. */
    static final long TARGET_NANOS = 250_000;

    /**
     * Goroutines may become long from one to the next; this bounds how many of them run before the
     * clock shows it. A reading of the clock for 64 goroutines is below what can be measured.
     */
    private static final int INTERVAL_MAX = 64;

    /** So late a look says that goroutines have become long: ask after each of them. */
    private static final long LATE_NANOS = 4 * TARGET_NANOS;

    private int interval = 1;
    private int left = 1;
    private long lastNanos;

    /** Counts one goroutine; true when it is time to ask {@link #isDue}. */
    boolean countDown() {
        return --left <= 0;
    }

    /** Whether the poller should be looked at; sets the count for the next question. */
    boolean isDue(long nowNanos) {
        long elapsed = nowNanos - lastNanos;
        if (elapsed >= TARGET_NANOS) {
            interval = elapsed >= LATE_NANOS ? 1 : Math.max(1, interval / 2);
            restart(nowNanos);
            return true;
        }
        if (elapsed < TARGET_NANOS / 2) {
            interval = Math.min(INTERVAL_MAX, interval * 2);
        }
        left = interval;
        return false;
    }

    /** The poller was looked at for another reason. */
    void restart(long nowNanos) {
        lastNanos = nowNanos;
        left = interval;
    }
}
