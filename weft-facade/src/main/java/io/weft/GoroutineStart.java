package io.weft;

/** Where a goroutine was started, as an exception that is never thrown but suppressed. */
final class GoroutineStart extends Exception {

    private static final long serialVersionUID = 1;

    GoroutineStart(StackTraceElement[] place, boolean exact) {
        super(
                exact
                        ? "the goroutine was started here"
                        : "code of this goroutine was first started here",
                null,
                false,
                true);
        setStackTrace(place);
    }

    @Override
    public Throwable fillInStackTrace() {
        return this;
    }
}
