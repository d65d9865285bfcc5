package io.weft.cli.text;

/** Exceptions as one line of text. */
public final class Errors {

    private Errors() {}

    /** The message; the kind of exception where there is none. */
    public static String text(Exception e) {
        String message = e.getMessage();
        return message == null ? e.getClass().getSimpleName() : message;
    }
}
