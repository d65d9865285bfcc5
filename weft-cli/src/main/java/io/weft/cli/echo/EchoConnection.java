package io.weft.cli.echo;

import io.weft.net.LateBuffer;
import io.weft.net.TcpConn;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The goroutine of one connection: it sends back what it reads, until the peer ends the stream, or
 * sends nothing for longer than the server allows. While it waits it holds no buffer.
 *
 * <p>An idle server is made of these, so each carries only what a line of totals needs.
 */
final class EchoConnection implements Runnable {

    private static final VarHandle MESSAGES = counter("messages");
    private static final VarHandle BYTES = counter("bytes");

    /** Neighbours in the list of open connections, guarded by its lock. */
    @Nullable EchoConnection previous;

    /** See {@link #previous}. */
    @Nullable EchoConnection next;

    private final TcpConn conn;
    private final EchoConnections all;

    // Written by the goroutine, read by whoever asks for totals: opaque, so that each value is
    // whole and not kept back for ever; nothing is published through them.
    private long messages;
    private long bytes;

    EchoConnection(TcpConn conn, EchoConnections all) {
        this.conn = conn;
        this.all = all;
    }

    @Override
    public void run() {
        boolean failed = true;
        try (conn) {
            echo();
            failed = false;
        } catch (IOException e) {
            // The peer reset the connection or was silent for too long, or the drain ran out of
            // time: the totals say how many.
            failed = true;
        } finally {
            all.remove(this, failed);
        }
    }

    long messages() {
        return (long) MESSAGES.getOpaque(this);
    }

    long bytes() {
        return (long) BYTES.getOpaque(this);
    }

    /** Lets the goroutine finish its write, and then read the end of the stream. */
    void endInput() {
        try {
            conn.shutdownInput();
        } catch (IOException e) {
            // Closed meanwhile, which is what was wanted.
            conn.close();
        }
    }

    void close() {
        conn.close();
    }

    private void echo() throws IOException {
        while (true) {
            if (all.hasReadTimeout()) {
                conn.setReadDeadline(all.readDeadline());
            }
            try (LateBuffer buffer = conn.readLate()) {
                if (buffer == null) {
                    return;
                }
                conn.write(buffer);
                MESSAGES.setOpaque(this, messages + 1);
                BYTES.setOpaque(this, bytes + buffer.length());
            }
        }
    }

    private static VarHandle counter(String field) {
        try {
            return MethodHandles.lookup().findVarHandle(EchoConnection.class, field, long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
