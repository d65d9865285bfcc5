package io.weft.cli.text;

import java.io.Console;
import java.io.PrintStream;

/**
 * One line that is written over and over while something runs. Only a terminal gets it; a file or a
 * pipe would keep every state of it.
 */
public final class Terminal {

    private static final String CLEAR_LINE = "\r\033[K";

    private final PrintStream out;
    private final boolean interactive;

    public Terminal(PrintStream out, boolean interactive) {
        this.out = out;
        this.interactive = interactive;
    }

    /** Standard output, if a person looks at it. */
    @SuppressWarnings("SystemConsoleNull") // JDK 25 returns null where JDK 22 to 24 did not
    public static Terminal standard() {
        Console console = System.console();
        return new Terminal(System.out, console != null && console.isTerminal());
    }

    /** Whether {@link #show} shows anything. */
    public boolean isInteractive() {
        return interactive;
    }

    /** Replaces the line. */
    public void show(String line) {
        if (interactive) {
            out.print(CLEAR_LINE + line);
            out.flush();
        }
    }

    /** Removes the line, so that something lasting can be printed. */
    public void clear() {
        if (interactive) {
            out.print(CLEAR_LINE);
            out.flush();
        }
    }

    /** A bar of a given width, filled to a fraction between 0 and 1. */
    public static String bar(double fraction, int width) {
        int filled = (int) Math.round(Math.clamp(fraction, 0, 1) * width);
        return "█".repeat(filled) + "░".repeat(width - filled);
    }
}
