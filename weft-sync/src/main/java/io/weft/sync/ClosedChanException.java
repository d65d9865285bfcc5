package io.weft.sync;

/**
 * A value was sent on a closed channel, before or while the sender waited; or a channel was closed
 * twice. Where Go panics, this is thrown: it is a mistake of the program, not an event to handle.
 */
public final class ClosedChanException extends IllegalStateException {

    private static final long serialVersionUID = 1;

    ClosedChanException(String message) {
        super(message);
    }
}
