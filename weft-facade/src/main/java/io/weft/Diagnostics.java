package io.weft;

import java.util.Arrays;
import java.util.Locale;
import java.util.function.Function;

/**
 * What a runtime does for those who look for mistakes.
 *
 * @param panics what an uncaught exception does
 * @param deadlocks what happens when all goroutines wait for each other
 * @param tracks whether it knows each of its goroutines
 */
record Diagnostics(PanicPolicy panics, DeadlockPolicy deadlocks, boolean tracks) {

    /** Nothing that costs. */
    static final Diagnostics NONE = new Diagnostics(PanicPolicy.REPORT, DeadlockPolicy.OFF, false);

    private static final String PANIC_PROPERTY = "weft.panic";
    private static final String DEADLOCK_PROPERTY = "weft.deadlock";
    private static final String TRACK_PROPERTY = "weft.track";

    /** As the system properties say, else nothing that costs. */
    static Diagnostics ofProperties() {
        return new Diagnostics(
                property(PANIC_PROPERTY, PanicPolicy.REPORT, PanicPolicy.values()),
                property(DEADLOCK_PROPERTY, DeadlockPolicy.OFF, DeadlockPolicy.values()),
                Boolean.getBoolean(TRACK_PROPERTY));
    }

    private static <E extends Enum<E>> E property(String name, E unset, E[] values) {
        String text = System.getProperty(name);
        if (text == null) {
            return unset;
        }
        Function<E, String> word = value -> value.name().toLowerCase(Locale.ROOT);
        return Arrays.stream(values)
                .filter(value -> word.apply(value).equals(text))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "the system property "
                                                + name
                                                + " must be one of "
                                                + Arrays.stream(values).map(word).toList()
                                                + ": "
                                                + text));
    }

    Diagnostics withPanics(PanicPolicy policy) {
        return new Diagnostics(policy, deadlocks, tracks);
    }

    Diagnostics withDeadlocks(DeadlockPolicy policy) {
        return new Diagnostics(panics, policy, tracks);
    }

    Diagnostics withTracking() {
        return new Diagnostics(panics, deadlocks, true);
    }

    /** Whether each goroutine must be known. */
    boolean needsRegistry() {
        return tracks || deadlocks != DeadlockPolicy.OFF;
    }
}
