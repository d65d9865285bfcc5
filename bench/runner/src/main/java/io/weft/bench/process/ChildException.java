package io.weft.bench.process;

/** A process ended, was silent for too long, or said something else than it should. */
public final class ChildException extends Exception {

    private static final long serialVersionUID = 1;

    public ChildException(String message) {
        super(message);
    }
}
