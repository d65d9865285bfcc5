package io.weft.netpoll;

import io.weft.linux.Epoll;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Connections of a ring that are closed, until their slots can be emptied: what was written before
 * the close is sent first. Guarded by the lock of the poller.
 *
 * <p>What is left over is sent even then, as the kernel does it, with the same exception: not to a
 * peer that sends itself, since nobody will read that. Two that write and do not read would wait
 * for each other for ever.
 */
final class RingCloses {

    private static final int INPUT_EVENTS = Epoll.EPOLLIN | Epoll.EPOLLRDHUP;

    private final RingSubmission submission;

    /** Closed connections of which all is sent. */
    private final ArrayDeque<Finished> finished = new ArrayDeque<>();

    RingCloses(RingSubmission submission) {
        this.submission = submission;
    }

    /**
     * A connection whose slot can be emptied once the kernel has taken the entries before that
     * position: the last of them name the slot, which may be somebody else's by then.
     */
    private record Finished(DirectDesc desc, int position) {}

    RingSubmission submission() {
        return submission;
    }

    /**
     * Begins to close a connection; false when the queue has no room. Its slot can be emptied when
     * all is sent: {@link #nextFinished} tells.
     */
    boolean begin(DirectDesc desc) {
        if (!submission.hasRoom()) {
            return false;
        }
        submission.cancelReceive(desc);
        desc.set(DirectDesc.LINGERING);
        if (!desc.is(DirectDesc.BLOCKED)) {
            finishIfOver(desc);
        } else if (desc.hasUnread()) {
            abandon(desc);
        } else {
            desc.set(DirectDesc.WATCHED);
            submission.await(desc, INPUT_EVENTS);
        }
        return true;
    }

    /** Bytes came; if the connection is closed, nobody reads them. */
    void inputCame(DirectDesc desc) {
        if (desc.is(DirectDesc.LINGERING) && desc.is(DirectDesc.BLOCKED)) {
            abandon(desc);
        }
    }

    /** Asks to be told when the socket has room again, or when what {@link #inputCame} is for. */
    void awaitRoom(DirectDesc desc) {
        boolean closed = desc.is(DirectDesc.LINGERING);
        submission.await(desc, closed ? Epoll.EPOLLOUT | INPUT_EVENTS : Epoll.EPOLLOUT);
    }

    /**
     * What the events of a socket mean that is closed and has bytes left over.
     *
     * @return whether it is to go on sending
     */
    boolean goesOn(DirectDesc desc, int events) {
        if (!desc.is(DirectDesc.LINGERING) || events <= 0) {
            return true;
        }
        if ((events & INPUT_EVENTS) == Epoll.EPOLLIN) {
            abandon(desc);
            return false;
        }
        if ((events & ~INPUT_EVENTS) == 0) {
            // The peer has ended its side, and may read.
            submission.await(desc, Epoll.EPOLLOUT);
            return false;
        }
        return true;
    }

    /** Drops what is left over. */
    private void abandon(DirectDesc desc) {
        desc.setOutput(null);
        desc.clear((short) (DirectDesc.BLOCKED | DirectDesc.SHUT_LATER));
        desc.set((short) (DirectDesc.ABANDONED | DirectDesc.WATCHED));
        finishIfOver(desc);
    }

    /** To be called whenever something of a connection is over. */
    void finishIfOver(DirectDesc desc) {
        if (!desc.is(DirectDesc.LINGERING)
                || desc.is((short) (DirectDesc.BLOCKED | DirectDesc.SHUTTING))
                || desc.sendBuffer != SendBuffers.NONE) {
            return;
        }
        desc.clear(DirectDesc.LINGERING);
        if (desc.is(DirectDesc.WATCHED)) {
            submission.cancelAll(desc);
        }
        finished.add(new Finished(desc, submission.position()));
    }

    /** A closed connection whose slot can be emptied, or null. */
    @Nullable DirectDesc nextFinished() {
        Finished first = finished.peek();
        if (first == null || submission.carriedOut() - first.position() < 0) {
            return null;
        }
        finished.remove();
        return first.desc();
    }

    /** Whether there may be one; a hint without the lock. */
    boolean hasFinished() {
        return !finished.isEmpty();
    }
}
