package io.weft.cli.load;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/** A server on plain JDK threads and sockets, which may behave badly on purpose. */
final class FakeServer implements AutoCloseable {

    /** What the server does with one connection, on a thread of its own. */
    interface Behaviour {
        void serve(Socket socket) throws IOException, InterruptedException;
    }

    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final Behaviour behaviour;
    private final List<Socket> sockets = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final Thread acceptor;

    FakeServer(Behaviour behaviour) throws IOException {
        this.behaviour = behaviour;
        this.acceptor = Thread.ofPlatform().name("fake-acceptor").start(this::accept);
    }

    InetSocketAddress address() {
        return (InetSocketAddress) listener.getLocalSocketAddress();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        join(acceptor);
        for (Socket socket : sockets) {
            socket.close();
        }
        threads.forEach(Thread::interrupt);
        threads.forEach(FakeServer::join);
    }

    /** Echoes like a good server, until the end of the stream. */
    static void echo(Socket socket) throws IOException {
        byte[] buffer = new byte[8_192];
        int count = socket.getInputStream().read(buffer);
        while (count >= 0) {
            socket.getOutputStream().write(buffer, 0, count);
            count = socket.getInputStream().read(buffer);
        }
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                sockets.add(socket);
                threads.add(Thread.ofPlatform().name("fake-server").start(() -> serve(socket)));
            }
        } catch (IOException e) {
            // Closed by the test, which is what ends it.
            return;
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            behaviour.serve(socket);
        } catch (IOException | InterruptedException e) {
            // The client has gone, or the test is over.
            return;
        }
    }

    private static void join(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
