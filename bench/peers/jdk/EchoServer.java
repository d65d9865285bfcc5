import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/**
 * Echo server with a JDK virtual thread per connection and blocking {@code java.net} sockets.
 *
 * <p>Arguments: {@code --port P} (0 takes a free one), {@code --threads N} (carriers), {@code
 * --buffer BYTES} (the read buffer that each connection owns), {@code --read-timeout SECONDS} (that
 * a read may wait; 0 for ever).
 */
public final class EchoServer {
    private static final int BACKLOG = 4096;

    private EchoServer() {}

    public static void main(String[] args) throws IOException {
        int port = Integer.parseInt(option(args, "--port", "0"));
        int bufferSize = Integer.parseInt(option(args, "--buffer", "4096"));
        int timeoutMillis = 1000 * Integer.parseInt(option(args, "--read-timeout", "0"));
        // Read when the first virtual thread is created.
        System.setProperty(
                "jdk.virtualThreadScheduler.parallelism", option(args, "--threads", "1"));
        try (ServerSocket listener = new ServerSocket()) {
            listener.setReuseAddress(true);
            listener.bind(new InetSocketAddress("127.0.0.1", port), BACKLOG);
            System.out.println(
                    "listening on 127.0.0.1:%d peer=jdk pid=%d version=\"JDK %s\""
                            .formatted(
                                    listener.getLocalPort(),
                                    ProcessHandle.current().pid(),
                                    Runtime.version()));
            serve(listener, bufferSize, timeoutMillis);
        }
    }

    private static void serve(ServerSocket listener, int bufferSize, int timeoutMillis)
            throws IOException {
        while (true) {
            Socket socket = listener.accept();
            Thread.startVirtualThread(() -> echo(socket, bufferSize, timeoutMillis));
        }
    }

    private static void echo(Socket socket, int bufferSize, int timeoutMillis) {
        try (socket) {
            socket.setTcpNoDelay(true);
            // One that lasts: each read begins to wait anew.
            socket.setSoTimeout(timeoutMillis);
            InputStream in = socket.getInputStream();
            OutputStream out = socket.getOutputStream();
            byte[] buffer = new byte[bufferSize];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                out.write(buffer, 0, n);
            }
        } catch (IOException peerIsGone) {
            // A broken connection ends its own thread and nothing else.
        }
    }

    private static String option(String[] args, String name, String fallback) {
        for (int i = 0; i + 1 < args.length; i++) {
            if (args[i].equals(name)) {
                return args[i + 1];
            }
        }
        return fallback;
    }
}
