package io.weft.cli.load;

import io.weft.net.LateBuffer;
import io.weft.net.TcpConn;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * One connection under load: what was sent on it, what came back, and when each message that is in
 * flight was sent or due. One goroutine sends and one receives; they may be the same. Nothing is
 * allocated per message.
 */
final class Lane implements AutoCloseable {

    private static final VarHandle SENT;

    static {
        try {
            SENT = MethodHandles.lookup().findVarHandle(Lane.class, "sent", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** A message, or several, are built in pieces of this size. */
    private static final int MAX_CHUNK_BYTES = 16 * 1024;

    private final int index;
    private final TcpConn conn;
    private final Pattern pattern;
    private final int messageBytes;
    private final byte[] chunk;

    /** The stamps of the messages in flight: message i in slot i modulo the length. */
    private final long[] stamps;

    /**
     * Messages handed to the kernel or about to be. Written by the sender with release, after their
     * stamps; the receiver's acquire of a larger number makes the stamps visible.
     */
    private long sent;

    /** Bytes that came back. Only accessed by the receiver. */
    private long receivedBytes;

    /** Whole messages that came back. Only accessed by the receiver. */
    private long received;

    /**
     * Takes over a connection.
     *
     * @param depth most messages in flight
     */
    Lane(int index, TcpConn conn, int messageBytes, int depth) {
        this.index = index;
        this.conn = conn;
        this.pattern = new Pattern(index);
        this.messageBytes = messageBytes;
        this.chunk = new byte[(int) Math.min(MAX_CHUNK_BYTES, (long) messageBytes * depth)];
        this.stamps = new long[depth];
    }

    int index() {
        return index;
    }

    /** Messages sent and not received; exact when the caller is sender and receiver. */
    long inFlight() {
        return (long) SENT.getAcquire(this) - received;
    }

    /** Sends messages, no more than the depth leaves room for. All get the same stamp. */
    void send(int messages, long stampNanos) throws IOException {
        long first = sent;
        for (long message = first; message < first + messages; message++) {
            stamps[(int) (message % stamps.length)] = stampNanos;
        }
        // Release: pairs with the acquire in inFlight(). It comes before the bytes go out, so that
        // an answer never finds its message unsent.
        SENT.setRelease(this, first + messages);
        long position = first * messageBytes;
        long end = position + (long) messages * messageBytes;
        while (position < end) {
            int length = (int) Math.min(chunk.length, end - position);
            pattern.fill(chunk, 0, length, position);
            conn.write(chunk, 0, length);
            position += length;
        }
    }

    /**
     * Waits for bytes, checks them, and returns how many messages they completed; -1 at the end of
     * the stream.
     *
     * @throws WrongEchoException if a byte is not the one that was sent
     */
    int receive() throws IOException {
        try (LateBuffer buffer = conn.readLate()) {
            if (buffer == null) {
                return -1;
            }
            check(buffer);
            receivedBytes += buffer.length();
            long before = received;
            received = receivedBytes / messageBytes;
            return (int) (received - before);
        }
    }

    /** When message {@code back} before the last received one was sent or due; 0 is the last. */
    long stampOfReceived(int back) {
        return stamps[(int) ((received - 1 - back) % stamps.length)];
    }

    /** When the oldest messages in flight were sent or due, {@code ahead} from 0. */
    long stampInFlight(int ahead) {
        return stamps[(int) ((received + ahead) % stamps.length)];
    }

    void shutdownOutput() throws IOException {
        conn.shutdownOutput();
    }

    @Override
    public void close() {
        conn.close();
    }

    private void check(LateBuffer buffer) throws WrongEchoException {
        int length = buffer.length();
        long sentBytes = (long) SENT.getAcquire(this) * messageBytes;
        if (receivedBytes + length > sentBytes) {
            throw new WrongEchoException(
                    "connection %d: the server sent %,d bytes for %,d"
                            .formatted(index, receivedBytes + length, sentBytes));
        }
        int wrong = pattern.mismatch(buffer.array(), 0, length, receivedBytes);
        if (wrong >= 0) {
            long position = receivedBytes + wrong;
            throw new WrongEchoException(
                    "connection %d: message %,d, byte %,d: sent 0x%02x, got 0x%02x"
                            .formatted(
                                    index,
                                    position / messageBytes,
                                    position % messageBytes,
                                    pattern.byteAt(position),
                                    buffer.array()[wrong]));
        }
    }
}
