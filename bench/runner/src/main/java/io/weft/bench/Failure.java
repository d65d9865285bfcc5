package io.weft.bench;

/**
 * A measurement cannot do what it was asked. The message is one line for the person at the terminal
 * and names the cure.
 */
public final class Failure extends Exception {

    private static final long serialVersionUID = 1;

    public Failure(String message) {
        super(message);
    }
}
