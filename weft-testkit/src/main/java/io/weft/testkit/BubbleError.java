package io.weft.testkit;

/** A test in a {@link Bubble} cannot go on: everybody waits for ever. */
public final class BubbleError extends AssertionError {

    private static final long serialVersionUID = 1;

    BubbleError(String message) {
        super(message);
    }
}
