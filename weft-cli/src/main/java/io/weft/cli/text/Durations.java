package io.weft.cli.text;

import java.util.Locale;

/** Durations as text, in the unit that leaves three digits or so. */
public final class Durations {

    private Durations() {}

    /** For example {@code 812ns}, {@code 45.6us}, {@code 1.23ms}, {@code 2.05s}. */
    public static String text(long nanos) {
        if (nanos < 1_000) {
            return nanos + "ns";
        }
        if (nanos < 1_000_000) {
            return scaled(nanos / 1e3, "us");
        }
        if (nanos < 1_000_000_000) {
            return scaled(nanos / 1e6, "ms");
        }
        return scaled(nanos / 1e9, "s");
    }

    private static String scaled(double value, String unit) {
        int decimals = value >= 100 ? 0 : value >= 10 ? 1 : 2;
        return String.format(Locale.ROOT, "%." + decimals + "f%s", value, unit);
    }
}
