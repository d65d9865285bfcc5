package io.weft.net;

import io.weft.linux.Sockets;
import io.weft.linux.Sys;
import io.weft.netpoll.Netpoll;
import io.weft.netpoll.PollDesc;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.channels.ClosedByInterruptException;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * A TCP connection, from {@link TcpListener#accept} or {@link #connect}. All methods may be called
 * from any thread; {@link StreamConn} says how calls queue, end and fail.
 */
public final class TcpConn extends StreamConn {

    /** What an address is when it was first asked for after the connection's end. */
    private static final InetSocketAddress UNKNOWN = new InetSocketAddress(0);

    /** Cached at first use; a race asks the kernel twice for the same answer. */
    private volatile @Nullable InetSocketAddress localAddress;

    /** Known from the start on the connecting side, else cached at first use. */
    private volatile @Nullable InetSocketAddress remoteAddress;

    /** An accepted connection; who asks for the addresses pays for them. */
    TcpConn(PollDesc desc, LateBufferPool lateBuffers) {
        super(desc, lateBuffers);
    }

    TcpConn(
            PollDesc desc,
            LateBufferPool lateBuffers,
            @Nullable InetSocketAddress localAddress,
            @Nullable InetSocketAddress remoteAddress) {
        super(desc, lateBuffers);
        this.localAddress = localAddress;
        this.remoteAddress = remoteAddress;
    }

    /**
     * Connects with {@link ConnectOptions#defaults}.
     *
     * @see #connect(InetSocketAddress, ConnectOptions)
     */
    public static TcpConn connect(InetSocketAddress remote) throws IOException {
        return connect(remote, ConnectOptions.defaults());
    }

    /**
     * Opens a connection and waits until it is established.
     *
     * @throws java.net.UnknownHostException if the address is unresolved
     * @throws java.net.ConnectException if the peer refuses or does not answer
     * @throws java.net.NoRouteToHostException if the network has no way there
     * @throws java.net.BindException if the local address is not to be had, or no local port is
     *     free for this destination
     * @throws SocketException for any other failure, a shortage of descriptors among them
     * @throws java.net.SocketTimeoutException if the timeout or the deadline of the options passes
     *     before; no descriptor is left
     * @throws ClosedByInterruptException if the thread is interrupted before or meanwhile
     */
    public static TcpConn connect(InetSocketAddress remote, ConnectOptions options)
            throws IOException {
        return Connector.connect(Netpoll.current(), remote, options);
    }

    /** Whether small segments go out at once (TCP_NODELAY). */
    public boolean noDelay() throws IOException {
        return ask((sys, fd) -> SocketSettings.noDelay(sys, fd));
    }

    /** Sets TCP_NODELAY. */
    public void setNoDelay(boolean on) throws IOException {
        change((sys, fd) -> SocketSettings.setNoDelay(sys, fd, on));
    }

    /** The probes for a silent peer, or null when none are sent. */
    public @Nullable KeepAlive keepAlive() throws IOException {
        return ask((sys, fd) -> SocketSettings.keepAlive(sys, fd));
    }

    /** Sets SO_KEEPALIVE and its three knobs; null switches the probes off. */
    public void setKeepAlive(@Nullable KeepAlive probes) throws IOException {
        change((sys, fd) -> SocketSettings.setKeepAlive(sys, fd, probes));
    }

    /** SO_RCVBUF in bytes, without the kernel's own overhead, so that one reads what one set. */
    public int receiveBufferSize() throws IOException {
        return ask((sys, fd) -> SocketSettings.bufferSize(sys, fd, Sockets.SO_RCVBUF));
    }

    /** Sets SO_RCVBUF; the kernel bounds it by {@code net.core.rmem_max}. */
    public void setReceiveBufferSize(int bytes) throws IOException {
        change((sys, fd) -> SocketSettings.setBufferSize(sys, fd, Sockets.SO_RCVBUF, bytes));
    }

    /** SO_SNDBUF in bytes, without the kernel's own overhead, so that one reads what one set. */
    public int sendBufferSize() throws IOException {
        return ask((sys, fd) -> SocketSettings.bufferSize(sys, fd, Sockets.SO_SNDBUF));
    }

    /** Sets SO_SNDBUF; the kernel bounds it by {@code net.core.wmem_max}. */
    public void setSendBufferSize(int bytes) throws IOException {
        change((sys, fd) -> SocketSettings.setBufferSize(sys, fd, Sockets.SO_SNDBUF, bytes));
    }

    /** SO_LINGER in seconds, or -1 when off. */
    public int lingerSeconds() throws IOException {
        return ask((sys, fd) -> SocketSettings.lingerSeconds(sys, fd));
    }

    /**
     * Sets SO_LINGER. With 0, {@link #close} resets the connection; with more, close blocks its
     * thread for up to that time until everything is acknowledged, a goroutine's carrier included,
     * whose P goes to another carrier meanwhile; a negative number switches it off.
     */
    public void setLingerSeconds(int seconds) throws IOException {
        change((sys, fd) -> SocketSettings.setLingerSeconds(sys, fd, seconds));
    }

    /**
     * This end's address. When it is asked for after the connection's end for the first time, it is
     * the wildcard address with port 0.
     */
    public InetSocketAddress localAddress() {
        InetSocketAddress known = localAddress;
        if (known == null && desc().acquire()) {
            try {
                known = address(Sys::localAddress);
                localAddress = known;
            } finally {
                desc().release();
            }
        }
        return known == null ? UNKNOWN : known;
    }

    /**
     * The peer's address. On an accepted connection, when it is asked for after the connection's
     * end (a reset included) for the first time, it is the wildcard address with port 0.
     */
    public InetSocketAddress remoteAddress() {
        InetSocketAddress known = remoteAddress;
        if (known == null && desc().acquire()) {
            try {
                known = address(Sys::remoteAddress);
                remoteAddress = known;
            } finally {
                desc().release();
            }
        }
        return known == null ? UNKNOWN : known;
    }

    /** Both addresses as far as they are known, and whether the connection is open. */
    @Override
    public String toString() {
        return "TcpConn[local=%s, remote=%s%s]"
                .formatted(localAddress, remoteAddress, isOpen() ? "" : ", closed");
    }

    /** The caller holds a reference. */
    private @Nullable InetSocketAddress address(
            BiFunction<Sys, Integer, @Nullable InetSocketAddress> call) {
        int fd = desc().borrowFd();
        if (fd < 0) {
            return null;
        }
        try {
            return call.apply(sys(), fd);
        } finally {
            desc().returnFd(fd);
        }
    }

    private <T extends @Nullable Object> T ask(Question<T> question) throws IOException {
        acquire();
        try {
            int fd = desc().borrowFd();
            if (fd < 0) {
                throw SocketErrors.socket(sys(), -fd);
            }
            try {
                return question.ask(sys(), fd);
            } finally {
                desc().returnFd(fd);
            }
        } finally {
            desc().release();
        }
    }

    private void change(Change change) throws IOException {
        ask(
                (sys, fd) -> {
                    change.apply(sys, fd);
                    return null;
                });
    }

    /** Asks the kernel for something about an open descriptor. */
    private interface Question<T extends @Nullable Object> {
        T ask(Sys sys, int fd) throws IOException;
    }

    /** Changes something about an open descriptor. */
    private interface Change {
        void apply(Sys sys, int fd) throws IOException;
    }
}
