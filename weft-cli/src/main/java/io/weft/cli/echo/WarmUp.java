package io.weft.cli.echo;

import io.weft.WeftRuntime;
import io.weft.net.TcpConn;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Serves short connections of its own before a server opens, so that the code of a connection's
 * whole life is compiled. That is not about the first seconds: the stack of a waiting goroutine
 * keeps the frames with which it came, and interpreted ones take four times the memory for as long
 * as the connection rests.
 */
public final class WarmUp {

    /**
     * Enough calls of each method for the JVM's optimizing compiler, which asks for 5,000, and some
     * for the time that it takes.
     */
    public static final int CONNECTIONS = 8_000;

    private static final int CLIENTS = 4;

    private static final long DRAIN_NANOS = TimeUnit.SECONDS.toNanos(5);

    private WarmUp() {}

    /**
     * Opens, uses and resets connections over loopback, on a port of its own, and leaves nothing.
     *
     * @throws IOException if that is not possible here; a server can do without
     */
    public static void run(WeftRuntime runtime, int connections)
            throws IOException, InterruptedException {
        InetSocketAddress loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        EchoServer server = EchoServer.start(runtime, loopback, false);
        AtomicReference<@Nullable IOException> failure = new AtomicReference<>();
        try {
            List<Thread> clients = new ArrayList<>();
            for (int c = 0; c < CLIENTS; c++) {
                clients.add(
                        runtime.go(() -> use(server.address(), connections / CLIENTS, failure)));
            }
            for (Thread client : clients) {
                client.join();
            }
        } finally {
            server.drain(DRAIN_NANOS);
        }
        IOException first = failure.get();
        if (first != null) {
            throw first;
        }
    }

    private static void use(
            InetSocketAddress address, int times, AtomicReference<@Nullable IOException> failure) {
        byte[] message = new byte[1];
        try {
            for (int i = 0; i < times; i++) {
                try (TcpConn conn = TcpConn.connect(address)) {
                    conn.write(message);
                    conn.readFully(message);
                    conn.setLingerSeconds(0); // a reset leaves no port waiting
                }
            }
        } catch (IOException e) {
            failure.compareAndSet(null, e);
        }
    }
}
