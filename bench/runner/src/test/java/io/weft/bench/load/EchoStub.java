package io.weft.bench.load;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** An echo server with a thread per connection, which may do something before each echo. */
final class EchoStub implements AutoCloseable {

    /** What comes between a read and its echo; may change what was read. */
    interface Before {
        void echo(byte[] buffer, int count);
    }

    /** Large enough for the whole stream that the tests send between two reads. */
    private static final int BUFFER_BYTES = 64 * 1024;

    private static final int BACKLOG = 50;

    private final ServerSocket listener;
    private final int readBytes;
    private final Before before;
    private final List<Socket> sockets = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final Thread acceptor;

    /** Reads up to {@code readBytes} at once. */
    EchoStub(int readBytes, Before before) throws IOException {
        this.listener = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
        this.readBytes = readBytes;
        this.before = before;
        this.acceptor = Thread.ofPlatform().name("stub-acceptor").start(this::accept);
    }

    EchoStub(Before before) throws IOException {
        this(BUFFER_BYTES, before);
    }

    int port() {
        return listener.getLocalPort();
    }

    static void sleepMillis(long millis) {
        long end = System.nanoTime() + millis * 1_000_000;
        for (long rest = millis; rest > 0; rest = (end - System.nanoTime()) / 1_000_000) {
            LockSupport.parkNanos(rest * 1_000_000);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        awaitEnd(acceptor);
        for (Socket socket : sockets) {
            socket.close();
        }
        threads.forEach(EchoStub::awaitEnd);
    }

    private static void awaitEnd(Thread thread) {
        while (thread.isAlive()) {
            sleepMillis(1);
        }
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                sockets.add(socket);
                threads.add(Thread.ofPlatform().name("stub").start(() -> serve(socket)));
            }
        } catch (IOException e) {
            // Closed by the test, which is what ends it.
            return;
        }
    }

    private void serve(Socket socket) {
        byte[] buffer = new byte[readBytes];
        try (socket) {
            socket.setTcpNoDelay(true);
            int count = socket.getInputStream().read(buffer);
            while (count >= 0) {
                before.echo(buffer, count);
                socket.getOutputStream().write(buffer, 0, count);
                count = socket.getInputStream().read(buffer);
            }
        } catch (IOException e) {
            // The generator has gone, or the test is over.
            return;
        }
    }
}
