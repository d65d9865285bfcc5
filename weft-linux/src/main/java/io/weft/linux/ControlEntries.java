package io.weft.linux;

import static io.weft.linux.EntryMemory.head;
import static io.weft.linux.EntryMemory.pair;
import static io.weft.linux.UringOps.IORING_ASYNC_CANCEL_FD;
import static io.weft.linux.UringOps.IORING_TIMEOUT_UPDATE;

/**
 * Writers of the entries that concern readiness, other requests, other rings and descriptors. As
 * with {@link SocketEntries}, each writes the whole entry, and user data and flags are added
 * through {@link SubmissionQueue}. Not thread-safe.
 */
public final class ControlEntries {

    private static final int NO_FD = -1;

    /** The file's own position; the only offset that an eventfd or a socket has. */
    private static final long CURRENT_POSITION = -1;

    private final EntryMemory entries;

    ControlEntries(EntryMemory entries) {
        this.entries = entries;
    }

    /** Nothing; completes with 0. */
    public void nop(int sqe) {
        fill(sqe, head(UringOps.IORING_OP_NOP, 0, NO_FD), 0, 0, 0);
    }

    /**
     * Waits until one of the events is true, and completes with those that are.
     *
     * @param events the bits of {@link Epoll}
     * @param pollFlags {@code IORING_POLL_ADD_MULTI} or 0
     */
    public void pollAdd(int sqe, int fd, int events, int pollFlags) {
        fill(sqe, head(UringOps.IORING_OP_POLL_ADD, 0, fd), 0, 0, pair(pollFlags, events));
    }

    /** Ends the poll with that user data: it completes with {@code -ECANCELED}. */
    public void pollRemove(int sqe, long userData) {
        fill(sqe, head(UringOps.IORING_OP_POLL_REMOVE, 0, NO_FD), 0, userData, 0);
    }

    /** Changes the events of the poll with that user data, {@code IORING_POLL_ADD_MULTI} or not. */
    public void pollUpdate(int sqe, long userData, int events, int pollFlags) {
        int flags = pollFlags | UringOps.IORING_POLL_UPDATE_EVENTS;
        fill(sqe, head(UringOps.IORING_OP_POLL_REMOVE, 0, NO_FD), 0, userData, pair(flags, events));
    }

    /**
     * Cancels a request with that user data. Completes with 0, {@code -ENOENT} when there is none,
     * {@code -EALREADY} when it is being carried out; with {@code IORING_ASYNC_CANCEL_ALL} or
     * {@code _ANY} with the number of requests that were found. The cancelled ones complete with
     * {@code -ECANCELED}.
     */
    public void cancel(int sqe, long userData, int cancelFlags) {
        long head = head(UringOps.IORING_OP_ASYNC_CANCEL, 0, NO_FD);
        fill(sqe, head, 0, userData, pair(0, cancelFlags));
    }

    /**
     * Like {@link #cancel}, of a request on that descriptor; on that slot of the direct table with
     * {@link UringOps#IORING_ASYNC_CANCEL_FD_FIXED}.
     */
    public void cancelFd(int sqe, int fd, int cancelFlags) {
        long head = head(UringOps.IORING_OP_ASYNC_CANCEL, 0, fd);
        fill(sqe, head, 0, 0, pair(0, cancelFlags | IORING_ASYNC_CANCEL_FD));
    }

    /**
     * Completes with {@code -ETIME} after that time, or with 0 once {@code completions} others have
     * completed since, where that is not 0.
     */
    public void timeout(int sqe, long nanos, int completions, int timeoutFlags) {
        fill(
                sqe,
                head(UringOps.IORING_OP_TIMEOUT, 0, NO_FD),
                completions,
                entries.timespec(sqe, nanos),
                pair(1, timeoutFlags));
    }

    /**
     * Cancels the request of the entry before, which has {@code IOSQE_IO_LINK}, after that time.
     */
    public void linkTimeout(int sqe, long nanos, int timeoutFlags) {
        fill(
                sqe,
                head(UringOps.IORING_OP_LINK_TIMEOUT, 0, NO_FD),
                0,
                entries.timespec(sqe, nanos),
                pair(1, timeoutFlags));
    }

    /** Ends the timeout with that user data: it completes with {@code -ECANCELED}. */
    public void timeoutRemove(int sqe, long userData) {
        fill(sqe, head(UringOps.IORING_OP_TIMEOUT_REMOVE, 0, NO_FD), 0, userData, 0);
    }

    /** Gives the timeout with that user data another time. */
    public void timeoutUpdate(int sqe, long userData, long nanos, int timeoutFlags) {
        fill(
                sqe,
                head(UringOps.IORING_OP_TIMEOUT_REMOVE, 0, NO_FD),
                entries.timespec(sqe, nanos),
                userData,
                pair(0, timeoutFlags | IORING_TIMEOUT_UPDATE));
    }

    /** Posts a completion to another ring: that user data, that result of zero or more. */
    public void message(int sqe, int ringFd, long targetUserData, int result) {
        fill(
                sqe,
                head(UringOps.IORING_OP_MSG_RING, 0, ringFd),
                targetUserData,
                UringOps.IORING_MSG_DATA,
                pair(result, 0));
    }

    /**
     * Puts what is in a slot of this ring's table also into one of another ring's, and posts a
     * completion there. The result here is the slot there when the kernel chose it, else 0.
     *
     * @param targetSlot or {@link UringOps#IORING_FILE_INDEX_ALLOC}
     */
    public void messageFd(
            int sqe, int ringFd, int sourceSlot, int targetSlot, long targetUserData) {
        fill(
                sqe,
                head(UringOps.IORING_OP_MSG_RING, 0, ringFd),
                targetUserData,
                UringOps.IORING_MSG_SEND_FD,
                0);
        entries.address3(sqe, sourceSlot);
        entries.slot(sqe, targetSlot);
    }

    /** {@code close(2)} of a descriptor. */
    public void close(int sqe, int fd) {
        fill(sqe, head(UringOps.IORING_OP_CLOSE, 0, fd), 0, 0, 0);
    }

    /** Empties a slot of the direct table. */
    public void closeSlot(int sqe, int slot) {
        fill(sqe, head(UringOps.IORING_OP_CLOSE, 0, 0), 0, 0, 0);
        entries.slot(sqe, slot);
    }

    /**
     * Puts descriptors into the direct table, from that slot on, and completes with their number.
     *
     * @param address ints in memory of the caller, until the completion; -1 empties a slot. With
     *     {@code IORING_FILE_INDEX_ALLOC} as the first slot the kernel chooses, and writes the
     *     slots there
     */
    public void filesUpdate(int sqe, int firstSlot, long address, int count) {
        fill(
                sqe,
                head(UringOps.IORING_OP_FILES_UPDATE, 0, NO_FD),
                Integer.toUnsignedLong(firstSlot),
                address,
                pair(count, 0));
    }

    /**
     * Gives what is in a slot of the direct table a descriptor too, and completes with it. It is
     * closed on exec, unless {@code IORING_FIXED_FD_NO_CLOEXEC} is given.
     */
    public void fixedFdInstall(int sqe, int slot, int installFlags) {
        fill(sqe, head(UringOps.IORING_OP_FIXED_FD_INSTALL, 0, slot), 0, 0, pair(0, installFlags));
        entries.addFlags(sqe, IoUring.IOSQE_FIXED_FILE);
    }

    /** {@code read(2)} into memory of the caller, of a descriptor without positions. */
    public void read(int sqe, int fd, long address, int length) {
        long head = head(UringOps.IORING_OP_READ, 0, fd);
        fill(sqe, head, CURRENT_POSITION, address, pair(length, 0));
    }

    private void fill(int sqe, long head, long offset, long address, long lengthAndFlags) {
        entries.fill(sqe, head, offset, address, lengthAndFlags);
    }
}
