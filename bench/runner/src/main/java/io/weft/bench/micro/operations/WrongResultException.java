package io.weft.bench.micro.operations;

/** The figure of whatever led to this must not be used. */
public final class WrongResultException extends RuntimeException {

    private static final long serialVersionUID = 1;

    WrongResultException(String message) {
        super(message);
    }

    /** Throws unless both are the same. */
    public static void check(String what, long actual, long expected) {
        if (actual != expected) {
            throw new WrongResultException(
                    what + ": " + actual + ", but " + expected + " is right");
        }
    }
}
