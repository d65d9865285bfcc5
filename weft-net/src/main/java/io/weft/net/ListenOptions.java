package io.weft.net;

/**
 * How a {@link TcpListener} is bound.
 *
 * @param backlog most connections that wait to be accepted; 0 takes the machine's maximum ({@code
 *     net.core.somaxconn}), above which the kernel cuts silently
 * @param reusePort whether several listeners of one user may bind the same port (SO_REUSEPORT); the
 *     kernel then spreads new connections among them by a hash of their addresses
 * @param ipv6Only whether the wildcard address means IPv6 only instead of both families
 * @param connections what every accepted connection starts with
 */
public record ListenOptions(
        int backlog, boolean reusePort, boolean ipv6Only, ConnOptions connections) {

    private static final ListenOptions DEFAULTS =
            new ListenOptions(0, false, false, ConnOptions.defaults());

    public ListenOptions {
        if (backlog < 0) {
            throw new IllegalArgumentException("a backlog cannot be negative: " + backlog);
        }
    }

    /** The machine's largest backlog, one listener per port, both address families. */
    public static ListenOptions defaults() {
        return DEFAULTS;
    }

    public ListenOptions withBacklog(int length) {
        return new ListenOptions(length, reusePort, ipv6Only, connections);
    }

    public ListenOptions withReusePort(boolean on) {
        return new ListenOptions(backlog, on, ipv6Only, connections);
    }

    public ListenOptions withIpv6Only(boolean on) {
        return new ListenOptions(backlog, reusePort, on, connections);
    }

    public ListenOptions withConnections(ConnOptions options) {
        return new ListenOptions(backlog, reusePort, ipv6Only, options);
    }
}
