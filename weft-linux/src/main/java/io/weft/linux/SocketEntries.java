package io.weft.linux;

import static io.weft.linux.EntryMemory.head;
import static io.weft.linux.EntryMemory.pair;
import static io.weft.linux.UringOps.IORING_ACCEPT_MULTISHOT;
import static io.weft.linux.UringOps.IORING_RECV_MULTISHOT;

import io.weft.linux.SocketAddresses.Wildcard;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;

/**
 * Writers of the entries that concern sockets. Each writes the whole entry, without user data and
 * flags: these are added through {@link SubmissionQueue}. A descriptor is a number of this process,
 * or a slot of the direct table when {@link IoUring#IOSQE_FIXED_FILE} is added.
 *
 * <p>Memory that an address names belongs to the kernel until the request has completed. Not
 * thread-safe, as the {@link SubmissionQueue}.
 */
public final class SocketEntries {

    private final EntryMemory entries;

    SocketEntries(EntryMemory entries) {
        this.entries = entries;
    }

    /** {@code recv(2)} into memory of the caller. Completes with the bytes; 0 ends the stream. */
    public void recv(int sqe, int fd, long address, int length, int messageFlags) {
        fill(sqe, head(UringOps.IORING_OP_RECV, 0, fd), 0, address, pair(length, messageFlags));
    }

    /**
     * {@code recv(2)} into a provided buffer, which the kernel takes when there is data. {@code
     * -ENOBUFS} when the group has none.
     *
     * @param length at most; 0: the whole buffer
     */
    public void recvSelected(int sqe, int fd, int group, int length) {
        fill(sqe, head(UringOps.IORING_OP_RECV, 0, fd), 0, 0, pair(length, 0));
        select(sqe, group);
    }

    /**
     * {@code recv(2)} again and again, each time into a provided buffer. Ends with a completion
     * without {@code IORING_CQE_F_MORE}: at the end of the stream, with an error, {@code -ENOBUFS}
     * among them, or when the kernel chooses to.
     */
    public void recvMultishot(int sqe, int fd, int group) {
        fill(sqe, head(UringOps.IORING_OP_RECV, IORING_RECV_MULTISHOT, fd), 0, 0, 0);
        select(sqe, group);
    }

    private void select(int sqe, int group) {
        entries.addFlags(sqe, IoUring.IOSQE_BUFFER_SELECT);
        entries.bufferGroup(sqe, group);
    }

    /**
     * {@code send(2)}, always with {@code MSG_NOSIGNAL}. May complete with fewer bytes, unless
     * {@link Sockets#MSG_WAITALL} is among the flags.
     */
    public void send(int sqe, int fd, long address, int length, int messageFlags) {
        fill(sqe, head(UringOps.IORING_OP_SEND, 0, fd), 0, address, pair(length, messageFlags));
    }

    /**
     * {@code accept4(2)}; the peer is not asked for. Completes with a descriptor; with 0 where an
     * explicit slot was given, with the slot where the kernel chose it, {@code -ENFILE} when the
     * table is full, and the connection is lost then.
     *
     * @param acceptFlags {@code SOCK_NONBLOCK}, {@code SOCK_CLOEXEC}; the latter not with a slot
     */
    public void accept(int sqe, int fd, int acceptFlags) {
        fill(sqe, head(UringOps.IORING_OP_ACCEPT, 0, fd), 0, 0, pair(0, acceptFlags));
    }

    /**
     * {@code accept4(2)} again and again, into descriptors or into slots that the kernel chooses.
     * Ends with a completion without {@code IORING_CQE_F_MORE}.
     */
    public void acceptMultishot(int sqe, int fd, int acceptFlags) {
        long head = head(UringOps.IORING_OP_ACCEPT, IORING_ACCEPT_MULTISHOT, fd);
        fill(sqe, head, 0, 0, pair(0, acceptFlags));
    }

    /** {@code socket(2)}; completes like {@link #accept}. */
    public void socket(int sqe, int domain, int type, int protocol) {
        fill(sqe, head(UringOps.IORING_OP_SOCKET, 0, domain), type, 0, pair(protocol, 0));
    }

    /**
     * {@code bind(2)}. An IPv4 address is mapped when {@code domain} is {@code AF_INET6}.
     *
     * @return 0, or {@code -EAFNOSUPPORT} when the domain cannot carry the address: then the entry
     *     is one that does nothing and completes silently
     */
    public int bind(int sqe, int fd, int domain, InetSocketAddress address) {
        MemorySegment operand = entries.operand(sqe);
        int size = SocketAddresses.encode(address, domain, Wildcard.BOTH_FAMILIES, operand);
        return withAddress(sqe, head(UringOps.IORING_OP_BIND, 0, fd), operand, size);
    }

    /** {@code connect(2)}, until it has succeeded or failed; for the rest like {@link #bind}. */
    public int connect(int sqe, int fd, int domain, InetSocketAddress address) {
        MemorySegment operand = entries.operand(sqe);
        int size = SocketAddresses.encode(address, domain, Wildcard.MAPPED, operand);
        return withAddress(sqe, head(UringOps.IORING_OP_CONNECT, 0, fd), operand, size);
    }

    private int withAddress(int sqe, long head, MemorySegment operand, int size) {
        if (size < 0) {
            fill(sqe, head(UringOps.IORING_OP_NOP, 0, -1), 0, 0, 0);
            entries.addFlags(sqe, IoUring.IOSQE_CQE_SKIP_SUCCESS);
            return size;
        }
        fill(sqe, head, size, operand.address(), 0);
        return 0;
    }

    /** {@code listen(2)}. */
    public void listen(int sqe, int fd, int backlog) {
        fill(sqe, head(UringOps.IORING_OP_LISTEN, 0, fd), 0, 0, pair(backlog, 0));
    }

    /** {@code shutdown(2)}. Made by a worker thread of the kernel. */
    public void shutdown(int sqe, int fd, int how) {
        fill(sqe, head(UringOps.IORING_OP_SHUTDOWN, 0, fd), 0, 0, pair(how, 0));
    }

    /**
     * {@code getsockopt(2)} of an int into memory of the caller; completes with the bytes written.
     * The kernel knows only options of {@code SOL_SOCKET} here, {@code -EOPNOTSUPP} for others.
     */
    public void getOption(int sqe, int fd, int level, int name, long address) {
        option(sqe, fd, UringOps.SOCKET_URING_OP_GETSOCKOPT, pair(level, name), address);
    }

    /** {@code setsockopt(2)} of an int from memory of the caller; completes with 0. */
    public void setOption(int sqe, int fd, int level, int name, long address) {
        option(sqe, fd, UringOps.SOCKET_URING_OP_SETSOCKOPT, pair(level, name), address);
    }

    private void option(int sqe, int fd, int command, long levelAndName, long address) {
        fill(sqe, head(UringOps.IORING_OP_URING_CMD, 0, fd), command, levelAndName, 0);
        entries.fileIndex(sqe, Integer.BYTES);
        entries.address3(sqe, address);
    }

    private void fill(int sqe, long head, long offset, long address, long lengthAndFlags) {
        entries.fill(sqe, head, offset, address, lengthAndFlags);
    }
}
