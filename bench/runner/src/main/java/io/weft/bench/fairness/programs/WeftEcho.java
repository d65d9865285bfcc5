package io.weft.bench.fairness.programs;

import io.weft.WeftRuntime;
import io.weft.net.LateBuffer;
import io.weft.net.TcpConn;
import io.weft.net.TcpListener;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;

/**
 * On connections of Weft.
 *
 * @param runtime whose goroutines serve
 */
record WeftEcho(WeftRuntime runtime) implements EchoService {

    @Override
    public int start() throws IOException {
        CompletableFuture<TcpListener> bound = new CompletableFuture<>();
        // As a goroutine of this runtime, so that the listener belongs to its pollers.
        runtime.run(
                () ->
                        bound.complete(
                                TcpListener.bind(
                                        new InetSocketAddress(
                                                InetAddress.getLoopbackAddress(), 0))));
        TcpListener listener = bound.join();
        runtime.go(() -> acceptAll(listener));
        return listener.localAddress().getPort();
    }

    private void acceptAll(TcpListener listener) {
        try {
            while (true) {
                TcpConn conn = listener.accept();
                runtime.go(() -> echo(conn));
            }
        } catch (IOException e) {
            System.err.println("fairness: no more connections are accepted: " + e.getMessage());
        }
    }

    private static void echo(TcpConn conn) {
        try (conn) {
            while (true) {
                try (LateBuffer buffer = conn.readLate()) {
                    if (buffer == null) {
                        return;
                    }
                    conn.write(buffer);
                }
            }
        } catch (IOException peerIsGone) {
            // A broken connection ends its own goroutine and nothing else.
            return;
        }
    }
}
