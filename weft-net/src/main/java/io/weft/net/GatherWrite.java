package io.weft.net;

import io.weft.linux.Sys;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * One gather write, under the write lock of its connection.
 *
 * <p>Native buffers go to {@code sendmsg(2)} as they are. The kernel cannot gather from heap arrays
 * that the garbage collector moves, so a write with a heap buffer in it is sent in pieces: each
 * piece is filled from as many buffers as fit, and a buffer that is next and fills a piece alone is
 * sent from where it is. Thus a header and its body share the first segment, and at most one piece
 * of every large buffer is copied.
 *
 * <p>Positions move when bytes are sent, not when they are copied.
 */
final class GatherWrite {

    private final StreamConn conn;
    private final ByteBuffer[] sources;
    private final long total;

    GatherWrite(StreamConn conn, ByteBuffer[] sources) {
        this.conn = conn;
        this.sources = sources;
        long sum = 0;
        for (ByteBuffer source : sources) {
            sum += source.remaining();
        }
        this.total = sum;
    }

    /** How many bytes there were when this was made. */
    long total() {
        return total;
    }

    /** Sends all of them and returns how many bytes that were. */
    long run() throws IOException {
        if (allDirect()) {
            sendNative();
        } else {
            sendInPieces();
        }
        return total;
    }

    private boolean allDirect() {
        for (ByteBuffer source : sources) {
            if (!source.isDirect()) {
                return false;
            }
        }
        return true;
    }

    private void sendNative() throws IOException {
        MemorySegment[] window = new MemorySegment[Math.min(sources.length, Sys.MAX_GATHER)];
        long sent = 0;
        for (int next = 0; next < sources.length; ) {
            if (!sources[next].hasRemaining()) {
                next++;
                continue;
            }
            int count = 0;
            for (int i = next; i < sources.length && count < window.length; i++) {
                window[count++] = MemorySegment.ofBuffer(sources[i]);
            }
            long written = conn.sendSome(window, count, sent, total);
            sent += written;
            advance(next, written);
        }
    }

    /** Moves the positions over {@code written} bytes, from buffer {@code first} on. */
    private void advance(int first, long written) {
        long left = written;
        for (int i = first; left > 0; i++) {
            ByteBuffer source = sources[i];
            int part = (int) Math.min(left, source.remaining());
            source.position(source.position() + part);
            left -= part;
        }
    }

    private void sendInPieces() throws IOException {
        LateBufferPool pool = conn.lateBuffers();
        LateBuffer scratch = pool.borrow();
        try {
            byte[] piece = scratch.storage();
            long sent = 0;
            for (int next = 0; next < sources.length; ) {
                ByteBuffer source = sources[next];
                if (!source.hasRemaining()) {
                    next++;
                } else if (source.remaining() >= piece.length) {
                    sent += conn.sendSome(source, sent, total);
                } else {
                    sent += sendPiece(piece, next, sent);
                }
            }
        } finally {
            pool.giveBack(scratch);
        }
    }

    /** Sends some of the buffers from {@code first} on, as many as fit. */
    private int sendPiece(byte[] piece, int first, long sent) throws IOException {
        int filled = 0;
        for (int i = first; i < sources.length && filled < piece.length; i++) {
            ByteBuffer source = sources[i];
            int part = Math.min(source.remaining(), piece.length - filled);
            source.get(source.position(), piece, filled, part);
            filled += part;
        }
        int written = conn.sendSome(piece, 0, filled, sent, total);
        advance(first, written);
        return written;
    }
}
