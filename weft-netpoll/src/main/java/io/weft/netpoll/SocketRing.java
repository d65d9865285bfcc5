package io.weft.netpoll;

import io.weft.linux.CompletionQueue;
import io.weft.linux.Epoll;
import io.weft.linux.Errno;
import io.weft.linux.IoUring;
import io.weft.linux.Sockets;
import io.weft.linux.SubmissionQueue;
import io.weft.linux.Uring;
import io.weft.linux.UringOps;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * One ring of a poller: its queues, the table with a slot for each connection, and the buffers.
 * What a connection asks for becomes entries of the submission queue; what completes changes the
 * connection. {@link DirectDesc} has the table of states.
 *
 * <p>Every method is called with the lock of the poller held, but for {@link #enter}, {@link
 * #install}, {@link #uninstall} and {@link #close}.
 *
 * <p><b>Sends.</b> A send does not wait in the kernel (MSG_DONTWAIT) and, when all its bytes were
 * taken (MSG_WAITALL), completes silently. It is carried out while the kernel takes its entry, and
 * what failed has completed before the kernel moves its head over the entry. So when the head has
 * passed an entry, its buffer is free again, unless a completion says otherwise; {@link
 * #finishSends} looks for those first. With completions that did not fit into the queue it cannot
 * tell, and leaves the buffers for later. Neither can it while an enter brings such completions in:
 * the kernel puts the flag down before it moves the tail over them.
 */
final class SocketRing {

    /** More buffers or bytes of a connection that nobody reads end its receive. */
    static final int UNREAD_MAX = 8;

    private static final long QUIET_NANOS = 1_000_000;

    private static final int NO_ENTRY = -1;
    private static final int INPUT_EVENTS = Epoll.EPOLLIN | Epoll.EPOLLRDHUP;
    private static final int SEND_FLAGS = Sockets.MSG_DONTWAIT | Sockets.MSG_WAITALL;

    private final UringPoller poller;
    private final int index;
    private final RingSettings settings;
    private final Uring uring;
    private final SubmissionQueue submissions;
    private final CompletionQueue completions;
    private final ReceiveBuffers receives;
    private final SendBuffers sends;
    private final RingSlots slots;
    private final RingCalls calls = new RingCalls();

    /** Closed connections of which all is sent. */
    private final java.util.ArrayDeque<Finished> finished = new java.util.ArrayDeque<>();

    /** Whether the next round looks at this ring. */
    private boolean active = true;

    /** Threads that were readied, beside readers, and not yet told to the M that reaps. */
    private int woken;

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

    /** Threads that close a connection here. It may be gone before they are done with the ring. */
    private int held;

    /** How many of the completions that are ready have been searched for failed sends. */
    private int searched;

    /** Receives that are still to be handed over and would go on for ever; see {@link #ease}. */
    private final DirectDesc[] steady;

    private final int[] steadyEntries;
    private int steadyCount;

    SocketRing(UringPoller poller, int index, RingSettings settings, Uring uring, RingParts parts) {
        this.poller = poller;
        this.index = index;
        this.settings = settings;
        this.uring = uring;
        this.submissions = uring.submissions();
        this.completions = uring.completions();
        this.receives = parts.receives();
        this.sends = parts.sends();
        this.slots = parts.slots();
        this.steady = new DirectDesc[settings.entries()];
        this.steadyEntries = new int[settings.entries()];
    }

    /**
     * A connection whose slot can be emptied once the kernel has taken the entries before that
     * position: the last of them name the slot, which may be somebody else's by then.
     */
    private record Finished(DirectDesc desc, int position) {}

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

    ReceiveBuffers receives() {
        return receives;
    }

    RingSlots slots() {
        return slots;
    }

    RingCalls calls() {
        return calls;
    }

    // Submission.

    /** Whether entries wait to be handed over. */
    int pending() {
        return submissions.pending();
    }

    /** Whether completions did not fit into the queue, and the kernel keeps them. */
    boolean hasOverflow() {
        return (submissions.ringFlags() & IoUring.IORING_SQ_CQ_OVERFLOW) != 0;
    }

    /**
     * Before an enter: from here on the kernel may read what is pending.
     *
     * @param flush whether that enter brings in what did not fit into the completion queue
     */
    int handOver(boolean flush) {
        int pending = submissions.pending();
        entering++;
        flushing += flush ? 1 : 0;
        handedOver = taken;
        steadyCount = 0;
        return pending;
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

    /** Whether an enter would make completions. */
    boolean isHeldBack() {
        int flags = IoUring.IORING_SQ_CQ_OVERFLOW | IoUring.IORING_SQ_TASKRUN;
        return (submissions.ringFlags() & flags) != 0;
    }

    /** Takes an entry, or {@link #NO_ENTRY}; the last ones are for who reaps. */
    private int take(boolean reaping) {
        if (!reaping && !hasRoom()) {
            return NO_ENTRY;
        }
        int entry = submissions.next();
        if (entry != NO_ENTRY) {
            taken++;
        } else if (reaping) {
            throw new IllegalStateException("netpoll: no entry for the answer to a completion");
        }
        return entry;
    }

    /** Whether there is an entry for who does not reap. */
    private boolean hasRoom() {
        return submissions.capacity() - submissions.pending() > settings.reservedEntries();
    }

    /** Whether every completion of a batch, and every send that is over, can be answered. */
    private boolean hasReserve() {
        return submissions.capacity() - submissions.pending() >= settings.reservedEntries();
    }

    /**
     * Queues a receive; false when the queue has no room. The connection has none under way.
     *
     * @param goesOn whether it may complete again and again, for as long as its thread is the one
     *     that drives this poller
     */
    boolean receive(DirectDesc desc, boolean goesOn, boolean reaping) {
        int entry = take(reaping);
        if (entry == NO_ENTRY) {
            return false;
        }
        desc.set(DirectDesc.RECEIVING);
        desc.epoch = (byte) poller.epoch();
        if (goesOn) {
            desc.set(DirectDesc.STEADY);
            steady[steadyCount] = desc;
            steadyEntries[steadyCount++] = entry;
        }
        writeReceive(entry, desc, goesOn);
        return true;
    }

    private void writeReceive(int entry, DirectDesc desc, boolean goesOn) {
        if (goesOn) {
            uring.sockets().recvMultishot(entry, desc.slot(), receives.group());
        } else {
            uring.sockets().recvSelected(entry, desc.slot(), receives.group(), 0);
        }
        finish(entry, UserData.RECEIVE, desc, 0);
    }

    /**
     * Makes receives that would go on single ones. A request belongs to the thread that hands it
     * over, and that thread is woken for each of its completions: one that only helps out must not
     * hand over what lasts. Where it cannot be changed any more, it lasts until the next epoch.
     */
    void ease() {
        if (entering > 0) {
            return;
        }
        for (int i = 0; i < steadyCount; i++) {
            steady[i].clear(DirectDesc.STEADY);
            writeReceive(steadyEntries[i], steady[i], false);
        }
        steadyCount = 0;
    }

    /** Completes an entry and lets the kernel see it. */
    private void finish(int entry, int request, DirectDesc desc, int flags) {
        submissions.addFlags(entry, IoUring.IOSQE_FIXED_FILE | flags);
        submissions.userData(entry, UserData.of(request, desc.slot(), desc.generation()));
        submissions.publish();
    }

    /** Queues the end of the receive that is under way, if there is one. */
    private void cancelReceive(DirectDesc desc) {
        if (!desc.is(DirectDesc.RECEIVING) || desc.is(DirectDesc.CANCELLING)) {
            return;
        }
        int entry = take(true);
        desc.set(DirectDesc.CANCELLING);
        long receive = UserData.of(UserData.RECEIVE, desc.slot(), desc.generation());
        uring.control().cancel(entry, receive, 0);
        submissions.userData(entry, UserData.NOTHING);
        submissions.addFlags(entry, IoUring.IOSQE_CQE_SKIP_SUCCESS);
        submissions.publish();
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
            finishSends();
        }
        if (desc.outputError != 0) {
            return desc.outputError;
        }
        if (desc.is(DirectDesc.BLOCKED)) {
            return desc.is(DirectDesc.SHUT_LATER) ? -Errno.EPIPE : -Errno.EAGAIN;
        }
        int buffer = desc.sendBuffer;
        if (buffer == SendBuffers.NONE) {
            buffer = newSend(desc, false);
        } else if (sends.position(buffer) - handedOver < 0 || entering > 0) {
            desc.set(DirectDesc.WRITER_WAITS);
            return -Errno.EAGAIN;
        }
        if (buffer == SendBuffers.NONE) {
            return 0;
        }
        int count = Math.min(length, sends.room(buffer));
        if (count > 0) {
            MemorySegment memory = sends.memory(buffer);
            int at = sends.length(buffer);
            if (array != null) {
                MemorySegment.copy(array, offset, memory, ValueLayout.JAVA_BYTE, at, count);
            } else if (segment != null) {
                MemorySegment.copy(segment, offset, memory, at, count);
            }
            sends.grow(buffer, count);
            writeSend(desc, buffer);
        }
        return count;
    }

    private int newSend(DirectDesc desc, boolean reaping) {
        if (sends.isEmpty()) {
            finishSends();
        }
        int entry = sends.isEmpty() ? NO_ENTRY : take(reaping);
        if (entry == NO_ENTRY) {
            return SendBuffers.NONE;
        }
        int buffer = sends.take(desc, entry, taken - 1);
        desc.sendBuffer = (short) buffer;
        return buffer;
    }

    private void writeSend(DirectDesc desc, int buffer) {
        int entry = sends.entry(buffer);
        long address = sends.memory(buffer).address();
        uring.sockets().send(entry, desc.slot(), address, sends.length(buffer), SEND_FLAGS);
        finish(entry, UserData.SEND, desc, IoUring.IOSQE_CQE_SKIP_SUCCESS);
    }

    /**
     * Asks to be told when the socket has room again; or, once it is closed, when the peer sends
     * what nobody will read.
     */
    private void awaitRoom(DirectDesc desc) {
        boolean closed = desc.is(DirectDesc.LINGERING);
        await(take(true), desc, closed ? Epoll.EPOLLOUT | INPUT_EVENTS : Epoll.EPOLLOUT);
    }

    private void await(int entry, DirectDesc desc, int events) {
        uring.control().pollAdd(entry, desc.slot(), events, 0);
        finish(entry, UserData.ROOM, desc, 0);
    }

    /** Sends the beginning of what is left over, as much as fits into a buffer. */
    private void sendRest(DirectDesc desc, Backlog rest) {
        int buffer = newSend(desc, true);
        if (buffer == SendBuffers.NONE) {
            awaitRoom(desc); // comes at once, and by then a buffer may be free
            return;
        }
        sends.grow(buffer, rest.peek(sends.memory(buffer), sends.room(buffer)));
        writeSend(desc, buffer);
    }

    /** Queues a descriptor for the socket; its number, or an errno, completes the call. */
    boolean install(DirectDesc desc, RingCall call) {
        int number = calls.isFull() ? RingCalls.NONE : calls.enter(call);
        int entry = number == RingCalls.NONE ? NO_ENTRY : take(false);
        if (entry == NO_ENTRY) {
            if (number != RingCalls.NONE) {
                calls.leave(number);
            }
            return false;
        }
        uring.control().fixedFdInstall(entry, desc.slot(), 0);
        submissions.userData(entry, UserData.of(UserData.CALL, number, 0));
        submissions.publish();
        return true;
    }

    private void shutDown(DirectDesc desc) {
        int entry = take(true);
        uring.sockets().shutdown(entry, desc.slot(), Sockets.SHUT_WR);
        desc.set(DirectDesc.SHUTTING);
        finish(entry, UserData.SHUTDOWN, desc, 0);
    }

    // Closing.

    /**
     * Begins to close a connection; false when the queue has no room. Its slot can be emptied when
     * all is sent: {@link #nextFinished} tells.
     *
     * <p>What is left over is sent even then, as the kernel does it, with the same exception: not
     * to a peer that sends itself, since nobody will read that. Two that write and do not read
     * would wait for each other for ever.
     */
    boolean beginClose(DirectDesc desc) {
        if (!hasRoom()) {
            return false;
        }
        cancelReceive(desc);
        desc.set(DirectDesc.LINGERING);
        if (!desc.is(DirectDesc.BLOCKED)) {
            finishIfOver(desc);
        } else if (desc.hasUnread()) {
            abandon(desc);
        } else {
            desc.set(DirectDesc.WATCHED);
            await(take(true), desc, INPUT_EVENTS);
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

    private void finishIfOver(DirectDesc desc) {
        if (!desc.is(DirectDesc.LINGERING)
                || desc.is((short) (DirectDesc.BLOCKED | DirectDesc.SHUTTING))
                || desc.sendBuffer != SendBuffers.NONE) {
            return;
        }
        desc.clear(DirectDesc.LINGERING);
        if (desc.is(DirectDesc.WATCHED)) {
            int entry = take(true);
            int all = UringOps.IORING_ASYNC_CANCEL_ALL | UringOps.IORING_ASYNC_CANCEL_FD_FIXED;
            uring.control().cancelFd(entry, desc.slot(), all);
            submissions.userData(entry, UserData.NOTHING);
            submissions.addFlags(entry, IoUring.IOSQE_CQE_SKIP_SUCCESS);
            submissions.publish();
        }
        finished.add(new Finished(desc, taken));
    }

    /** A closed connection whose slot can be emptied, or null. */
    @Nullable DirectDesc nextFinished() {
        Finished first = finished.peek();
        if (first == null || taken - submissions.pending() - first.position() < 0) {
            return null;
        }
        finished.remove();
        return first.desc();
    }

    /** Whether there may be one; a hint without the lock. */
    boolean hasFinished() {
        return !finished.isEmpty();
    }

    // Completion.

    /**
     * Frees the buffers of sends that were carried out. The head is read before the completions are
     * searched: what failed among those before the head has completed by then.
     */
    void finishSends() {
        int oldest = sends.oldest();
        if (oldest == SendBuffers.NONE || !hasReserve()) {
            return;
        }
        int carriedOut = taken - submissions.pending();
        if (sends.position(oldest) - carriedOut >= 0 || hasOverflow() || flushing > 0) {
            return;
        }
        searchFailedSends();
        while (oldest != SendBuffers.NONE && sends.position(oldest) - carriedOut < 0) {
            DirectDesc desc = sends.owner(oldest);
            int length = sends.length(oldest);
            sends.freeOldest();
            carriedOut(desc, oldest, length);
            oldest = sends.oldest();
        }
    }

    private void searchFailedSends() {
        int ready = completions.ready();
        for (; searched < ready; searched++) {
            long userData = completions.userData(searched);
            if (UserData.request(userData) == UserData.SEND) {
                DirectDesc desc = find(userData);
                if (desc != null) {
                    sendFailed(desc, completions.result(searched));
                }
            }
        }
    }

    private void sendFailed(DirectDesc desc, int result) {
        int buffer = desc.sendBuffer;
        desc.sendBuffer = SendBuffers.NONE;
        if (desc.is(DirectDesc.ABANDONED)) {
            finishIfOver(desc);
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
            rest.add(sends.memory(buffer), sent, sends.length(buffer) - sent);
            desc.setOutput(rest);
            desc.set(DirectDesc.BLOCKED);
        }
        awaitRoom(desc);
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
        finishIfOver(desc);
    }

    private void restSent(DirectDesc desc, int length) {
        Backlog rest = java.util.Objects.requireNonNull(desc.output());
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
            finishIfOver(desc);
        } else {
            readyToWrite(desc);
        }
    }

    private void readyToWrite(DirectDesc desc) {
        woken++;
        desc.ready(Direction.WRITE);
    }

    /** How many threads were readied, beside readers, since the last call. */
    int takeWoken() {
        int count = woken;
        woken = 0;
        return count;
    }

    /**
     * Takes completions out of the queue, a batch at most.
     *
     * @param readied receives the connections whose reader is to be readied, after the lock
     * @return how many of them there are
     */
    int reap(DirectDesc[] readied) {
        if (!hasReserve()) {
            return 0; // the kernel refuses entries for the moment
        }
        finishSends();
        searchFailedSends();
        int count = Math.min(searched, readied.length); // more may be ready by now
        int found = 0;
        for (int i = 0; i < count; i++) {
            long userData = completions.userData(i);
            int result = completions.result(i);
            switch (UserData.request(userData)) {
                case UserData.RECEIVE -> {
                    DirectDesc desc = find(userData);
                    int flags = completions.flags(i);
                    if (desc == null) {
                        dropReceived(flags);
                    } else {
                        received(desc, result, flags);
                        readied[found++] = desc;
                    }
                }
                case UserData.ROOM -> {
                    DirectDesc desc = find(userData);
                    if (desc != null) {
                        roomOrInput(desc, result);
                    }
                }
                case UserData.SHUTDOWN -> {
                    DirectDesc desc = find(userData);
                    if (desc != null) {
                        desc.clear(DirectDesc.SHUTTING);
                        finishIfOver(desc);
                    }
                }
                case UserData.CALL -> {
                    woken++;
                    calls.leave(UserData.slot(userData)).complete(result);
                }
                default -> {
                    // A send was looked at by the search; a cancel found nothing to end.
                }
            }
        }
        completions.advance(count);
        searched -= count;
        receives.publish();
        return found;
    }

    /** Whether something is to be handed over or to be reaped. */
    boolean isBusy() {
        return submissions.pending() > 0 || completions.ready() > 0;
    }

    private void roomOrInput(DirectDesc desc, int events) {
        Backlog rest = desc.output();
        if (rest == null || desc.sendBuffer != SendBuffers.NONE) {
            return; // two were under way, and the other one came first
        }
        boolean closed = desc.is(DirectDesc.LINGERING) && events > 0;
        if (closed && (events & INPUT_EVENTS) == Epoll.EPOLLIN) {
            abandon(desc);
        } else if (closed && (events & ~INPUT_EVENTS) == 0) {
            await(take(true), desc, Epoll.EPOLLOUT); // the peer has ended its side, and may read
        } else {
            sendRest(desc, rest);
        }
    }

    boolean hasCompletions() {
        return completions.ready() > 0;
    }

    /** Whom a completion is for; null when that connection is closed. */
    private @Nullable DirectDesc find(long userData) {
        DirectDesc desc = slots.get(UserData.slot(userData));
        if (desc == null || desc.generation() != UserData.generation(userData)) {
            poller.countStale();
            return null;
        }
        return desc;
    }

    private void dropReceived(int flags) {
        if ((flags & IoUring.IORING_CQE_F_BUFFER) != 0) {
            int id = CompletionQueue.bufferId(flags);
            receives.taken(id, 0);
            receives.giveBack(id);
        }
    }

    private void received(DirectDesc desc, int result, int flags) {
        boolean more = (flags & IoUring.IORING_CQE_F_MORE) != 0;
        if (!more) {
            desc.clear((short) (DirectDesc.RECEIVING | DirectDesc.STEADY | DirectDesc.CANCELLING));
        }
        if (result > 0) {
            keep(desc, CompletionQueue.bufferId(flags), result);
            boolean tooMany = desc.unread >= UNREAD_MAX || isLong(desc.input());
            if (more && (tooMany || desc.epoch != (byte) poller.epoch())) {
                cancelReceive(desc);
            }
            if (desc.is(DirectDesc.LINGERING) && desc.is(DirectDesc.BLOCKED)) {
                abandon(desc);
            }
            return;
        }
        dropReceived(flags);
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
    }

    private boolean isLong(@Nullable Backlog backlog) {
        return backlog != null && backlog.size() >= UNREAD_MAX * settings.receiveBytes();
    }

    private void keep(DirectDesc desc, int id, int length) {
        receives.taken(id, length);
        Backlog backlog = desc.input();
        if (backlog != null || receives.isScarce()) {
            if (backlog == null) {
                backlog = new Backlog();
                desc.setInput(backlog);
            }
            backlog.add(receives.memory(id), 0, length);
            receives.giveBack(id);
            return;
        }
        desc.unread++;
        if (desc.oldest == ReceiveBuffers.NONE) {
            desc.oldest = (short) id;
        } else {
            receives.link(desc.newest, (short) id);
        }
        desc.newest = (short) id;
    }

    /** Gives back what a connection has not read, as it is closed. */
    void forgetUnread(DirectDesc desc) {
        for (short id = desc.oldest; id != ReceiveBuffers.NONE; id = receives.next(id)) {
            receives.giveBack(id);
        }
        receives.publish();
        desc.oldest = ReceiveBuffers.NONE;
        desc.unread = 0;
        desc.setInput(null);
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
        receives.close();
        uring.close();
        sends.close();
    }
}
