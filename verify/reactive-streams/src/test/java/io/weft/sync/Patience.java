package io.weft.sync;

import org.reactivestreams.tck.TestEnvironment;

/** How long the suite waits. */
final class Patience {

    /** For a signal that comes: only a lost one takes longer. */
    private static final long SIGNAL_MILLIS = 10_000;

    /** For signals that must not come. */
    private static final long SILENCE_MILLIS = 50;

    /** Between two looks. */
    private static final long LOOK_MILLIS = 10;

    /** For a reference that the collector must find gone. */
    static final long GARBAGE_MILLIS = 1_000;

    private Patience() {}

    /** For what must fail: there the signal does not come. */
    static TestEnvironment hasty() {
        return new TestEnvironment(10 * SILENCE_MILLIS, SILENCE_MILLIS, LOOK_MILLIS);
    }

    static TestEnvironment environment() {
        return new TestEnvironment(SIGNAL_MILLIS, SILENCE_MILLIS, LOOK_MILLIS);
    }
}
