package io.weft.sync;

/** The time of a {@link Context} is over. */
public final class DeadlineExceededException extends CancelledException {

    private static final long serialVersionUID = 1;

    /** With a message. */
    public DeadlineExceededException(String message) {
        super(message);
    }
}
