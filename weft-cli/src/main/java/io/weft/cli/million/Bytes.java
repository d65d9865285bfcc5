package io.weft.cli.million;

/** Numbers of bytes as text, in the unit that leaves three digits or so. */
final class Bytes {

    private static final double STEP = 1_000;

    private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB"};

    private Bytes() {}

    /** For example {@code 812 B}, {@code 45.6 MB}, {@code 10.4 GB}: powers of 1,000. */
    static String text(long bytes) {
        int unit = 0;
        double value = bytes;
        while (Math.abs(value) >= STEP && unit < UNITS.length - 1) {
            value /= STEP;
            unit++;
        }
        return unit == 0 || Math.abs(value) >= 100
                ? "%.0f %s".formatted(value, UNITS[unit])
                : "%.1f %s".formatted(value, UNITS[unit]);
    }
}
