package io.weft.netpoll;

import io.weft.linux.Epoll;
import io.weft.linux.Errno;
import io.weft.linux.Sockets;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * A connected stream socket that has no file descriptor, only a slot in the table of a ring. 72
 * bytes with compact object headers.
 *
 * <p>It is used like every {@link PollDesc}: try, and on EAGAIN wait. What is tried is another
 * thing. The kernel receives ahead, into buffers of the ring, and {@link #recv} takes from them;
 * {@link #send} leaves the bytes in a buffer of the ring, which goes to the kernel with the next
 * submission of its poller, at the end of a scheduling round. So the kernel never touches memory of
 * the caller, and a call that ends by its deadline, an interrupt or a close leaves nothing behind
 * that could.
 *
 * <pre>
 *  receiving                 event                             then
 *  ────────────────────────  ────────────────────────────────  ──────────────────────────────────
 *  –                         a wait to read, nothing is there  RECEIVING: a receive is queued
 *  RECEIVING                 completion with bytes, the last   –; chained, reader readied
 *  RECEIVING STEADY          completion with bytes, more       the same; chained, reader readied
 *                            as above, too many are unread     … CANCELLING: its cancel is queued
 *  RECEIVING …               end of stream, error              –; kept, marked as hangup, readied
 *  RECEIVING …               cancelled, interrupted            –; readied: the reader asks again
 *  RECEIVING                 no buffer                         RECEIVING STARVED: it waits for one
 *  RECEIVING STARVED         buffers were given back           RECEIVING: queued again
 *  RECEIVING STARVED         close                             –
 *  any                       a wait that times out             unchanged: the bytes stay for later
 *  any                       close                             the cancel is queued; what still
 *                                                              completes finds another generation
 *
 *  sending                   event                             then
 *  ────────────────────────  ────────────────────────────────  ──────────────────────────────────
 *  –                         send                              a buffer of the ring is taken
 *  buffer, not handed over   send                              the bytes are added to it
 *  buffer, being handed over send                              EAGAIN; readied when that is over
 *  buffer                    carried out, all bytes            –
 *  buffer                    carried out in part, or not       BLOCKED: the rest is kept, a request
 *                                                              waits for room
 *  BLOCKED                   send                              EAGAIN
 *  BLOCKED                   shutdown of the output            SHUT_LATER: when it is sent; writers
 *                                                              get EPIPE
 *  BLOCKED                   room, and the rest is sent        –; writer readied
 *  any                       close                             LINGERING: the slot is emptied when
 *                                                              all is sent and taken
 *  BLOCKED LINGERING         the peer sends, or has sent       ABANDONED: as in the kernel, the rest
 *                                                              is dropped
 *  SHUT_LATER                the rest is sent                  SHUTTING, until that has completed
 *  any                       an error                          kept for all later sends, readied
 *  any                       a shortage of memory              as if carried out in part
 * </pre>
 *
 * <p>All of that is guarded by the lock of the poller; only {@link #awaitRead} looks at RECEIVING
 * without it, see {@link #ensureArmed}. A write is taken before the kernel has seen it, as a
 * socket's own buffer takes it before the peer has: what is wrong with the connection is told by a
 * later call.
 */
final class DirectDesc extends PollDesc {

    /** In {@link #inputEnd}: nothing has ended the input. Else 0, the end, or a negated errno. */
    static final short OPEN = 1;

    static final short RECEIVING = 1;
    static final short STEADY = 1 << 1;
    static final short CANCELLING = 1 << 2;
    static final short BLOCKED = 1 << 3;
    static final short WRITER_WAITS = 1 << 4;
    static final short LINGERING = 1 << 5;
    static final short SHUT_LATER = 1 << 6;

    /** The shutdown of the output is under way; the kernel looks the slot up only in the middle. */
    static final short SHUTTING = 1 << 7;

    /** It is closed, and what is left over need not be sent any more. */
    static final short ABANDONED = 1 << 8;

    /** It is closed, and requests may be under way that hold the socket open. */
    static final short WATCHED = 1 << 9;

    /** The receive has found no buffer and waits for one. */
    static final short STARVED = 1 << 10;

    final SocketRing ring;

    // Guarded by the lock of the poller.
    private short state;

    /** Buffers in the chain. */
    byte unread;

    /** The epoch of the poller in which the receive was queued. */
    byte epoch;

    /** The oldest and the newest buffer of the chain. */
    short oldest = ReceiveBuffers.NONE;

    short newest = ReceiveBuffers.NONE;

    /** Bytes of the oldest that were read already. */
    short consumed;

    short inputEnd = OPEN;

    /** The buffer of a send that is not known to be over, or NONE. */
    short sendBuffer = SendBuffers.NONE;

    /**
     * A negated errno that every later send reports, or 0: bytes that were taken are lost, and none
     * may follow them.
     */
    short outputError;

    /** Null for nearly all connections, which pay for one reference. */
    private @Nullable Backlogs backlogs;

    DirectDesc(Netpoll netpoll, SocketRing ring, int slot, int generation) {
        super(netpoll, slot, generation);
        this.ring = ring;
    }

    /** The number in the ring's table, which no system call knows. */
    int slot() {
        return fd();
    }

    boolean is(short flag) {
        return (state & flag) != 0;
    }

    /**
     * Bytes that came while buffers were scarce, newer than the chain; null when there are none.
     */
    @Nullable Backlog input() {
        Backlogs present = backlogs;
        return present == null ? null : present.input;
    }

    /** What the kernel did not take; null when there is nothing. */
    @Nullable Backlog output() {
        Backlogs present = backlogs;
        return present == null ? null : present.output;
    }

    void setInput(@Nullable Backlog backlog) {
        Backlogs present = backlogs == null ? new Backlogs() : backlogs;
        present.input = backlog;
        keep(present);
    }

    void setOutput(@Nullable Backlog backlog) {
        Backlogs present = backlogs == null ? new Backlogs() : backlogs;
        present.output = backlog;
        keep(present);
    }

    private void keep(Backlogs present) {
        backlogs = present.input == null && present.output == null ? null : present;
    }

    /** Whether there is nothing to read and nothing has ended the input. */
    boolean isDrained() {
        return !hasUnread() && inputEnd == OPEN;
    }

    /** Whether bytes are there that nobody has read. */
    boolean hasUnread() {
        return oldest != ReceiveBuffers.NONE || input() != null;
    }

    void set(short flag) {
        state |= flag;
    }

    void clear(short flags) {
        state &= (short) ~flags;
    }

    /**
     * A receive is queued, unless one is under way or there is something to read.
     *
     * <p>RECEIVING is read without the lock first. Who clears it readies the slot afterwards: a
     * thread that still reads it as set either finds that readiness in the slot, and does not wait,
     * or has consumed it, by a read-modify-write that makes the cleared flag visible.
     */
    @Override
    void ensureArmed(Direction direction) {
        if (direction == Direction.READ && !is(RECEIVING)) {
            ring.poller().receive(this);
        }
    }

    @Override
    public int recv(byte[] buffer, int offset, int length) {
        return take(buffer, null, offset, length);
    }

    @Override
    public int recv(MemorySegment buffer, int length) {
        return take(null, buffer, 0, length);
    }

    private int take(
            byte @Nullable [] array, @Nullable MemorySegment segment, int offset, int length) {
        SubmissionLock lock = ring.poller().lock();
        lock.lock();
        try {
            int count = takeChain(array, segment, offset, length);
            Backlog late = input();
            if (late != null && count < length) {
                count += takeBacklog(late, array, segment, offset + count, length - count);
            }
            if (count > 0) {
                ring.receiveBuffers().publish();
                return count;
            }
            return takeEnd();
        } finally {
            lock.unlock();
        }
    }

    private int takeChain(
            byte @Nullable [] array, @Nullable MemorySegment segment, int offset, int length) {
        ReceiveBuffers buffers = ring.receiveBuffers();
        int count = 0;
        while (oldest != ReceiveBuffers.NONE && count < length) {
            int id = oldest;
            int part = Math.min(buffers.length(id) - consumed, length - count);
            MemorySegment source = buffers.memory(id);
            int at = offset + count;
            if (array != null) {
                MemorySegment.copy(source, ValueLayout.JAVA_BYTE, consumed, array, at, part);
            } else if (segment != null) {
                MemorySegment.copy(source, consumed, segment, at, part);
            }
            count += part;
            consumed = (short) (consumed + part);
            if (consumed == buffers.length(id)) {
                consumed = 0;
                oldest = buffers.next(id);
                unread--;
                buffers.giveBack(id);
            }
        }
        return count;
    }

    private int takeBacklog(
            Backlog backlog,
            byte @Nullable [] array,
            @Nullable MemorySegment segment,
            int offset,
            int length) {
        MemorySegment target = array != null ? MemorySegment.ofArray(array) : segment;
        int count = backlog.peek(java.util.Objects.requireNonNull(target).asSlice(offset), length);
        backlog.skip(count);
        if (backlog.isEmpty()) {
            setInput(null);
        }
        return count;
    }

    /**
     * What ended the input, once; an error is followed by the end, as the kernel has it. A shortage
     * of memory has ended nothing.
     */
    private int takeEnd() {
        int end = inputEnd;
        if (end == OPEN) {
            return -Errno.EAGAIN;
        }
        inputEnd = end == -Errno.ENOMEM ? OPEN : 0;
        return end;
    }

    @Override
    public int readable() {
        SubmissionLock lock = ring.poller().lock();
        lock.lock();
        try {
            return isDrained() ? 0 : Epoll.EPOLLIN;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int send(byte[] buffer, int offset, int length) {
        return ring.poller().send(this, buffer, null, offset, length);
    }

    @Override
    public int send(MemorySegment buffer, int length) {
        return ring.poller().send(this, null, buffer, 0, length);
    }

    @Override
    public long sendGather(MemorySegment[] nativeBuffers, int count) {
        long sent = 0;
        for (int i = 0; i < count; i++) {
            int size = (int) Math.min(nativeBuffers[i].byteSize(), Integer.MAX_VALUE);
            int part = size == 0 ? 0 : send(nativeBuffers[i], size);
            if (part < 0) {
                return sent > 0 ? sent : part;
            }
            sent += part;
            if (part < size) {
                break;
            }
        }
        return sent;
    }

    @Override
    public int shutdown(int how) {
        if (how == Sockets.SHUT_WR && ring.poller().shutdownLater(this)) {
            return 0;
        }
        int fd = borrowFd();
        if (fd < 0) {
            return fd;
        }
        try {
            // Completions come in order: with that of the descriptor, those of all earlier sends
            // have been searched, also of one that did not fit into the queue before.
            if (how == Sockets.SHUT_WR && ring.poller().shutdownLater(this)) {
                return 0;
            }
            return netpoll().sys().shutdown(fd, how);
        } finally {
            returnFd(fd);
        }
    }

    /** A descriptor of its own, for the seldom calls that a ring has no request for. */
    @Override
    public int borrowFd() {
        return ring.poller().installFd(this);
    }

    @Override
    public void returnFd(int fd) {
        netpoll().sys().close(fd);
    }

    @Override
    void closeDescriptor() {
        ring.poller().close(this);
    }

    @Override
    int register(boolean writing) {
        throw new IllegalStateException("netpoll: a socket of a ring is registered with epoll");
    }

    @Override
    int change() {
        throw new IllegalStateException("netpoll: a socket of a ring is registered with epoll");
    }

    @Override
    IOException registrationFailure(int errno) {
        throw new IllegalStateException("netpoll: a socket of a ring is registered with epoll");
    }

    /** What few connections have. */
    private static final class Backlogs {
        private @Nullable Backlog input;
        private @Nullable Backlog output;
    }
}
