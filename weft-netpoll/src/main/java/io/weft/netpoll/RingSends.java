package io.weft.netpoll;

import io.weft.linux.CompletionQueue;
import io.weft.linux.Errno;
import io.weft.linux.IoUring;
import io.weft.linux.Sockets;
import io.weft.linux.Uring;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The sends of a ring. Guarded by the lock of the poller.
 *
 * <p>A send does not wait in the kernel (MSG_DONTWAIT) and, when all its bytes were taken
 * (MSG_WAITALL), completes silently. It is carried out while the kernel takes its entry, and what
 * failed has completed before the kernel moves its head over the entry. So when the head has passed
 * an entry, its buffer is free again, unless a completion says otherwise; {@link #finish} looks for
 * those first. With completions that may not be in the queue yet it cannot tell, and leaves the
 * buffers for later.
 *
 * <p>For each buffer in use at most one reserved entry is taken: the request for room, or the send
 * of what is left over, or the end of the connection.
 */
final class RingSends {

    private static final int SEND_FLAGS = Sockets.MSG_DONTWAIT | Sockets.MSG_WAITALL;

    private final RingSlots slots;
    private final Uring uring;
    private final CompletionQueue completions;
    private final SendBuffers buffers;
    private final RingSubmission submission;
    private final RingCloses closes;

    /** How many of the completions that are ready have been searched for failed sends. */
    private int searched;

    /** Threads that were readied and not yet told to the M that reaps. */
    private int woken;

    RingSends(RingSlots slots, Uring uring, SendBuffers buffers, RingCloses closes) {
        this.slots = slots;
        this.uring = uring;
        this.completions = uring.completions();
        this.buffers = buffers;
        this.submission = closes.submission();
        this.closes = closes;
    }

    /**
     * Takes bytes of a write.
     *
     * @return how many, or -EAGAIN when the writer has to wait, or another negated errno; 0 when a
     *     submission has to make room first
     */
    int send(
            DirectDesc desc,
            byte @Nullable [] array,
            @Nullable MemorySegment segment,
            int offset,
            int length) {
        if (desc.sendBuffer != SendBuffers.NONE) {
            finish();
        }
        if (desc.outputError != 0) {
            return desc.outputError;
        }
        if (desc.is(DirectDesc.BLOCKED)) {
            return desc.is(DirectDesc.SHUT_LATER) ? -Errno.EPIPE : -Errno.EAGAIN;
        }
        int buffer = desc.sendBuffer;
        if (buffer == SendBuffers.NONE) {
            buffer = begin(desc, false);
        } else if (submission.isHandedOver(buffers.position(buffer))) {
            desc.set(DirectDesc.WRITER_WAITS);
            return -Errno.EAGAIN;
        }
        if (buffer == SendBuffers.NONE) {
            return 0;
        }
        int count = Math.min(length, buffers.room(buffer));
        if (count > 0) {
            MemorySegment memory = buffers.memory(buffer);
            int at = buffers.length(buffer);
            if (array != null) {
                MemorySegment.copy(array, offset, memory, ValueLayout.JAVA_BYTE, at, count);
            } else if (segment != null) {
                MemorySegment.copy(segment, offset, memory, at, count);
            }
            buffers.grow(buffer, count);
            write(desc, buffer);
        }
        return count;
    }

    /** Gives a connection a buffer and an entry; NONE when one of them is not to be had. */
    private int begin(DirectDesc desc, boolean reaping) {
        if (buffers.isEmpty()) {
            finish();
        }
        int entry = buffers.isEmpty() ? RingSubmission.NO_ENTRY : submission.take(reaping);
        if (entry == RingSubmission.NO_ENTRY) {
            return SendBuffers.NONE;
        }
        int buffer = buffers.take(desc, entry, submission.position() - 1);
        desc.sendBuffer = (short) buffer;
        return buffer;
    }

    private void write(DirectDesc desc, int buffer) {
        int entry = buffers.entry(buffer);
        long address = buffers.memory(buffer).address();
        uring.sockets().send(entry, desc.slot(), address, buffers.length(buffer), SEND_FLAGS);
        submission.publish(entry, UserData.SEND, desc, IoUring.IOSQE_CQE_SKIP_SUCCESS);
    }

    /** Sends the beginning of what is left over, as much as fits into a buffer. */
    private void sendRest(DirectDesc desc, Backlog rest) {
        int buffer = begin(desc, true);
        if (buffer == SendBuffers.NONE) {
            closes.awaitRoom(desc); // comes at once, and by then a buffer may be free
            return;
        }
        buffers.grow(buffer, rest.peek(buffers.memory(buffer), buffers.room(buffer)));
        write(desc, buffer);
    }

    private void shutDown(DirectDesc desc) {
        int entry = submission.take(true);
        uring.sockets().shutdown(entry, desc.slot(), Sockets.SHUT_WR);
        desc.set(DirectDesc.SHUTTING);
        submission.publish(entry, UserData.SHUTDOWN, desc, 0);
    }

    /**
     * Frees the buffers of sends that were carried out. The head is read before the completions are
     * searched: what failed among those before the head has completed by then.
     */
    void finish() {
        int oldest = buffers.oldest();
        if (oldest == SendBuffers.NONE || !submission.hasReserve()) {
            return;
        }
        int carriedOut = submission.carriedOut();
        if (buffers.position(oldest) - carriedOut >= 0 || submission.mayLackCompletions()) {
            return;
        }
        searchFailed();
        while (oldest != SendBuffers.NONE && buffers.position(oldest) - carriedOut < 0) {
            DirectDesc desc = buffers.owner(oldest);
            int length = buffers.length(oldest);
            buffers.freeOldest();
            carriedOut(desc, oldest, length);
            oldest = buffers.oldest();
        }
    }

    /**
     * Looks for failed sends among the completions that are ready.
     *
     * @return how many completions have been searched, and not reaped
     */
    int searchFailed() {
        int ready = completions.ready();
        for (; searched < ready; searched++) {
            long userData = completions.userData(searched);
            if (UserData.request(userData) == UserData.SEND) {
                DirectDesc desc = slots.find(userData);
                if (desc != null) {
                    failed(desc, completions.result(searched));
                }
            }
        }
        return searched;
    }

    /** So many completions were reaped. */
    void reaped(int count) {
        searched -= count;
    }

    private void failed(DirectDesc desc, int result) {
        int buffer = desc.sendBuffer;
        desc.sendBuffer = SendBuffers.NONE;
        if (desc.is(DirectDesc.ABANDONED)) {
            closes.finishIfOver(desc);
            return;
        }
        if (isFatal(result)) {
            fail(desc, result);
            return;
        }
        int sent = Math.max(result, 0);
        Backlog rest = desc.output();
        if (desc.is(DirectDesc.BLOCKED) && rest != null) {
            rest.skip(sent);
        } else {
            rest = new Backlog();
            rest.add(buffers.memory(buffer), sent, buffers.length(buffer) - sent);
            desc.setOutput(rest);
            desc.set(DirectDesc.BLOCKED);
        }
        closes.awaitRoom(desc);
    }

    /**
     * Whether the connection is lost. A shortage of memory passes, and the bytes were taken: to
     * give them up would leave a hole in the stream.
     */
    private static boolean isFatal(int result) {
        return switch (-result) {
            case Errno.EAGAIN, Errno.EINTR, Errno.ENOMEM, Errno.ENOBUFS -> false;
            default -> result < 0;
        };
    }

    /**
     * The kernel tells an error of the connection once, to whoever comes first. Told to a send, the
     * receive finds the end of the stream, and who reads would take a broken stream for a whole
     * one. EPIPE is no such error: it says that the connection has ended before.
     */
    private void fail(DirectDesc desc, int result) {
        desc.outputError = (short) result;
        if (result != -Errno.EPIPE && desc.inputEnd == DirectDesc.OPEN) {
            desc.inputEnd = (short) result;
            desc.markHangup();
            woken++;
            desc.ready(Direction.READ);
        }
        desc.setOutput(null);
        desc.clear((short) (DirectDesc.BLOCKED | DirectDesc.SHUT_LATER));
        outputIsOver(desc);
    }

    /**
     * The whole of a buffer was sent, unless it failed: then the buffer is no more the socket's.
     */
    private void carriedOut(DirectDesc desc, int buffer, int length) {
        if (desc.sendBuffer == buffer) {
            desc.sendBuffer = SendBuffers.NONE;
            if (desc.is(DirectDesc.BLOCKED)) {
                restSent(desc, length);
            }
        }
        if (desc.is(DirectDesc.WRITER_WAITS)) {
            desc.clear(DirectDesc.WRITER_WAITS);
            readyToWrite(desc);
        }
        closes.finishIfOver(desc);
    }

    private void restSent(DirectDesc desc, int length) {
        Backlog rest = Objects.requireNonNull(desc.output());
        rest.skip(length);
        if (!rest.isEmpty()) {
            sendRest(desc, rest);
            return;
        }
        desc.setOutput(null);
        desc.clear(DirectDesc.BLOCKED);
        if (desc.is(DirectDesc.SHUT_LATER) && !desc.is(DirectDesc.LINGERING)) {
            shutDown(desc);
        }
        outputIsOver(desc);
    }

    private void outputIsOver(DirectDesc desc) {
        if (desc.is(DirectDesc.LINGERING)) {
            closes.finishIfOver(desc);
        } else {
            readyToWrite(desc);
        }
    }

    private void readyToWrite(DirectDesc desc) {
        woken++;
        desc.ready(Direction.WRITE);
    }

    /** The socket has room, or what {@link RingCloses#awaitRoom} asks for besides. */
    void roomCame(DirectDesc desc, int events) {
        Backlog rest = desc.output();
        if (rest == null || desc.sendBuffer != SendBuffers.NONE) {
            return; // two were under way, and the other one came first
        }
        if (closes.goesOn(desc, events)) {
            sendRest(desc, rest);
        }
    }

    /** The output of the socket is shut. */
    void shutDownCame(DirectDesc desc) {
        desc.clear(DirectDesc.SHUTTING);
        closes.finishIfOver(desc);
    }

    /** How many threads were readied since the last call. */
    int takeWoken() {
        int count = woken;
        woken = 0;
        return count;
    }

    void close() {
        buffers.close();
    }
}
