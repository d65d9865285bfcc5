package io.weft.sync;

/** A null where none is allowed, for tests of what happens then. */
final class Absent {

    private Absent() {}

    @SuppressWarnings("NullAway") // on purpose
    static <T> T of(Class<T> type) {
        return type.cast(null);
    }
}
