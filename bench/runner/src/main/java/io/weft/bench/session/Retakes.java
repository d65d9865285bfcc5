package io.weft.bench.session;

import io.weft.bench.machine.Quiet;
import java.io.IOException;

/** How often a window may be taken again, over a whole run. Used by one thread. */
public final class Retakes {

    /** Of one window. */
    public static final int OF_A_WINDOW_MOST = 3;

    /** Of the planned time of a run. */
    private static final double PART = 0.06;

    private static final double SECONDS_LEAST = 10;

    private double secondsLeft;

    /** For a run that is planned to take so long. */
    public Retakes(double plannedSeconds) {
        this.secondsLeft = Math.max(SECONDS_LEAST, PART * plannedSeconds);
    }

    /** Takes the time for one more window, and waits for the machine; false if none is left. */
    public boolean take(double windowSeconds) throws InterruptedException {
        double most = windowSeconds + Quiet.awaitSecondsMost();
        if (secondsLeft < most) {
            return false;
        }
        long start = System.nanoTime();
        try {
            Quiet.await();
        } catch (IOException e) {
            return false;
        }
        secondsLeft -= windowSeconds + (System.nanoTime() - start) / 1e9;
        return true;
    }
}
