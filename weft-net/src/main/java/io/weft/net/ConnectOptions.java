package io.weft.net;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How {@link TcpConn#connect} opens a connection.
 *
 * @param localAddress where to connect from, or null to leave it to the kernel. With port 0 the
 *     kernel chooses the port when it knows the destination, so that one local address serves some
 *     28,000 connections to each destination instead of altogether
 * @param connection what the connection starts with
 * @param timeout how long each connect may take from its call on, or null for any time; zero or
 *     less fails at once. The kernel itself gives up after about two minutes
 * @param deadline by when it must be over; with a timeout as well, whichever comes first holds. It
 *     is no deadline of the connection that results
 */
public record ConnectOptions(
        @Nullable InetSocketAddress localAddress,
        ConnOptions connection,
        @Nullable Duration timeout,
        Deadline deadline) {

    private static final ConnectOptions DEFAULTS =
            new ConnectOptions(null, ConnOptions.defaults(), null, Deadline.NONE);

    public ConnectOptions {
        Objects.requireNonNull(connection, "connection");
        Objects.requireNonNull(deadline, "deadline");
    }

    /** Any local address, a connection with the default options, any time. */
    public static ConnectOptions defaults() {
        return DEFAULTS;
    }

    public ConnectOptions withLocalAddress(@Nullable InetSocketAddress address) {
        return new ConnectOptions(address, connection, timeout, deadline);
    }

    public ConnectOptions withConnection(ConnOptions options) {
        return new ConnectOptions(localAddress, options, timeout, deadline);
    }

    public ConnectOptions withTimeout(@Nullable Duration timeout) {
        return new ConnectOptions(localAddress, connection, timeout, deadline);
    }

    public ConnectOptions withDeadline(Deadline deadline) {
        return new ConnectOptions(localAddress, connection, timeout, deadline);
    }

    /** By when a connect that begins here must be over. */
    Deadline deadlineFromNow() {
        return timeout == null ? deadline : deadline.earliest(Deadline.after(timeout));
    }
}
