package io.weft.netpoll;

import io.weft.linux.CompletionQueue;
import io.weft.linux.Errno;
import io.weft.linux.Uring;
import io.weft.linux.UringOps;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * One ring of a poller: its queues, the table with a slot for each connection, and the buffers.
 * What a connection asks for becomes entries of the submission queue; what completes changes the
 * connection. {@link DirectDesc} has the table of states; {@link RingSubmission}, {@link
 * RingReceives}, {@link RingSends} and {@link RingCloses} have the parts.
 *
 * <p>Every method is called with the lock of the poller held, but for {@link #enter}, {@link
 * #install(int, int)}, {@link #uninstall} and {@link #close}.
 *
 * <p><b>The reserve.</b> A completion may need an entry for its answer, and there must be one, or
 * what it says would be lost. Each completion of a batch takes one at most, and so does each send
 * that is over; so many are reserved ({@link RingSettings#reservedEntries}), and without the whole
 * reserve neither is looked at: the kernel has to take what is pending first.
 */
final class SocketRing {

    private static final long QUIET_NANOS = 1_000_000;

    private final UringPoller poller;
    private final int index;
    private final Uring uring;
    private final CompletionQueue completions;
    private final ReceiveBuffers receiveBuffers;
    private final RingSlots slots;
    private final RingSubmission submission;
    private final RingCloses closes;
    private final RingReceives receives;
    private final RingSends sends;
    private final RingCalls calls = new RingCalls();

    /** Whether the next round looks at this ring. */
    private boolean active = true;

    /** Calls that were completed and not yet told to the M that reaps. */
    private int called;

    /** Threads that close a connection here. It may be gone before they are done with the ring. */
    private int held;

    SocketRing(UringPoller poller, int index, RingSettings settings, Uring uring, RingParts parts) {
        this.poller = poller;
        this.index = index;
        this.uring = uring;
        this.completions = uring.completions();
        this.receiveBuffers = parts.receives();
        this.slots = parts.slots();
        this.submission = new RingSubmission(uring, settings);
        this.closes = new RingCloses(submission);
        this.receives = new RingReceives(poller, uring, settings, receiveBuffers, closes);
        this.sends = new RingSends(slots, uring, parts.sends(), closes);
    }

    /** What a ring needs beside its queues. */
    record RingParts(ReceiveBuffers receives, SendBuffers sends, RingSlots slots) {}

    UringPoller poller() {
        return poller;
    }

    int index() {
        return index;
    }

    int fd() {
        return uring.fd();
    }

    /** Whether there may be entries to hand over, or completions. A hint without the lock. */
    boolean isActive() {
        return active;
    }

    void setActive(boolean on) {
        active = on;
    }

    ReceiveBuffers receiveBuffers() {
        return receiveBuffers;
    }

    RingSlots slots() {
        return slots;
    }

    // Submission.

    /** Entries that wait to be handed over. */
    int pending() {
        return submission.pending();
    }

    /** Whether completions did not fit into the queue, and the kernel keeps them. */
    boolean hasOverflow() {
        return submission.hasOverflow();
    }

    /** Whether an enter would make completions. */
    boolean isHeldBack() {
        return submission.isHeldBack();
    }

    /** Whether something is to be handed over or to be reaped. */
    boolean isBusy() {
        return submission.pending() > 0 || completions.ready() > 0 || receives.hasStarved();
    }

    /** See {@link RingSubmission#handOver}. */
    int handOver(boolean flush) {
        receives.handOver();
        return submission.handOver(flush);
    }

    /** After the enter; what it has sent frees its buffers. */
    void entered(boolean flush) {
        submission.entered(flush);
        sends.finish();
    }

    /** See {@link RingSubmission#enter}. */
    int enter(int count, boolean flush) {
        return submission.enter(count, flush);
    }

    // What connections ask for.

    /** See {@link RingReceives#receive}. */
    boolean receive(DirectDesc desc, boolean goesOn) {
        return receives.receive(desc, goesOn);
    }

    /** See {@link RingReceives#ease}. */
    void ease() {
        receives.ease();
    }

    /** See {@link RingSends#send}. */
    int send(
            DirectDesc desc,
            byte @Nullable [] array,
            @Nullable MemorySegment segment,
            int offset,
            int length) {
        return sends.send(desc, array, segment, offset, length);
    }

    /** Queues a descriptor for the socket; its number, or an errno, completes the call. */
    boolean install(DirectDesc desc, RingCall call) {
        int number = calls.isFull() ? RingCalls.NONE : calls.enter(call);
        int entry = number == RingCalls.NONE ? RingSubmission.NO_ENTRY : submission.take(false);
        if (entry == RingSubmission.NO_ENTRY) {
            if (number != RingCalls.NONE) {
                calls.leave(number);
            }
            return false;
        }
        uring.control().fixedFdInstall(entry, desc.slot(), 0);
        submission.publish(entry, UserData.of(UserData.CALL, number, 0));
        return true;
    }

    // Closing.

    /** See {@link RingCloses#begin}. */
    boolean beginClose(DirectDesc desc) {
        return closes.begin(desc);
    }

    /** See {@link RingCloses#nextFinished}. */
    @Nullable DirectDesc nextFinished() {
        return closes.nextFinished();
    }

    /** See {@link RingCloses#hasFinished}. */
    boolean hasFinished() {
        return closes.hasFinished();
    }

    /** See {@link RingReceives#forgetUnread}. */
    void forgetUnread(DirectDesc desc) {
        receives.forgetUnread(desc);
    }

    /** Keeps the ring from being closed, until {@link #letGo}. */
    void hold() {
        held++;
    }

    void letGo() {
        held--;
    }

    boolean isHeld() {
        return held > 0;
    }

    // Completion.

    /** How many threads were readied, beside readers, since the last call. */
    int takeWoken() {
        int count = called + sends.takeWoken();
        called = 0;
        return count;
    }

    /**
     * Takes completions out of the queue, a batch at most.
     *
     * @param readied receives the connections whose reader is to be readied, after the lock
     * @return how many of them there are
     */
    int reap(DirectDesc[] readied) {
        if (!submission.hasReserve()) {
            return 0; // the kernel refuses entries for the moment
        }
        sends.finish();
        int count = Math.min(sends.searchFailed(), readied.length); // more may be ready by now
        int found = 0;
        for (int i = 0; i < count; i++) {
            DirectDesc reader =
                    completed(completions.userData(i), completions.result(i), completions.flags(i));
            if (reader != null) {
                readied[found++] = reader;
            }
        }
        completions.advance(count);
        sends.reaped(count);
        receiveBuffers.publish();
        if (completions.ready() == 0 && !submission.mayLackCompletions()) {
            receives.feed();
        }
        return found;
    }

    /** Delivers a completion; the connection whose reader is to be readied, or null. */
    private @Nullable DirectDesc completed(long userData, int result, int flags) {
        int request = UserData.request(userData);
        if (request == UserData.CALL) {
            called++;
            calls.leave(UserData.slot(userData)).complete(result);
            return null;
        }
        if (request == UserData.SEND || request == UserData.NOTHING) {
            return null; // looked at by the search; a cancel that found nothing to end
        }
        DirectDesc desc = slots.find(userData);
        if (desc == null) {
            poller.countStale();
            receives.drop(flags);
            return null;
        }
        switch (request) {
            case UserData.RECEIVE -> {
                return receives.completed(desc, result, flags) ? desc : null;
            }
            case UserData.ROOM -> sends.roomCame(desc, result);
            case UserData.SHUTDOWN -> sends.shutDownCame(desc);
            default -> throw new IllegalStateException("netpoll: a request " + request);
        }
        return null;
    }

    // The table, without the lock.

    /** Puts the socket of a descriptor into a slot: 1 or a negated errno. */
    int install(int slot, int fd) {
        return uring.directTable().update(slot, fd);
    }

    /** Empties a slot. */
    void uninstall(int slot) {
        int answer = uring.directTable().clear(slot);
        if (answer < 0) {
            throw UringErrors.corrupt("empty slot " + slot, -answer);
        }
    }

    /** Whether no request is under way, or could be ended in a moment. */
    boolean isQuiet() {
        return cancelAll(QUIET_NANOS) != -Errno.ETIME;
    }

    private int cancelAll(long timeoutNanos) {
        int every = UringOps.IORING_ASYNC_CANCEL_ANY;
        return uring.registrations().syncCancel(0, every, timeoutNanos);
    }

    /**
     * Ends the ring and all requests on it. Nobody uses it any more; who waits for the answer to a
     * call gets one, since nobody reads the ring's.
     */
    void close() {
        calls.completeAll(-Errno.EBADF);
        cancelAll(-1);
        uring.directTable().unregister();
        receiveBuffers.close();
        uring.close();
        sends.close();
    }
}
