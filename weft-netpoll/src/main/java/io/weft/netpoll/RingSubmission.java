package io.weft.netpoll;

import io.weft.linux.IoUring;
import io.weft.linux.SubmissionQueue;
import io.weft.linux.Uring;
import io.weft.linux.UringOps;

/**
 * The submission queue of a ring: which entries are taken, handed over and carried out, and the
 * entries that several of its users write. Positions count entries ever taken, and are compared by
 * their difference, so that they may overflow.
 *
 * <p>Guarded by the lock of the poller, but for {@link #enter}.
 */
final class RingSubmission {

    static final int NO_ENTRY = -1;

    private final Uring uring;
    private final SubmissionQueue entries;
    private final int reserved;

    /** Entries that were ever taken. */
    private int taken;

    /** Entries before this one may be read by the kernel at any moment: they are not changed. */
    private int handedOver;

    /**
     * Threads between {@link #handOver} and {@link #entered}. Each has told the kernel a number of
     * entries, not which: when another thread was faster with those, it takes younger ones instead.
     * So as long as one is under way, no entry at all is changed.
     */
    private int entering;

    /** Those of them whose enter brings in completions that did not fit into the queue. */
    private int flushing;

    RingSubmission(Uring uring, RingSettings settings) {
        this.uring = uring;
        this.entries = uring.submissions();
        this.reserved = settings.reservedEntries();
    }

    /** Entries that wait to be handed over. */
    int pending() {
        return entries.pending();
    }

    /** The position behind the youngest entry. */
    int position() {
        return taken;
    }

    /** The position behind the youngest entry that the kernel has taken. */
    int carriedOut() {
        return taken - entries.pending();
    }

    /** Whether the kernel may read the entry at that position. */
    boolean isHandedOver(int position) {
        return entering > 0 || position - handedOver < 0;
    }

    /** Whether a thread is in the kernel with entries of this ring. */
    boolean isEntered() {
        return entering > 0;
    }

    /** Whether completions did not fit into the queue, and the kernel keeps them. */
    boolean hasOverflow() {
        return (entries.ringFlags() & IoUring.IORING_SQ_CQ_OVERFLOW) != 0;
    }

    /**
     * Whether some of the completions of what was carried out may not be in the queue: they did not
     * fit, or an enter brings them in just now. The kernel puts the flag down before it moves the
     * tail over them.
     */
    boolean mayLackCompletions() {
        return hasOverflow() || flushing > 0;
    }

    /** Whether an enter would make completions. */
    boolean isHeldBack() {
        int flags = IoUring.IORING_SQ_CQ_OVERFLOW | IoUring.IORING_SQ_TASKRUN;
        return (entries.ringFlags() & flags) != 0;
    }

    /**
     * Before an enter: from here on the kernel may read what is pending.
     *
     * @param flush whether that enter brings in what did not fit into the completion queue
     * @return how many entries that is
     */
    int handOver(boolean flush) {
        entering++;
        flushing += flush ? 1 : 0;
        handedOver = taken;
        return entries.pending();
    }

    /** After the enter. */
    void entered(boolean flush) {
        entering--;
        flushing -= flush ? 1 : 0;
    }

    /**
     * Hands entries over and returns how many the kernel took, or a negated errno. Without the
     * lock, between {@link #handOver} and {@link #entered}.
     */
    int enter(int count, boolean flush) {
        return uring.enter(count, 0, flush ? IoUring.IORING_ENTER_GETEVENTS : 0, 0);
    }

    /** Takes an entry, or {@link #NO_ENTRY}; the reserved ones are for who reaps. */
    int take(boolean reaping) {
        if (!reaping && !hasRoom()) {
            return NO_ENTRY;
        }
        int entry = entries.next();
        if (entry != NO_ENTRY) {
            taken++;
        } else if (reaping) {
            throw new IllegalStateException("netpoll: no entry for the answer to a completion");
        }
        return entry;
    }

    /** Whether there is an entry for who does not reap. */
    boolean hasRoom() {
        return entries.capacity() - entries.pending() > reserved;
    }

    /** Whether every completion of a batch, and every send that is over, can be answered. */
    boolean hasReserve() {
        return entries.capacity() - entries.pending() >= reserved;
    }

    /** Completes an entry that is about a connection, and lets the kernel see it. */
    void publish(int entry, int request, DirectDesc desc, int flags) {
        entries.addFlags(entry, IoUring.IOSQE_FIXED_FILE | flags);
        publish(entry, UserData.of(request, desc.slot(), desc.generation()));
    }

    /** Completes an entry and lets the kernel see it. */
    void publish(int entry, long userData) {
        entries.userData(entry, userData);
        entries.publish();
    }

    /** Queues the end of the receive that is under way, if there is one. */
    void cancelReceive(DirectDesc desc) {
        if (desc.is(DirectDesc.STARVED)) {
            desc.clear((short) (DirectDesc.STARVED | DirectDesc.RECEIVING));
            return; // it waits for a buffer, the kernel knows nothing of it
        }
        if (!desc.is(DirectDesc.RECEIVING) || desc.is(DirectDesc.CANCELLING)) {
            return;
        }
        desc.set(DirectDesc.CANCELLING);
        int entry = take(true);
        long receive = UserData.of(UserData.RECEIVE, desc.slot(), desc.generation());
        uring.control().cancel(entry, receive, 0);
        publishSilent(entry);
    }

    /** Queues the end of everything that is under way on the socket. */
    void cancelAll(DirectDesc desc) {
        int entry = take(true);
        int all = UringOps.IORING_ASYNC_CANCEL_ALL | UringOps.IORING_ASYNC_CANCEL_FD_FIXED;
        uring.control().cancelFd(entry, desc.slot(), all);
        publishSilent(entry);
    }

    /** Asks to be told, once, when one of those events is there. */
    void await(DirectDesc desc, int events) {
        int entry = take(true);
        uring.control().pollAdd(entry, desc.slot(), events, 0);
        publish(entry, UserData.ROOM, desc, 0);
    }

    private void publishSilent(int entry) {
        entries.addFlags(entry, IoUring.IOSQE_CQE_SKIP_SUCCESS);
        publish(entry, UserData.NOTHING);
    }
}
