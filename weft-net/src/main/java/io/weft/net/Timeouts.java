package io.weft.net;

import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;

/** What a call throws whose deadline has passed. */
final class Timeouts {

    private static final String CURE =
            "; the connection can go on with a later deadline, or with Deadline.NONE";

    private Timeouts() {}

    static SocketTimeoutException read() {
        return new SocketTimeoutException("read: the deadline has passed" + CURE);
    }

    /** For a read of {@code length} bytes after the first {@code received}. */
    static SocketTimeoutException readFully(int received, int length) {
        SocketTimeoutException timeout =
                new SocketTimeoutException(
                        "read: the deadline passed after %,d of %,d bytes were received"
                                        .formatted(received, length)
                                + CURE);
        timeout.bytesTransferred = received;
        return timeout;
    }

    /** For a write of {@code length} bytes after the first {@code sent}. */
    static SocketTimeoutException write(long sent, long length) {
        SocketTimeoutException timeout =
                new SocketTimeoutException(
                        "write: the deadline passed after %,d of %,d bytes were sent"
                                        .formatted(sent, length)
                                + CURE);
        timeout.bytesTransferred = (int) Math.min(sent, Integer.MAX_VALUE);
        return timeout;
    }

    static SocketTimeoutException accept(InetSocketAddress address) {
        return new SocketTimeoutException(
                "accept %s: the deadline has passed; the listener can go on with a later deadline,"
                                .formatted(SocketErrors.text(address))
                        + " or with Deadline.NONE");
    }

    static SocketTimeoutException connect(InetSocketAddress address) {
        return new SocketTimeoutException(
                "connect %s: the host did not answer before the deadline; it may be down, or a"
                                .formatted(SocketErrors.text(address))
                        + " firewall drops the packets: try later, or with a longer timeout");
    }
}
