package io.weft.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.linux.Sys;
import io.weft.linux.UringSys;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * A short life of a listener and a connection that makes every call of this module: what the fault
 * tests spoil. The server sends back all that it reads, in every way of reading; the client writes
 * in every way of writing.
 */
final class FaultSession {

    private static final int PATIENCE_SECONDS = 20;
    private static final int PART = 3000;
    private static final int PARTS = 4;

    /** Small, so that the session makes few calls, and a multiple of no other size here. */
    private static final ConnOptions OPTIONS = ConnOptions.defaults().withLateBufferBytes(2000);

    private final byte[] data = new byte[PART * PARTS];

    private FaultSession() {
        new Random(1).nextBytes(data);
    }

    /**
     * Runs it.
     *
     * @return the failures of both sides, none if all went well; anything but an {@link
     *     IOException} is thrown
     */
    static List<IOException> run(Sys sys) throws Exception {
        return run(() -> new PollerThreads(sys));
    }

    /** The same on rings whose calls and requests may be spoiled. */
    static List<IOException> run(Sys sys, UringSys uring) throws Exception {
        return run(() -> new PollerThreads(sys, uring));
    }

    @SuppressWarnings("try") // the listener is closed early so that the server does not wait
    private static List<IOException> run(Supplier<PollerThreads> start) throws Exception {
        List<IOException> failures = new ArrayList<>();
        try (PollerThreads pollers = start.get();
                TcpListener listener = bind(pollers)) {
            FaultSession session = new FaultSession();
            FutureTask<Void> server =
                    new FutureTask<>(
                            () -> {
                                session.serve(listener);
                                return null;
                            });
            Thread.ofVirtual().start(server);
            try {
                session.converse(pollers, listener);
            } catch (IOException failure) {
                failures.add(failure);
                listener.close();
            }
            server.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (IOException failure) {
            failures.add(failure);
        } catch (UncheckedIOException noPollers) {
            failures.add(noPollers.getCause());
        } catch (ExecutionException failed) {
            if (!(failed.getCause() instanceof IOException failure)) {
                throw failed;
            }
            failures.add(failure);
        }
        return failures;
    }

    private static TcpListener bind(PollerThreads pollers) throws IOException {
        ListenOptions options = ListenOptions.defaults().withConnections(OPTIONS);
        return TcpListener.bind(pollers.netpoll(), Loopback.ANY_PORT, options);
    }

    private void serve(TcpListener listener) throws IOException {
        try (listener;
                TcpConn conn = listener.accept()) {
            byte[] array = new byte[PART];
            conn.readFully(array);
            conn.write(array);
            ByteBuffer direct = ByteBuffer.allocateDirect(PART);
            while (direct.hasRemaining()) {
                endIf(conn.read(direct) < 0);
            }
            conn.write(direct.flip());
            conn.awaitReadable();
            echoLate(conn);
            conn.shutdownOutput();
        }
    }

    /** What the client's failure looks like from here. */
    private static void endIf(boolean cut) throws EOFException {
        if (cut) {
            throw new EOFException("the client has gone");
        }
    }

    private static void echoLate(TcpConn conn) throws IOException {
        while (true) {
            try (LateBuffer buffer = conn.readLate()) {
                if (buffer == null) {
                    return;
                }
                conn.write(buffer);
            }
        }
    }

    private void converse(PollerThreads pollers, TcpListener listener) throws IOException {
        ConnectOptions options = ConnectOptions.defaults().withConnection(OPTIONS);
        try (TcpConn conn =
                Connector.connect(pollers.netpoll(), listener.localAddress(), options)) {
            conn.setNoDelay(true);
            assertThat(conn.noDelay()).isTrue();
            assertThat(conn.remoteAddress()).isEqualTo(listener.localAddress());
            conn.write(data, 0, PART);
            assertEcho(conn, 0);
            conn.write(direct(PART, PART / 2), direct(PART * 3 / 2, PART / 2));
            assertEcho(conn, 1);
            conn.write(ByteBuffer.wrap(data, 2 * PART, PART));
            assertEcho(conn, 2);
            conn.write(ByteBuffer.wrap(data, 3 * PART, 10), direct(3 * PART + 10, PART - 10));
            conn.shutdownOutput();
            assertEcho(conn, 3);
            assertThat(conn.read(new byte[1])).isEqualTo(-1);
        }
    }

    private ByteBuffer direct(int offset, int length) {
        return ByteBuffer.allocateDirect(length).put(data, offset, length).flip();
    }

    private void assertEcho(TcpConn conn, int part) throws IOException {
        byte[] answer = new byte[PART];
        conn.readFully(answer);
        assertThat(ByteBuffer.wrap(answer)).isEqualTo(ByteBuffer.wrap(data, part * PART, PART));
    }
}
