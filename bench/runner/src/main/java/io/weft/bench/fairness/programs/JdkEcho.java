package io.weft.bench.fairness.programs;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** On {@code java.net} sockets, with virtual threads of the JDK. */
final class JdkEcho implements EchoService {

    private static final int BACKLOG = 4096;
    private static final int BUFFER_BYTES = 4096;

    @Override
    public int start() throws IOException {
        ServerSocket listener = new ServerSocket();
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
        Thread.startVirtualThread(() -> acceptAll(listener));
        return listener.getLocalPort();
    }

    private static void acceptAll(ServerSocket listener) {
        try {
            while (true) {
                Socket socket = listener.accept();
                Thread.startVirtualThread(() -> echo(socket));
            }
        } catch (IOException e) {
            System.err.println("fairness: no more connections are accepted: " + e.getMessage());
        }
    }

    private static void echo(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            InputStream in = socket.getInputStream();
            OutputStream out = socket.getOutputStream();
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                out.write(buffer, 0, n);
            }
        } catch (IOException peerIsGone) {
            // A broken connection ends its own thread and nothing else.
            return;
        }
    }
}
