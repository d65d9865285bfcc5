package io.weft.cli;

/**
 * A command cannot do what it was asked. The message is one line for the person at the terminal and
 * names the cure.
 */
final class Failure extends Exception {

    private static final long serialVersionUID = 1;

    Failure(String message) {
        super(message);
    }
}
