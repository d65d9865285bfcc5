package io.weft.cli.hold;

import io.weft.cli.load.Pattern;
import io.weft.net.TcpConn;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The connections, by number. An idle one is an entry here and its {@link TcpConn}, no goroutine
 * and no buffer.
 *
 * <p>Different entries may be used by different goroutines. Who opens, uses and closes one entry is
 * ordered by whoever starts these goroutines and waits for them.
 */
final class Held {

    /** Length of a message. */
    static final int MESSAGE_BYTES = 64;

    private final AtomicReferenceArray<@Nullable TcpConn> connections;

    Held(int capacity) {
        connections = new AtomicReferenceArray<>(capacity);
    }

    int capacity() {
        return connections.length();
    }

    void put(int index, TcpConn conn) {
        connections.setPlain(index, conn);
    }

    /** Null where none is open. */
    @Nullable TcpConn get(int index) {
        return connections.getPlain(index);
    }

    @Nullable TcpConn remove(int index) {
        TcpConn conn = connections.getPlain(index);
        connections.setPlain(index, null);
        return conn;
    }

    /** The bytes of a connection's message; those of others are unrelated. */
    static byte[] message(int connection, long number) {
        byte[] bytes = new byte[MESSAGE_BYTES];
        new Pattern(connection).fill(bytes, 0, MESSAGE_BYTES, number * MESSAGE_BYTES);
        return bytes;
    }

    /** What is wrong about an echo, or null. */
    static @Nullable String mistake(byte[] echo, int connection, long number) {
        int wrong =
                new Pattern(connection).mismatch(echo, 0, MESSAGE_BYTES, number * MESSAGE_BYTES);
        return wrong < 0
                ? null
                : "connection %d, message %d: byte %d came back wrong"
                        .formatted(connection, number, wrong);
    }
}
