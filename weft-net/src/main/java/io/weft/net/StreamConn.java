package io.weft.net;

import static io.weft.linux.Errno.EAGAIN;
import static io.weft.linux.Errno.EINTR;
import static io.weft.linux.Errno.ENOBUFS;
import static io.weft.linux.Errno.ENOMEM;
import static io.weft.linux.Errno.ENOTCONN;
import static io.weft.linux.Errno.EPIPE;

import io.weft.linux.Sockets;
import io.weft.linux.Sys;
import io.weft.netpoll.PollDesc;
import io.weft.netpoll.Wait;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A connection that carries bytes in order, both ways, with blocking calls: a goroutine parks in
 * them, a platform thread blocks.
 *
 * <p>All methods may be called from any thread. One thread reads and one writes at a time; others
 * that want the same direction queue, so that whole writes never mix. Half-close works in both
 * directions.
 *
 * <p><b>Closing and interrupting</b> follow {@link java.nio.channels.InterruptibleChannel}:
 *
 * <ul>
 *   <li>{@link #close} by another thread during a call ends that call with {@link
 *       AsynchronousCloseException};
 *   <li>an interrupt before or during a call that may block closes the connection and ends the call
 *       with {@link ClosedByInterruptException}; the interrupt status stays set. A thread that
 *       queues behind another reader or writer notices its interrupt when its turn comes;
 *   <li>every call after the close throws {@link ClosedChannelException}.
 * </ul>
 *
 * <p><b>Deadlines</b> are set with {@link #setDeadline}, {@link #setReadDeadline} and {@link
 * #setWriteDeadline}, by any thread, and hold for the calls that are under way as well as for later
 * ones, until they are moved, or cleared with {@link Deadline#NONE}. A call whose deadline has
 * passed throws {@link SocketTimeoutException} at once, whatever its length and even if it would
 * not have to wait, and never before. The connection stays as it is: when the deadline is moved,
 * reading and writing go on, and no byte is lost. Reading and writing have separate deadlines. A
 * thread that queues behind another reader or writer looks at the deadline when its turn comes; the
 * one it waits for is bound by the same deadline. A bound that shall hold for silence only, and not
 * for the whole conversation, is set anew before each call; that is cheap.
 *
 * <p><b>Errors</b> of the network are {@link SocketException} with the errno in the message; the
 * package's description has the whole table. A reset is an error and never looks like the end of
 * the stream, however often one reads. An error leaves the connection open: close it.
 */
public abstract sealed class StreamConn implements AutoCloseable permits TcpConn {

    private static final byte[] NO_BYTES = {};

    private final PollDesc desc;
    private final LateBufferPool lateBuffers;

    /**
     * The errno that ended the stream, or 0. The kernel tells it once, to whichever direction asks
     * first, and says "end of stream" afterwards; a reader must not take that for a whole message.
     */
    private volatile int failure;

    /** Only ever set. */
    private volatile boolean inputShut;

    /** Only ever set. */
    private volatile boolean outputShut;

    /**
     * Whether the last recv took everything that was there, so that only an edge can bring more.
     * Guarded by the read lock.
     */
    private boolean drained;

    StreamConn(PollDesc desc, LateBufferPool lateBuffers) {
        this.desc = desc;
        this.lateBuffers = lateBuffers;
    }

    /** Reads into the whole array. See {@link #read(byte[], int, int)}. */
    public final int read(byte[] buffer) throws IOException {
        return receive(buffer, 0, buffer.length, null);
    }

    /**
     * Waits for bytes and reads those that are there, at most {@code length}, and at most {@link
     * Sys#MAX_TRANSFER} at once.
     *
     * @return how many bytes were read: at least 1, or -1 at the end of the stream; 0 only for a
     *     length of 0
     * @throws SocketTimeoutException if the read deadline has passed; nothing was read
     */
    public final int read(byte[] buffer, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, buffer.length);
        return receive(buffer, offset, length, null);
    }

    /**
     * Reads into the remaining room of a buffer, heap or direct, and moves its position.
     *
     * @return as {@link #read(byte[], int, int)}
     * @throws IllegalArgumentException if the buffer is read-only
     */
    public final int read(ByteBuffer target) throws IOException {
        if (target.isReadOnly()) {
            throw new IllegalArgumentException("cannot read into a read-only buffer");
        }
        int position = target.position();
        int room = target.remaining();
        int count =
                target.hasArray()
                        ? receive(target.array(), target.arrayOffset() + position, room, null)
                        : receive(NO_BYTES, 0, room, MemorySegment.ofBuffer(target));
        if (count > 0) {
            target.position(position + count);
        }
        return count;
    }

    /** Fills the whole array. See {@link #readFully(byte[], int, int)}. */
    public final void readFully(byte[] buffer) throws IOException {
        readFully(buffer, 0, buffer.length);
    }

    /**
     * Reads until {@code length} bytes have come. Other readers may get bytes in between.
     *
     * @throws EOFException if the stream ends before; the message says how many bytes came
     * @throws SocketTimeoutException if the read deadline passes before; its {@code
     *     bytesTransferred} and the message say how many bytes came, which are in the array
     */
    public final void readFully(byte[] buffer, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, buffer.length);
        int done = 0;
        while (done < length) {
            int count = receiveMore(buffer, offset, length, done);
            if (count < 0) {
                throw new EOFException(
                        "end of stream after %,d of %,d bytes".formatted(done, length));
            }
            done += count;
        }
    }

    private int receiveMore(byte[] buffer, int offset, int length, int done) throws IOException {
        try {
            return receive(buffer, offset + done, length - done, null);
        } catch (SocketTimeoutException timeout) {
            throw Timeouts.readFully(done, length);
        }
    }

    /**
     * Waits until a read would not wait: until bytes, the end of the stream or an error is there.
     * Holds no buffer meanwhile.
     *
     * @throws SocketTimeoutException if the read deadline has passed
     */
    public final void awaitReadable() throws IOException {
        beginRead();
        try {
            boolean wait = drained && !desc.sawHangup();
            while (!inputShut && failure == 0) {
                Wait outcome = wait ? desc.awaitRead() : Wait.READY;
                if (outcome != Wait.READY) {
                    throw readEnded(outcome);
                }
                desc.prepareRead();
                int ready = desc.readable();
                if (ready > 0) {
                    break;
                }
                if (ready < 0 && ready != -EINTR) {
                    drained = false; // the edge is consumed, its cause may still be there
                    throw SocketErrors.other("poll", -ready);
                }
                wait = ready == 0;
            }
            // The edge is consumed, so the next read must ask the kernel.
            drained = false;
        } finally {
            desc.unlockRead();
        }
    }

    /**
     * Waits for bytes without holding a buffer, then borrows one and reads once into it. This is
     * how a server with many idle connections should read.
     *
     * @return the buffer, to be closed by this thread, or null at the end of the stream
     * @throws SocketTimeoutException if the read deadline has passed; nothing was read
     */
    public final @Nullable LateBuffer readLate() throws IOException {
        beginRead();
        try {
            boolean wait = drained && !desc.sawHangup();
            while (!inputShut) {
                Wait outcome = wait ? desc.awaitRead() : Wait.READY;
                if (outcome != Wait.READY) {
                    throw readEnded(outcome);
                }
                LateBuffer buffer = lateBuffers.borrow();
                int room = buffer.capacity();
                desc.prepareRead();
                int count = desc.recv(buffer.segment(), room);
                if (count > 0) {
                    drained = count < Math.min(room, Sys.MAX_TRANSFER);
                    return buffer.lend(count);
                }
                lateBuffers.giveBack(buffer);
                if (count == 0) {
                    endOfStream();
                    return null;
                }
                wait = mustWaitToRead(-count);
            }
            return null;
        } finally {
            desc.unlockRead();
        }
    }

    /** Writes the whole array. See {@link #write(byte[], int, int)}. */
    public final void write(byte[] buffer) throws IOException {
        write(buffer, 0, buffer.length);
    }

    /**
     * Writes all the bytes, waiting while the peer does not read. The bytes of one call are never
     * mixed with those of another.
     *
     * @throws SocketTimeoutException if the write deadline passes before all is sent; its {@code
     *     bytesTransferred} and the message say how many bytes were
     * @throws IOException if not all could be sent; the message says how many were
     */
    public final void write(byte[] buffer, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, buffer.length);
        beginWrite(length);
        try {
            sendArray(buffer, offset, length, 0);
        } finally {
            desc.unlockWrite();
        }
    }

    /**
     * Writes all that remains in the buffer, heap, direct or read-only, and moves its position;
     * after an exception the position tells how much was sent.
     */
    public final void write(ByteBuffer source) throws IOException {
        beginWrite(source.remaining());
        try {
            send(source);
        } finally {
            desc.unlockWrite();
        }
    }

    /**
     * Writes all that remains in the buffers, in order, as one write. Direct buffers go to the
     * kernel together, up to {@link Sys#MAX_GATHER} at once. If any is a heap buffer, small ones
     * are copied together into pieces of a late buffer's size and large ones are sent from where
     * they are.
     *
     * <p>After an exception the positions tell how much was sent, so the same call can go on from
     * there.
     *
     * @return the number of bytes written
     */
    public final long write(ByteBuffer... sources) throws IOException {
        GatherWrite gather = new GatherWrite(this, sources);
        beginWrite(gather.total());
        try {
            return gather.run();
        } finally {
            desc.unlockWrite();
        }
    }

    /** Writes what the buffer received; the caller still has to close it. */
    public final void write(LateBuffer source) throws IOException {
        int length = source.length();
        beginWrite(length);
        try {
            desc.prepareWrite();
            int count = desc.send(source.segment(), length);
            if (count <= 0 && length > 0) {
                awaitRoom(-count, 0, length);
            }
            sendArray(source.array(), 0, length, Math.max(count, 0));
        } finally {
            desc.unlockWrite();
        }
    }

    /**
     * The receiving side as a stream; closing it closes the connection. Reading single bytes costs
     * a system call each: wrap it in a {@link java.io.BufferedInputStream} for that.
     */
    public final InputStream inputStream() {
        return new ConnInputStream(this);
    }

    /** The sending side as a stream, without a buffer; closing it closes the connection. */
    public final OutputStream outputStream() {
        return new ConnOutputStream(this);
    }

    /**
     * Ends the receiving side: pending and later reads return -1, whatever the peer still sends.
     */
    public final void shutdownInput() throws IOException {
        acquire();
        try {
            inputShut = true;
            shutdown(Sockets.SHUT_RD);
        } finally {
            desc.release();
        }
    }

    /**
     * Ends the sending side: the peer reads the end of the stream after what was sent before.
     * Pending and later writes fail.
     */
    public final void shutdownOutput() throws IOException {
        acquire();
        try {
            outputShut = true;
            shutdown(Sockets.SHUT_WR);
        } finally {
            desc.release();
        }
    }

    /**
     * Sets both deadlines. The two are set one after the other, the read deadline first.
     *
     * @throws ClosedChannelException if the connection is closed
     */
    public final void setDeadline(Deadline deadline) throws IOException {
        long whenNanos = deadline.whenNanos();
        acquire();
        try {
            desc.setReadDeadline(whenNanos);
            desc.setWriteDeadline(whenNanos);
        } finally {
            desc.release();
        }
    }

    /**
     * Sets the moment from which on reads throw {@link SocketTimeoutException}: those that are
     * under way, those that queue, and later ones. It replaces the one before.
     *
     * @param deadline {@link Deadline#NONE} to wait for as long as it takes
     * @throws ClosedChannelException if the connection is closed
     */
    public final void setReadDeadline(Deadline deadline) throws IOException {
        long whenNanos = deadline.whenNanos();
        acquire();
        try {
            desc.setReadDeadline(whenNanos);
        } finally {
            desc.release();
        }
    }

    /**
     * As {@link #setReadDeadline}, for writes. One that is under way stops between two system
     * calls; what it has sent until then stays sent.
     *
     * @throws ClosedChannelException if the connection is closed
     */
    public final void setWriteDeadline(Deadline deadline) throws IOException {
        long whenNanos = deadline.whenNanos();
        acquire();
        try {
            desc.setWriteDeadline(whenNanos);
        } finally {
            desc.release();
        }
    }

    /** Whether nobody has closed it. A connection that the peer closed or reset is still open. */
    public final boolean isOpen() {
        return !desc.isClosed();
    }

    /**
     * Closes the connection, ends all pending calls with {@link AsynchronousCloseException}, and
     * returns when the descriptor is closed. Closing again does nothing more. Unread bytes make the
     * kernel reset the connection.
     */
    @Override
    public final void close() {
        desc.close();
        desc.awaitClosed();
    }

    /** Reads into the segment, or into the array where there is none. */
    private int receive(byte[] array, int offset, int length, @Nullable MemorySegment segment)
            throws IOException {
        beginRead();
        try {
            boolean wait = drained && !desc.sawHangup();
            while (!inputShut && length > 0) {
                Wait outcome = wait ? desc.awaitRead() : Wait.READY;
                if (outcome != Wait.READY) {
                    throw readEnded(outcome);
                }
                desc.prepareRead();
                int count =
                        segment == null
                                ? desc.recv(array, offset, length)
                                : desc.recv(segment, length);
                if (count > 0) {
                    drained = count < Math.min(length, Sys.MAX_TRANSFER);
                    return count;
                }
                if (count == 0) {
                    endOfStream();
                    return -1;
                }
                wait = mustWaitToRead(-count);
            }
            return length == 0 ? 0 : -1;
        } finally {
            desc.unlockRead();
        }
    }

    /** Takes the read lock, or refuses because of a close, an interrupt or the deadline. */
    private void beginRead() throws IOException {
        if (desc.isClosed()) {
            throw new ClosedChannelException();
        }
        if (!desc.lockRead()) {
            throw new AsynchronousCloseException();
        }
        if (Thread.currentThread().isInterrupted()) {
            desc.close();
            desc.unlockRead();
            throw new ClosedByInterruptException();
        }
        // Before prepareRead, or in a wait, and nowhere else: see PollDesc on the short-read rule.
        if (desc.readTimeLeftNanos() <= 0) {
            desc.unlockRead();
            throw Timeouts.read();
        }
    }

    /**
     * Takes the write lock, or refuses because of a close, an interrupt, a shutdown or the
     * deadline.
     */
    private void beginWrite(long length) throws IOException {
        if (desc.isClosed()) {
            throw new ClosedChannelException();
        }
        if (!desc.lockWrite()) {
            throw new AsynchronousCloseException();
        }
        if (Thread.currentThread().isInterrupted()) {
            desc.close();
            desc.unlockWrite();
            throw new ClosedByInterruptException();
        }
        if (outputShut) {
            desc.unlockWrite();
            throw outputIsShut();
        }
        if (desc.writeTimeLeftNanos() <= 0) {
            desc.unlockWrite();
            throw Timeouts.write(0, length);
        }
    }

    /** Sends the rest of the array's part. The caller holds the write lock. */
    private void sendArray(byte[] array, int offset, int length, int alreadySent)
            throws IOException {
        int sent = alreadySent;
        while (sent < length) {
            sent += sendSome(array, offset + sent, length - sent, sent, length);
        }
    }

    /** Sends all that remains and moves the position. The caller holds the write lock. */
    private void send(ByteBuffer source) throws IOException {
        int length = source.remaining();
        while (source.hasRemaining()) {
            sendSome(source, length - source.remaining(), length);
        }
    }

    /**
     * Sends the beginning of an array's part, as much as goes at once. The caller holds the write
     * lock.
     *
     * @param sent what went before of {@code total} bytes, for the exception
     * @return how many bytes were sent, at least 1
     */
    final int sendSome(byte[] array, int offset, int length, long sent, long total)
            throws IOException {
        while (true) {
            beginSend(sent, total);
            int count = desc.send(array, offset, length);
            if (count > 0) {
                return count;
            }
            awaitRoom(-count, sent, total);
        }
    }

    /** The same from a buffer with something in it; moves its position. */
    final int sendSome(ByteBuffer source, long sent, long total) throws IOException {
        while (true) {
            beginSend(sent, total);
            int count = sendOnce(source);
            if (count > 0) {
                source.position(source.position() + count);
                return count;
            }
            awaitRoom(-count, sent, total);
        }
    }

    private int sendOnce(ByteBuffer source) {
        if (source.hasArray()) {
            int offset = source.arrayOffset() + source.position();
            return desc.send(source.array(), offset, source.remaining());
        }
        return desc.send(MemorySegment.ofBuffer(source), source.remaining());
    }

    /** The same from native segments. */
    final long sendSome(MemorySegment[] segments, int count, long sent, long total)
            throws IOException {
        while (true) {
            beginSend(sent, total);
            long written = desc.sendGather(segments, count);
            if (written > 0) {
                return written;
            }
            awaitRoom((int) -written, sent, total);
        }
    }

    /** Before each send: a peer that reads steadily would else keep a write beyond its deadline. */
    private void beginSend(long sent, long total) throws IOException {
        if (desc.writeTimeLeftNanos() <= 0) {
            throw Timeouts.write(sent, total);
        }
        desc.prepareWrite();
    }

    /** After a send that took nothing: waits, or not, before the next; or throws. */
    private void awaitRoom(int errno, long sent, long total) throws IOException {
        if (!mustWaitToWrite(errno, sent, total)) {
            return;
        }
        Wait outcome = desc.awaitWrite();
        if (outcome == Wait.TIMED_OUT) {
            throw Timeouts.write(sent, total);
        }
        if (outcome != Wait.READY) {
            throw ended(outcome);
        }
    }

    final LateBufferPool lateBuffers() {
        return lateBuffers;
    }

    /** recv said 0: returns if that is the peer's word, and throws if an error came before it. */
    private void endOfStream() throws IOException {
        drained = false;
        int errno = failure;
        if (errno != 0) {
            throw SocketErrors.read(errno);
        }
    }

    /** Whether to wait (true) or to try again at once (false) after recv failed. */
    private boolean mustWaitToRead(int errno) throws IOException {
        return switch (errno) {
            case EAGAIN -> {
                desc.netpoll().countWouldBlock();
                yield true;
            }
            case EINTR -> false;
            case ENOMEM, ENOBUFS -> {
                // An edge may have been consumed for this recv, and its bytes are still there.
                drained = false;
                throw SocketErrors.read(errno);
            }
            default -> {
                failure = errno;
                throw SocketErrors.read(errno);
            }
        };
    }

    /** Whether to wait (true) or to try again at once (false) after send failed. */
    private boolean mustWaitToWrite(int errno, long sent, long length) throws IOException {
        return switch (errno) {
            case 0 ->
                    throw new IllegalStateException(
                            "net: send(2) took nothing of %d bytes".formatted(length - sent));
            case EAGAIN -> {
                desc.netpoll().countWouldBlock();
                yield true;
            }
            case EINTR -> false;
            case ENOMEM, ENOBUFS -> throw SocketErrors.write(errno, sent, length);
            case EPIPE -> {
                // The peer's end of stream may still be read, so this is no failure of the input.
                if (outputShut) {
                    throw outputIsShut();
                }
                throw SocketErrors.write(failure == 0 ? EPIPE : failure, sent, length);
            }
            default -> {
                failure = errno;
                throw SocketErrors.write(errno, sent, length);
            }
        };
    }

    private IOException readEnded(Wait outcome) {
        return outcome == Wait.TIMED_OUT ? Timeouts.read() : ended(outcome);
    }

    /** The close or the interrupt that ended a wait. The caller still holds its lock. */
    private IOException ended(Wait outcome) {
        if (outcome == Wait.CLOSED) {
            return new AsynchronousCloseException();
        }
        // Not awaited: the descriptor cannot be closed before this thread gives up its lock.
        desc.close();
        Thread.currentThread().interrupt();
        return new ClosedByInterruptException();
    }

    private static SocketException outputIsShut() {
        return new SocketException("write: the output was ended by shutdownOutput()");
    }

    private void shutdown(int how) throws IOException {
        int answer = desc.shutdown(how);
        // ENOTCONN: the peer has reset the connection, both directions are over already.
        if (answer < 0 && answer != -ENOTCONN) {
            throw SocketErrors.other("shutdown", -answer);
        }
    }

    /** Takes a reference, so that the descriptor stays what it is until the release. */
    final void acquire() throws ClosedChannelException {
        if (!desc.acquire()) {
            throw new ClosedChannelException();
        }
    }

    final PollDesc desc() {
        return desc;
    }

    final Sys sys() {
        return desc.netpoll().sys();
    }
}
