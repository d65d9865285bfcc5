package io.weft.cli.demo;

/** A process of the demo failed; the message is what it said. */
public final class ChildException extends Exception {

    private static final long serialVersionUID = 1;

    ChildException(String message) {
        super(message);
    }
}
