package io.weft.bench.session;

import java.io.PrintStream;

/** Says on standard error how far a run is. Used by one thread. */
public final class Progress {

    private static final int SECONDS_PER_MINUTE = 60;

    /** Less than this part done, and the estimate of the plan is better than what was seen. */
    private static final double SEEN_LEAST = 0.03;

    private final PrintStream err;
    private final String name;
    private final double plannedSeconds;
    private final long startNanos = System.nanoTime();
    private double doneSeconds;

    /**
     * Begins.
     *
     * @param plannedSeconds an estimate of the whole
     */
    public Progress(PrintStream err, String name, double plannedSeconds) {
        this.err = err;
        this.name = name;
        this.plannedSeconds = plannedSeconds;
    }

    /** A part of the plan is done. */
    public void done(double plannedPartSeconds) {
        doneSeconds += plannedPartSeconds;
    }

    /** One of so many equal parts of the plan is done. */
    public void part(int parts) {
        done(plannedSeconds / parts);
    }

    /** Says what comes next, and how long all that is left may take. */
    public void next(String what) {
        err.printf(
                "weft bench %s: %s; %s left%n",
                name, what, text(left((System.nanoTime() - startNanos) / 1e9)));
    }

    /** Seconds left after so many have passed. */
    double left(double passedSeconds) {
        double pace = doneSeconds < SEEN_LEAST * plannedSeconds ? 1 : passedSeconds / doneSeconds;
        return Math.max(0, plannedSeconds - doneSeconds) * pace;
    }

    /** {@code about 12 min}, or seconds below two minutes. */
    public static String text(double seconds) {
        return seconds < 2 * SECONDS_PER_MINUTE
                ? "about %.0f s".formatted(seconds)
                : "about %.0f min".formatted(seconds / SECONDS_PER_MINUTE);
    }
}
