package io.weft.net;

import static io.weft.linux.Errno.EADDRNOTAVAIL;
import static io.weft.linux.Errno.EALREADY;
import static io.weft.linux.Errno.ECONNREFUSED;
import static io.weft.linux.Errno.EINPROGRESS;
import static io.weft.linux.Errno.EINTR;
import static io.weft.linux.Errno.EISCONN;

import io.weft.linux.Sockets;
import io.weft.linux.Sys;
import io.weft.netpoll.Netpoll;
import io.weft.netpoll.PollDesc;
import io.weft.netpoll.Wait;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;

/**
 * Opens one connection: a non-blocking connect, then a wait for writability, then the question how
 * it went. A failed attempt leaves no descriptor.
 *
 * <p>Two outcomes are tried again with a fresh socket, as Go does, unless the caller has named the
 * local port. EADDRNOTAVAIL may mean that two sockets raced for the last port. And a socket that
 * connects to a port of the local range on its own machine may be given that very port and connect
 * to itself (RFC 9293 §3.5, simultaneous open): nothing listens there, so that is a refusal.
 */
final class Connector {

    /** Attempts altogether: the first, and two more after the outcomes above. */
    private static final int MAX_ATTEMPTS = 3;

    private final Netpoll netpoll;
    private final Sys sys;
    private final InetSocketAddress remote;
    private final ConnectOptions options;
    private final Deadline deadline;
    private final int domain;
    private final int maxAttempts;

    private Connector(Netpoll netpoll, InetSocketAddress remote, ConnectOptions options)
            throws IOException {
        this.netpoll = netpoll;
        this.sys = netpoll.sys();
        this.remote = remote;
        this.options = options;
        this.deadline = options.deadlineFromNow();
        boolean ipv6 = Binder.resolved(remote) instanceof Inet6Address;
        InetSocketAddress local = options.localAddress();
        if (local != null) {
            ipv6 |= Binder.resolved(local) instanceof Inet6Address;
        }
        this.domain = ipv6 ? Sockets.AF_INET6 : Sockets.AF_INET;
        this.maxAttempts = local == null || local.getPort() == 0 ? MAX_ATTEMPTS : 1;
    }

    /** See {@link TcpConn#connect(InetSocketAddress, ConnectOptions)}. */
    static TcpConn connect(Netpoll netpoll, InetSocketAddress remote, ConnectOptions options)
            throws IOException {
        Connector connector = new Connector(netpoll, remote, options);
        for (int attempt = 1; ; attempt++) {
            if (Thread.currentThread().isInterrupted()) {
                throw new ClosedByInterruptException();
            }
            if (connector.deadline.hasPassed()) {
                throw Timeouts.connect(remote);
            }
            TcpConn conn = connector.attempt(attempt == connector.maxAttempts);
            if (conn != null) {
                return conn;
            }
        }
    }

    /** A connection, or null when it should be tried again, which it should not after the last. */
    private @Nullable TcpConn attempt(boolean last) throws IOException {
        PollDesc desc = open();
        if (!desc.lockWrite()) {
            throw new ClosedChannelException(); // by the runtime, which is shutting down
        }
        TcpConn conn = null;
        try {
            desc.setWriteDeadline(deadline.whenNanos());
            int errno = establish(desc);
            if (errno == EADDRNOTAVAIL && !last) {
                return null;
            }
            if (errno != 0) {
                throw SocketErrors.connect(sys, remote, errno);
            }
            desc.setWriteDeadline(Deadline.NONE.whenNanos());
            conn = connected(desc);
            if (conn == null && last) {
                throw SocketErrors.connect(sys, remote, ECONNREFUSED);
            }
            return conn;
        } finally {
            if (conn == null) {
                desc.close();
            }
            desc.unlockWrite();
        }
    }

    /** The connection of a connected socket; null when it is connected to itself. */
    private @Nullable TcpConn connected(PollDesc desc) throws IOException {
        // Whoever connects to the wildcard address gets this machine, and is told so.
        boolean wildcard = Binder.resolved(remote).isAnyLocalAddress();
        InetSocketAddress peer = wildcard ? sys.remoteAddress(desc.fd()) : remote;
        InetSocketAddress local = sys.localAddress(desc.fd());
        if (maxAttempts > 1 && local != null && local.equals(peer)) {
            return null;
        }
        int lateBufferBytes = options.connection().lateBufferBytes();
        LateBufferPool lateBuffers = LateBufferPool.of(netpoll, lateBufferBytes);
        return new TcpConn(netpoll.openConnected(desc), lateBuffers, local, peer);
    }

    /** A socket with its options, bound if that was asked for. */
    private PollDesc open() throws IOException {
        int fd = sys.socket(domain, Sockets.SOCK_STREAM, Sockets.IPPROTO_TCP);
        if (fd < 0) {
            throw SocketErrors.socket(sys, -fd);
        }
        PollDesc desc = null;
        try {
            SocketSettings.apply(sys, fd, options.connection());
            InetSocketAddress local = options.localAddress();
            if (local != null) {
                bindLocal(fd, local);
            }
            desc = netpoll.open(fd);
            return desc;
        } finally {
            if (desc == null) {
                sys.close(fd);
            }
        }
    }

    private void bindLocal(int fd, InetSocketAddress local) throws IOException {
        if (local.getPort() == 0) {
            // Old kernels do not know it; then the port is merely chosen too early.
            sys.setOption(fd, Sockets.IPPROTO_IP, Sockets.IP_BIND_ADDRESS_NO_PORT, 1);
        }
        int answer = sys.bind(fd, domain, local);
        if (answer < 0) {
            throw SocketErrors.bind(sys, local, -answer);
        }
    }

    /** Connects and waits for the outcome: 0 or an errno. The caller holds the write lock. */
    private int establish(PollDesc desc) throws IOException {
        while (true) {
            int answer = sys.connect(desc.fd(), domain, remote);
            switch (-answer) {
                case 0, EISCONN -> {
                    return 0;
                }
                case EINTR -> {
                    // Goes on by itself if it had begun; asking again finds out (EALREADY).
                }
                case EINPROGRESS, EALREADY -> {
                    return awaitOutcome(desc);
                }
                default -> {
                    return -answer;
                }
            }
        }
    }

    /**
     * Asks how the connect went until the kernel knows: SO_ERROR says what failed, and only a
     * socket with a peer is connected, since a wake-up may come early (Go's issue 14548). It asks
     * before the first wait, for over the loopback the handshake is mostly over already.
     */
    private int awaitOutcome(PollDesc desc) throws IOException {
        int[] error = new int[1];
        while (true) {
            desc.prepareWrite();
            int answer = sys.getOption(desc.fd(), Sockets.SOL_SOCKET, Sockets.SO_ERROR, error);
            if (answer == -EINTR) {
                continue;
            }
            int errno = answer < 0 ? -answer : error[0];
            switch (errno) {
                case 0 -> {
                    if (sys.remoteAddress(desc.fd()) != null) {
                        return 0;
                    }
                }
                case EINPROGRESS, EALREADY, EINTR -> {
                    // Not decided yet.
                }
                case EISCONN -> {
                    return 0;
                }
                default -> {
                    return errno;
                }
            }
            Wait outcome = desc.awaitWrite();
            if (outcome == Wait.INTERRUPTED) {
                Thread.currentThread().interrupt();
                throw new ClosedByInterruptException();
            }
            if (outcome == Wait.TIMED_OUT) {
                throw Timeouts.connect(remote);
            }
            if (outcome == Wait.CLOSED) {
                throw new AsynchronousCloseException(); // by the runtime, which is shutting down
            }
        }
    }
}
