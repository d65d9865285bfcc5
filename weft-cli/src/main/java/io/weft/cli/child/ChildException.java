package io.weft.cli.child;

/** A process that this one has started failed; the message is what it said. */
public final class ChildException extends Exception {

    private static final long serialVersionUID = 1;

    public ChildException(String message) {
        super(message);
    }
}
