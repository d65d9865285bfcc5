package io.weft.bench.text;

import io.weft.bench.stats.Summary;
import java.util.Locale;

/** Numbers as they stand in tables. */
public final class Figures {

    private Figures() {}

    /** With this many digits after the point, and commas between thousands. */
    public static String number(double value, int digits) {
        return String.format(Locale.ROOT, "%,." + digits + "f", value);
    }

    /** {@code median (least–most)}, or the only value. */
    public static String spread(Summary summary, int digits) {
        String median = number(summary.median(), digits);
        return summary.count() == 1
                ? median
                : "%s (%s–%s)"
                        .formatted(
                                median,
                                number(summary.least(), digits),
                                number(summary.most(), digits));
    }

    public static String mebibytes(double bytes) {
        return number(bytes / (1 << 20), 1) + " MiB";
    }
}
