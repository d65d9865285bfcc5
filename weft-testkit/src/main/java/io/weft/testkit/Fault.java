package io.weft.testkit;

import io.weft.linux.Errno;

/**
 * What goes wrong in one system call.
 *
 * @param errno the error that the call answers, or 0 when it is only cut short
 * @param maxBytes the most bytes that the call moves when it does not fail
 */
public record Fault(int errno, int maxBytes) {

    /** Checks that it is one of the two. */
    public Fault {
        if (errno < 0 || errno > Errno.MAX || maxBytes < 0) {
            throw new IllegalArgumentException("no such fault: " + errno + ", " + maxBytes);
        }
    }

    /** The call fails with that errno. */
    public static Fault failing(int errno) {
        return new Fault(errno, Integer.MAX_VALUE);
    }

    /** The call moves at most that many bytes, at least 1. */
    public static Fault shortened(int maxBytes) {
        if (maxBytes < 1) {
            throw new IllegalArgumentException("a transfer is cut to 1 byte or more: " + maxBytes);
        }
        return new Fault(0, maxBytes);
    }

    /** The call to receive finds the end of the stream. */
    public static Fault end() {
        return new Fault(0, 0);
    }

    /** Whether the call fails. */
    public boolean fails() {
        return errno != 0;
    }
}
