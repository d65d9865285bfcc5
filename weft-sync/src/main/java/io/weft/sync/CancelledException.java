package io.weft.sync;

import java.util.concurrent.CancellationException;

/** The {@link Context} of a call is done. Its cause says why. */
public sealed class CancelledException extends CancellationException
        permits DeadlineExceededException {

    private static final long serialVersionUID = 1;

    /** With a message. */
    public CancelledException(String message) {
        super(message);
    }

    /** For a caller who meets a context that is done for this cause. */
    static CancelledException of(Throwable cause) {
        CancelledException exception =
                cause instanceof DeadlineExceededException
                        ? new DeadlineExceededException(String.valueOf(cause.getMessage()))
                        : new CancelledException("the context is cancelled: " + cause);
        exception.initCause(cause);
        return exception;
    }
}
