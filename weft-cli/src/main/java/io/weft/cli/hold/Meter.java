package io.weft.cli.hold;

/** Turns counts into progress. Used by one thread. */
final class Meter {

    /** How often a person wants to see it move. */
    static final long PERIOD_MILLIS = 200;

    private final Progress progress;
    private long lastCount;
    private long lastNanos = System.nanoTime();

    Meter(Progress progress) {
        this.progress = progress;
    }

    /** Tells the count, and the rate since the last time. */
    void tell(long count) {
        long now = System.nanoTime();
        double seconds = Math.max(1e-3, (now - lastNanos) / 1e9);
        progress.at(count, (count - lastCount) / seconds);
        lastCount = count;
        lastNanos = now;
    }
}
