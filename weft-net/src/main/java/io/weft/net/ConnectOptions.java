package io.weft.net;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * How {@link TcpConn#connect} opens a connection.
 *
 * @param localAddress where to connect from, or null to leave it to the kernel. With port 0 the
 *     kernel chooses the port when it knows the destination, so that one local address serves some
 *     28,000 connections to each destination instead of altogether
 * @param connection what the connection starts with
 */
public record ConnectOptions(@Nullable InetSocketAddress localAddress, ConnOptions connection) {

    private static final ConnectOptions DEFAULTS = new ConnectOptions(null, ConnOptions.defaults());

    /** Any local address, a connection with the default options. */
    public static ConnectOptions defaults() {
        return DEFAULTS;
    }

    public ConnectOptions withLocalAddress(@Nullable InetSocketAddress address) {
        return new ConnectOptions(address, connection);
    }

    public ConnectOptions withConnection(ConnOptions options) {
        return new ConnectOptions(localAddress, options);
    }
}
