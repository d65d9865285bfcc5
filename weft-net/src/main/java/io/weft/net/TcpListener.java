package io.weft.net;

import static io.weft.linux.Errno.EAGAIN;
import static io.weft.linux.Errno.ECONNABORTED;
import static io.weft.linux.Errno.EHOSTDOWN;
import static io.weft.linux.Errno.EHOSTUNREACH;
import static io.weft.linux.Errno.EINTR;
import static io.weft.linux.Errno.EMFILE;
import static io.weft.linux.Errno.ENETDOWN;
import static io.weft.linux.Errno.ENETUNREACH;
import static io.weft.linux.Errno.ENFILE;
import static io.weft.linux.Errno.ENOBUFS;
import static io.weft.linux.Errno.ENOMEM;
import static io.weft.linux.Errno.ENONET;
import static io.weft.linux.Errno.ENOPROTOOPT;
import static io.weft.linux.Errno.EOPNOTSUPP;
import static io.weft.linux.Errno.EPROTO;

import io.weft.linux.Sys;
import io.weft.netpoll.Netpoll;
import io.weft.netpoll.PollDesc;
import io.weft.netpoll.Wait;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A socket that accepts TCP connections. {@link #accept} parks a goroutine and blocks a platform
 * thread. All methods may be called from any thread; several threads may accept, one at a time.
 *
 * <p>A listener survives what the network does to connections that wait, and a shortage of
 * descriptors or memory: see {@link #accept}. It waits for as long as it takes, unless {@link
 * #setDeadline} says otherwise. Closing and interrupting follow {@link
 * java.nio.channels.InterruptibleChannel}, as in {@link StreamConn}.
 */
public final class TcpListener implements AutoCloseable {

    private final PollDesc desc;
    private final LateBufferPool lateBuffers;
    private final InetSocketAddress localAddress;

    /** Guarded by the accept lock, which is the descriptor's read lock. */
    private final AcceptBackoff backoff;

    /**
     * The thread that pauses during a shortage, for {@link #close} and {@link #setDeadline} to
     * wake.
     */
    private volatile @Nullable Thread pausing;

    private TcpListener(
            PollDesc desc,
            AcceptBackoff backoff,
            LateBufferPool lateBuffers,
            InetSocketAddress localAddress) {
        this.desc = desc;
        this.backoff = backoff;
        this.lateBuffers = lateBuffers;
        this.localAddress = localAddress;
    }

    /**
     * Binds with {@link ListenOptions#defaults}.
     *
     * @see #bind(InetSocketAddress, ListenOptions)
     */
    public static TcpListener bind(InetSocketAddress address) throws IOException {
        return bind(address, ListenOptions.defaults());
    }

    /**
     * Listens on an address. The wildcard address of either family means both families, unless the
     * options or the machine say otherwise; port 0 takes a free port. A port whose last connections
     * are still in TIME_WAIT can be bound (SO_REUSEADDR).
     *
     * @throws java.net.BindException if the address is in use, not of this machine, or not allowed
     * @throws java.net.UnknownHostException if the address is unresolved
     * @throws java.net.SocketException for any other failure, a shortage of descriptors among them
     */
    public static TcpListener bind(InetSocketAddress address, ListenOptions options)
            throws IOException {
        return bind(Netpoll.current(), address, options);
    }

    static TcpListener bind(Netpoll netpoll, InetSocketAddress address, ListenOptions options)
            throws IOException {
        return bind(netpoll, address, options, new AcceptBackoff());
    }

    static TcpListener bind(
            Netpoll netpoll,
            InetSocketAddress address,
            ListenOptions options,
            AcceptBackoff backoff)
            throws IOException {
        Sys sys = netpoll.sys();
        int fd = new Binder(sys, options).bind(address);
        PollDesc desc = null;
        try {
            InetSocketAddress local = sys.localAddress(fd);
            desc = netpoll.open(fd);
            int lateBufferBytes = options.connections().lateBufferBytes();
            LateBufferPool lateBuffers = LateBufferPool.of(netpoll, lateBufferBytes);
            return new TcpListener(desc, backoff, lateBuffers, local == null ? address : local);
        } finally {
            if (desc == null) {
                sys.close(fd);
            }
        }
    }

    /**
     * Binds one listener per processor to the same address (SO_REUSEPORT, whatever the options
     * say), so that the kernel spreads new connections over them and no accept lock is shared. Each
     * wants a goroutine of its own that accepts; connections that the kernel gave to a listener
     * wait for that one only.
     *
     * @throws IOException as {@link #bind(InetSocketAddress, ListenOptions)}; then none is bound
     */
    public static List<TcpListener> bindPerProcessor(
            InetSocketAddress address, ListenOptions options) throws IOException {
        return bindPerProcessor(Netpoll.current(), address, options);
    }

    static List<TcpListener> bindPerProcessor(
            Netpoll netpoll, InetSocketAddress address, ListenOptions options) throws IOException {
        ListenOptions shared = options.withReusePort(true);
        List<TcpListener> listeners = new ArrayList<>();
        InetSocketAddress next = address;
        try {
            while (listeners.size() < netpoll.processors()) {
                TcpListener listener = bind(netpoll, next, shared);
                listeners.add(listener);
                // The first one's port, which the kernel may have chosen.
                int port = listener.localAddress().getPort();
                next = new InetSocketAddress(address.getAddress(), port);
            }
            return List.copyOf(listeners);
        } catch (IOException | RuntimeException failure) {
            listeners.forEach(TcpListener::close);
            throw failure;
        }
    }

    /**
     * Waits for a connection.
     *
     * <p>Connections that failed while they waited are skipped silently. When the process or the
     * machine has no descriptor or no memory for another connection, accept logs one warning that
     * names the limit and the cure, and tries again, at first after 1 ms, at last every second;
     * meanwhile new connections wait in the backlog.
     *
     * @throws java.net.SocketTimeoutException if the deadline passes before, or has passed when it
     *     is this call's turn, even if a connection waits; see {@link #setDeadline}
     * @throws AsynchronousCloseException if another thread closes the listener meanwhile
     * @throws ClosedByInterruptException if the thread is interrupted before or meanwhile; the
     *     listener is closed and the interrupt status stays set
     * @throws ClosedChannelException if the listener is closed already
     */
    public TcpConn accept() throws IOException {
        if (desc.isClosed()) {
            throw new ClosedChannelException();
        }
        if (!desc.lockRead()) {
            throw new AsynchronousCloseException();
        }
        try {
            if (Thread.currentThread().isInterrupted()) {
                throw interrupted();
            }
            requireTime();
            while (true) {
                desc.prepareRead();
                int fd = sys().accept(desc.fd());
                if (fd >= 0) {
                    backoff.succeeded();
                    return opened(fd);
                }
                Wait outcome = mustWait(-fd) ? desc.awaitRead() : Wait.READY;
                if (outcome != Wait.READY) {
                    throw ended(outcome);
                }
            }
        } finally {
            desc.unlockRead();
        }
    }

    /**
     * Sets the moment from which on {@link #accept} throws {@link java.net.SocketTimeoutException}:
     * the calls that are under way, those that queue, and later ones, until it is moved, or cleared
     * with {@link Deadline#NONE}. The listener stays open, and connections wait in the backlog.
     *
     * @throws ClosedChannelException if the listener is closed
     */
    public void setDeadline(Deadline deadline) throws IOException {
        long whenNanos = deadline.whenNanos();
        if (!desc.acquire()) {
            throw new ClosedChannelException();
        }
        try {
            desc.setReadDeadline(whenNanos);
        } finally {
            desc.release();
        }
        // As in close(): the deadline is set before the field is read, and pause() writes the field
        // before it reads the deadline.
        wakePausing();
    }

    /** Where it listens: the port that the kernel chose, the wildcard that it serves. */
    public InetSocketAddress localAddress() {
        return localAddress;
    }

    /** Whether nobody has closed it. */
    public boolean isOpen() {
        return !desc.isClosed();
    }

    /**
     * Stops listening, ends pending accepts with {@link AsynchronousCloseException}, and returns
     * when the port is free again. Connections that nobody accepted are reset. Closing again does
     * nothing more.
     */
    @Override
    public void close() {
        desc.close();
        // The descriptor is marked closed before the field is read, and pause() writes the field
        // before it looks at the mark: one of the two sees the other.
        wakePausing();
        desc.awaitClosed();
    }

    private void wakePausing() {
        Thread sleeper = pausing;
        if (sleeper != null) {
            LockSupport.unpark(sleeper);
        }
    }

    /** The address, and whether the listener is open. */
    @Override
    public String toString() {
        return "TcpListener[%s%s]".formatted(localAddress, isOpen() ? "" : ", closed");
    }

    /** Makes the connection of an accepted descriptor, which inherited the listener's options. */
    private TcpConn opened(int fd) {
        PollDesc accepted = null;
        try {
            accepted = desc.netpoll().openConnected(fd);
            return new TcpConn(accepted, lateBuffers);
        } finally {
            if (accepted == null) {
                sys().close(fd);
            }
        }
    }

    /** Whether to wait (true) or to try again (false) after accept failed. */
    private boolean mustWait(int errno) throws IOException {
        return switch (errno) {
            case EAGAIN -> {
                desc.netpoll().countWouldBlock();
                yield true;
            }
            // Beside EINTR, Linux hands over what happened to the waiting connection (accept(2),
            // "Error handling"). Each such answer takes one out of the backlog, which bounds the
            // retries.
            case EINTR,
                    ECONNABORTED,
                    ENETDOWN,
                    EPROTO,
                    ENOPROTOOPT,
                    EHOSTDOWN,
                    ENONET,
                    EHOSTUNREACH,
                    EOPNOTSUPP,
                    ENETUNREACH ->
                    false;
            case EMFILE, ENFILE, ENOBUFS, ENOMEM -> {
                pause(backoff.failed(sys(), this, errno));
                yield false;
            }
            default -> throw SocketErrors.accept(sys(), localAddress, errno);
        };
    }

    /**
     * Lets time pass, unless the listener is closed, the deadline over or the thread interrupted.
     * Ends early when a deadline is set; accept then tries once more than it had to.
     */
    private void pause(long nanos) throws IOException {
        pausing = Thread.currentThread();
        long leftNanos = desc.readTimeLeftNanos();
        if (!desc.isClosed() && leftNanos > 0) {
            LockSupport.parkNanos(this, Math.min(nanos, leftNanos));
        }
        pausing = null;
        if (Thread.currentThread().isInterrupted()) {
            throw interrupted();
        }
        if (desc.isClosed()) {
            throw new AsynchronousCloseException();
        }
        requireTime();
    }

    private void requireTime() throws SocketTimeoutException {
        if (desc.readTimeLeftNanos() <= 0) {
            throw Timeouts.accept(localAddress);
        }
    }

    private IOException ended(Wait outcome) {
        return switch (outcome) {
            case TIMED_OUT -> Timeouts.accept(localAddress);
            case INTERRUPTED -> interrupted();
            case CLOSED, READY -> new AsynchronousCloseException();
        };
    }

    /** Closes on behalf of an interrupt. The caller still holds the accept lock. */
    private IOException interrupted() {
        desc.close();
        Thread.currentThread().interrupt();
        return new ClosedByInterruptException();
    }

    private Sys sys() {
        return desc.netpoll().sys();
    }
}
