package io.weft.cli.echo;

import io.weft.WeftRuntime;
import io.weft.net.ListenOptions;
import io.weft.net.TcpConn;
import io.weft.net.TcpListener;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A server that sends back every byte: one goroutine accepts on each listener, one serves each
 * connection.
 *
 * <p>All methods may be called from any thread.
 */
public final class EchoServer {

    private static final System.Logger LOGGER = System.getLogger(EchoServer.class.getName());

    /** After the drain, closing what is left takes no longer than this. */
    private static final long CLOSE_TIMEOUT_NANOS = 1_000_000_000;

    private final WeftRuntime runtime;
    private final List<TcpListener> listeners;
    private final EchoConnections connections;

    private EchoServer(
            WeftRuntime runtime, List<TcpListener> listeners, EchoConnections connections) {
        this.connections = connections;
        this.runtime = runtime;
        this.listeners = listeners;
    }

    /**
     * Binds and starts to accept.
     *
     * @param perProcessor whether each P gets a listener of its own (SO_REUSEPORT)
     * @throws IOException if the address cannot be had; the message names the cure
     */
    public static EchoServer start(
            WeftRuntime runtime, InetSocketAddress address, boolean perProcessor)
            throws IOException {
        return start(runtime, address, perProcessor, Duration.ZERO);
    }

    /** The same; connections are cut whose peer sends nothing for so long, which zero allows. */
    public static EchoServer start(
            WeftRuntime runtime,
            InetSocketAddress address,
            boolean perProcessor,
            Duration readTimeout)
            throws IOException {
        List<TcpListener> listeners = new ArrayList<>();
        // As a goroutine of this runtime, so that the listeners belong to its pollers.
        runtime.run(() -> listeners.addAll(bind(address, perProcessor)));
        EchoServer server = new EchoServer(runtime, listeners, new EchoConnections(readTimeout));
        for (TcpListener listener : listeners) {
            runtime.go(() -> server.acceptAll(listener));
        }
        return server;
    }

    private static List<TcpListener> bind(InetSocketAddress address, boolean perProcessor)
            throws IOException {
        ListenOptions options = ListenOptions.defaults();
        return perProcessor
                ? TcpListener.bindPerProcessor(address, options)
                : List.of(TcpListener.bind(address, options));
    }

    /** Where the server listens; the real port when 0 was asked for. */
    public InetSocketAddress address() {
        return listeners.getFirst().localAddress();
    }

    /** What was served so far. */
    public EchoTotals totals() {
        return connections.totals();
    }

    /**
     * Ends the server: no connection is accepted any more; each open one finishes the echo it is
     * writing and is closed; those that take longer than the time are cut.
     *
     * @return how many connections were cut
     */
    public int drain(long timeoutNanos) throws InterruptedException {
        listeners.forEach(TcpListener::close);
        connections.close().forEach(EchoConnection::endInput);
        if (connections.awaitEmpty(timeoutNanos)) {
            return 0;
        }
        List<EchoConnection> late = connections.stillOpen();
        late.forEach(EchoConnection::close);
        connections.awaitEmpty(CLOSE_TIMEOUT_NANOS);
        return late.size();
    }

    private void acceptAll(TcpListener listener) {
        try {
            while (true) {
                serve(listener.accept());
            }
        } catch (ClosedChannelException e) {
            // The drain has closed the listener.
            return;
        } catch (IOException e) {
            LOGGER.log(Level.ERROR, "no further connections are accepted: " + e.getMessage());
        }
    }

    private void serve(TcpConn conn) {
        @Nullable EchoConnection connection = connections.add(conn);
        if (connection == null) {
            conn.close();
        } else {
            runtime.go(connection);
        }
    }
}
