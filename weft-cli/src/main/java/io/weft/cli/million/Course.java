package io.weft.cli.million;

import io.weft.cli.million.Million.Listener;

/** How far the whole thing is, by how long each of its parts is expected to take. */
final class Course {

    private final Listener listener;
    private final double totalSeconds;
    private double doneSeconds;
    private double partSeconds;
    private int stage;
    private String part = "";

    Course(Listener listener, double totalSeconds) {
        this.listener = listener;
        this.totalSeconds = totalSeconds;
    }

    /** The part before is over, and one begins that should take so long. */
    void begin(String name, double seconds) {
        begin(0, name, seconds);
    }

    /** The same, of the stage with so many connections. */
    void begin(int connections, String name, double seconds) {
        doneSeconds += partSeconds;
        partSeconds = seconds;
        stage = connections;
        part = name;
        at(0, "");
    }

    /** The part that is going on, for a message. */
    String title() {
        return stage == 0 ? part : "%,d connections: %s".formatted(stage, part);
    }

    /** So much of the part is over. */
    void at(double fraction, String details) {
        double seconds = doneSeconds + Math.clamp(fraction, 0, 1) * partSeconds;
        // Shorter than the title: a bar has one line.
        String text = stage == 0 ? part : "%,d: %s".formatted(stage, part);
        listener.progress(Math.clamp(seconds / totalSeconds, 0, 1), text, details);
    }
}
