package io.weft.cli.million;

import io.weft.cli.million.Million.Listener;

/** How far the whole thing is, by how long each of its parts is expected to take. */
final class Course {

    private final Listener listener;
    private final double totalSeconds;
    private double doneSeconds;
    private double partSeconds;
    private String title = "";

    Course(Listener listener, double totalSeconds) {
        this.listener = listener;
        this.totalSeconds = totalSeconds;
    }

    /** The part before is over, and one begins that should take so long. */
    void begin(String part, double seconds) {
        doneSeconds += partSeconds;
        partSeconds = seconds;
        title = part;
        at(0, "");
    }

    /** The part that is going on. */
    String title() {
        return title;
    }

    /** So much of the part is over. */
    void at(double fraction, String details) {
        double seconds = doneSeconds + Math.clamp(fraction, 0, 1) * partSeconds;
        listener.progress(Math.clamp(seconds / totalSeconds, 0, 1), title, details);
    }
}
