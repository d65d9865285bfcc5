package io.weft.netpoll;

import io.weft.linux.CompletionQueue;
import io.weft.linux.Errno;
import io.weft.linux.IoUring;
import io.weft.linux.Uring;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The receives of a ring. The kernel fills buffers of the ring; those of one connection are
 * chained, until they are read. Guarded by the lock of the poller.
 *
 * <p><b>Starved receives.</b> More connections may have bytes than there are buffers. A receive
 * that found none has ended; it is queued again by {@link #feed} when one is free, first come,
 * first served, and meanwhile it counts as under way. To ready its reader, who could do no better
 * than ask again, would cost a scheduling round for nothing, again and again. Once all completions
 * are reaped some buffers are always free ({@link ReceiveBuffers#isScarce}), so nobody starves.
 */
final class RingReceives {

    /** More buffers or bytes of a connection that nobody reads end its receive. */
    static final int UNREAD_MAX = 8;

    private final UringPoller poller;
    private final Uring uring;
    private final RingSubmission submission;
    private final ReceiveBuffers buffers;
    private final RingCloses closes;
    private final int bytesMax;

    /** Receives that are still to be handed over and would go on for ever; see {@link #ease}. */
    private final DirectDesc[] steady;

    private final int[] steadyEntries;
    private int steadyCount;

    /** Receives that found no buffer; some of them may have been closed since. */
    private final ArrayDeque<DirectDesc> starved = new ArrayDeque<>();

    RingReceives(
            UringPoller poller,
            Uring uring,
            RingSettings settings,
            ReceiveBuffers buffers,
            RingCloses closes) {
        this.poller = poller;
        this.uring = uring;
        this.submission = closes.submission();
        this.buffers = buffers;
        this.closes = closes;
        this.bytesMax = UNREAD_MAX * settings.receiveBytes();
        this.steady = new DirectDesc[settings.entries()];
        this.steadyEntries = new int[settings.entries()];
    }

    /**
     * Queues a receive; false when the queue has no room. The connection has none under way.
     *
     * @param goesOn whether it may complete again and again, for as long as its thread is the one
     *     that drives this poller
     */
    boolean receive(DirectDesc desc, boolean goesOn) {
        int entry = submission.take(false);
        if (entry == RingSubmission.NO_ENTRY) {
            return false;
        }
        desc.set(DirectDesc.RECEIVING);
        desc.epoch = (byte) poller.epoch();
        if (goesOn) {
            desc.set(DirectDesc.STEADY);
            steady[steadyCount] = desc;
            steadyEntries[steadyCount++] = entry;
        }
        write(entry, desc, goesOn);
        return true;
    }

    private void write(int entry, DirectDesc desc, boolean goesOn) {
        if (goesOn) {
            uring.sockets().recvMultishot(entry, desc.slot(), buffers.group());
        } else {
            uring.sockets().recvSelected(entry, desc.slot(), buffers.group(), 0);
        }
        submission.publish(entry, UserData.RECEIVE, desc, 0);
    }

    /**
     * Makes receives that would go on single ones. A request belongs to the thread that hands it
     * over, and that thread is woken for each of its completions: one that only helps out must not
     * hand over what lasts. Where it cannot be changed any more, it lasts until the next epoch.
     */
    void ease() {
        if (submission.isEntered()) {
            return;
        }
        for (int i = 0; i < steadyCount; i++) {
            steady[i].clear(DirectDesc.STEADY);
            write(steadyEntries[i], steady[i], false);
        }
        steadyCount = 0;
    }

    /** From here on the kernel may read them. */
    void handOver() {
        steadyCount = 0;
    }

    /**
     * A receive has completed.
     *
     * @return whether that is of interest to its reader
     */
    boolean completed(DirectDesc desc, int result, int flags) {
        if (result == -Errno.ENOBUFS && starve(desc)) {
            return false;
        }
        boolean more = (flags & IoUring.IORING_CQE_F_MORE) != 0;
        if (!more) {
            desc.clear((short) (DirectDesc.RECEIVING | DirectDesc.STEADY | DirectDesc.CANCELLING));
        }
        if (result > 0) {
            keep(desc, CompletionQueue.bufferId(flags), result);
            boolean tooMany = desc.unread >= UNREAD_MAX || isLong(desc.input());
            if (more && (tooMany || desc.epoch != (byte) poller.epoch())) {
                submission.cancelReceive(desc);
            }
            closes.inputCame(desc);
            return true;
        }
        drop(flags);
        switch (-result) {
            // Nothing was read; the reader asks again. Cancelled without our asking: the thread
            // that handed the request over has ended.
            case Errno.ECANCELED, Errno.ENOBUFS, Errno.EINTR, Errno.EAGAIN -> {}
            default -> {
                if (desc.inputEnd == DirectDesc.OPEN) {
                    desc.inputEnd = (short) result;
                    desc.markHangup();
                }
            }
        }
        return true;
    }

    /** Keeps the receive for later; false when it was to end anyhow. */
    private boolean starve(DirectDesc desc) {
        if (desc.is(DirectDesc.CANCELLING)) {
            return false;
        }
        desc.clear(DirectDesc.STEADY);
        desc.set(DirectDesc.STARVED);
        starved.add(desc);
        return true;
    }

    /**
     * Queues starved receives again, as many as there are buffers for. To be called only when no
     * completion is left: each may hold a buffer that counts as free until then, and receives that
     * find none make more completions than are reaped meanwhile.
     */
    void feed() {
        for (int free = buffers.free(); free > 0 && !starved.isEmpty(); free--) {
            if (!submission.hasRoom()) {
                return;
            }
            DirectDesc desc = starved.remove();
            if (desc.is(DirectDesc.STARVED)) {
                desc.clear(DirectDesc.STARVED);
                receive(desc, false);
            }
        }
    }

    /** Whether {@link #feed} has something to do. */
    boolean hasStarved() {
        return !starved.isEmpty();
    }

    private boolean isLong(@Nullable Backlog backlog) {
        return backlog != null && backlog.size() >= bytesMax;
    }

    private void keep(DirectDesc desc, int id, int length) {
        buffers.taken(id, length);
        Backlog backlog = desc.input();
        if (backlog != null || buffers.isScarce()) {
            if (backlog == null) {
                backlog = new Backlog();
                desc.setInput(backlog);
            }
            backlog.add(buffers.memory(id), 0, length);
            buffers.giveBack(id);
            return;
        }
        desc.unread++;
        if (desc.oldest == ReceiveBuffers.NONE) {
            desc.oldest = (short) id;
        } else {
            buffers.link(desc.newest, (short) id);
        }
        desc.newest = (short) id;
    }

    /** Gives back the buffer of a completion, if it has one: nobody will read it. */
    void drop(int flags) {
        if ((flags & IoUring.IORING_CQE_F_BUFFER) != 0) {
            int id = CompletionQueue.bufferId(flags);
            buffers.taken(id, 0);
            buffers.giveBack(id);
        }
    }

    /** Gives back what a connection has not read, as it is closed. */
    void forgetUnread(DirectDesc desc) {
        for (short id = desc.oldest; id != ReceiveBuffers.NONE; id = buffers.next(id)) {
            buffers.giveBack(id);
        }
        buffers.publish();
        desc.oldest = ReceiveBuffers.NONE;
        desc.unread = 0;
        desc.setInput(null);
    }
}
