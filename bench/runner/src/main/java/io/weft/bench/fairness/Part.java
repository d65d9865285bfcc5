package io.weft.bench.fairness;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What can be measured apart from the rest; in the order of a run. */
enum Part {
    SLEEP,
    EARLY,
    RESET,
    DEADLINE,
    LOOPS,
    BLOCKING,
    READABLE,
    IDLE,
    PRICE;

    /** As the command line names it. */
    String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<Part> named(String text) {
        return Arrays.stream(values()).filter(part -> part.text().equals(text)).findFirst();
    }

    static List<String> names() {
        return Arrays.stream(values()).map(Part::text).toList();
    }
}
