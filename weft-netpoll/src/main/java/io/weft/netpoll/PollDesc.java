package io.weft.netpoll;

import io.weft.linux.Epoll;
import io.weft.linux.Errno;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * An open, non-blocking file descriptor with all that is needed to wait for it: its lifetime and
 * locks ({@link FdWord}), who waits ({@link ReadinessSlots}), its registration ({@link
 * LazyInterest}), how long to wait ({@link Deadlines}), and which poller tells. One per connection,
 * 48 bytes with compact object headers.
 *
 * <p>A reading call looks so; writing is its mirror image:
 *
 * <pre>{@code
 * if (!desc.lockRead()) throw closed;
 * try {
 *     desc.prepareRead();
 *     while ((n = desc.recv(…)) == -EAGAIN) {
 *         switch (desc.awaitRead()) { … }
 *     }
 * } finally {
 *     desc.unlockRead();
 * }
 * }</pre>
 *
 * <p><b>The short-read rule.</b> After a recv on a TCP socket that filled less than the buffer, the
 * next call may go to {@link #awaitRead} without a recv that would only answer EAGAIN, unless
 * {@link #sawHangup}. Why no wake-up is lost:
 *
 * <ol>
 *   <li>A short recv has found the receive queue empty. TCP stops before that for three reasons
 *       only: the end of the stream, an error, and urgent data. Those raise RDHUP or HUP, ERR, and
 *       PRI, and none of them would be seen by a thread that waits for an edge that has passed.
 *   <li>Every arrival, of bytes or of one of the three, raises an edge; the edge is harvested after
 *       the arrival, the mask of the event is taken at the harvest, and ready() comes after that.
 *   <li>An arrival after the recv: its ready() comes after the recv, so after {@link #prepareRead},
 *       which is the last to take READY away. It stays in the slot, or finds the waiter there.
 *   <li>An arrival before the recv whose ready() comes after prepareRead: the same. If the recv has
 *       taken the bytes already, the wait ends without cause, once: EAGAIN.
 *   <li>An arrival before the recv whose ready() came before prepareRead was forgotten there, or
 *       consumed by an earlier wait. Bytes: the recv has taken them. A FIN, alone or together with
 *       bytes in one edge, an error, urgent data: the event has marked the descriptor before its
 *       ready(), prepareRead consumed that ready() by a read-modify-write, so the mark is visible
 *       when the caller asks {@link #sawHangup} after the recv, and it reads on until the end.
 *   <li>A FIN that comes between the harvest of the bytes and the recv raises an edge of its own,
 *       and is a case of 3 or 4.
 *   <li>Not registered yet: registration looks at the socket and raises an edge, with RDHUP in its
 *       mask, for whatever is there.
 * </ol>
 *
 * <p>The mark is for ever: it costs one recv more for each read of a connection that is about to
 * end. The rule holds for TCP only: on a Unix socket a recv stops also where the credentials or
 * descriptors that came along change.
 *
 * <p>Between a short recv and the awaitRead that it justifies there must be no prepareRead: it
 * would take away the very edge that the wait is for.
 *
 * <p><b>The rule and deadlines.</b> A wait that ends by its deadline leaves the connection in use,
 * so the next read relies on the rule again. It may: {@link Wait#TIMED_OUT} has consumed no edge,
 * and one that comes later stays in the slot for the next awaitRead (3 and 4). What must not be is
 * an edge consumed without a recv after it. So the caller gives up because of its deadline either
 * before prepareRead or upon TIMED_OUT, and never between a READY, or a prepareRead, and the recv.
 * A read whose bytes come together with its deadline may therefore still return them.
 */
public sealed class PollDesc extends LazyInterest permits DirectDesc {

    // Whatever else is reported, a system call in that direction finds out what it is.
    private static final int HANGUP_EVENTS =
            Epoll.EPOLLRDHUP | Epoll.EPOLLHUP | Epoll.EPOLLERR | Epoll.EPOLLPRI;
    private static final int READ_EVENTS = Epoll.EPOLLIN | HANGUP_EVENTS;
    private static final int WRITE_EVENTS = Epoll.EPOLLOUT | Epoll.EPOLLHUP | Epoll.EPOLLERR;

    private final Netpoll netpoll;
    private final int fd;
    private final int generation;

    /**
     * One more than the index of the poller that this is registered with, 0 before; small, to leave
     * room for the reference to deadlines. Written by the one thread that registers, read by the
     * one that changes the interest.
     */
    private short pollerNumber;

    PollDesc(Netpoll netpoll, int fd, int generation) {
        this.netpoll = netpoll;
        this.fd = fd;
        this.generation = generation;
    }

    /**
     * The file descriptor, of a listener or of a socket that is not connected yet; a connection may
     * have none, see {@link #borrowFd}. May be used while a reference or a lock is held, never
     * without.
     */
    public int fd() {
        return fd;
    }

    /** The netpoll that opened this. */
    public Netpoll netpoll() {
        return netpoll;
    }

    // Calls on the socket, answered as by Sys: the caller holds the lock of the direction.

    /** {@link io.weft.linux.Sys#recv(int, byte[], int, int)}; an error may be told only once. */
    public int recv(byte[] buffer, int offset, int length) {
        return netpoll.sys().recv(fd, buffer, offset, length);
    }

    /** {@link io.weft.linux.Sys#recv(int, MemorySegment, int)}; the same. */
    public int recv(MemorySegment buffer, int length) {
        return netpoll.sys().recv(fd, buffer, length);
    }

    /** {@link io.weft.linux.Sys#send(int, byte[], int, int)}. */
    public int send(byte[] buffer, int offset, int length) {
        return netpoll.sys().send(fd, buffer, offset, length);
    }

    /** {@link io.weft.linux.Sys#send(int, MemorySegment, int)}. */
    public int send(MemorySegment buffer, int length) {
        return netpoll.sys().send(fd, buffer, length);
    }

    /** {@link io.weft.linux.Sys#sendGather}. */
    public long sendGather(MemorySegment[] nativeBuffers, int count) {
        return netpoll.sys().sendGather(fd, nativeBuffers, count);
    }

    /** Whether a recv would not answer EAGAIN: positive, 0, or a negated errno. */
    public int readable() {
        return netpoll.sys().poll(fd, Epoll.EPOLLIN);
    }

    /** {@link io.weft.linux.Sys#shutdown}, after what was sent; the caller holds a reference. */
    public int shutdown(int how) {
        return netpoll.sys().shutdown(fd, how);
    }

    /**
     * A descriptor number for system calls about this socket, until {@link #returnFd}; or a negated
     * errno. The caller holds a reference.
     */
    public int borrowFd() {
        return fd;
    }

    /** Gives back what {@link #borrowFd} has answered. */
    public void returnFd(int borrowed) {
        // It is the descriptor itself.
    }

    /** Forgets stale readiness right before a recv or accept. The caller holds the read lock. */
    public void prepareRead() {
        prepare(Direction.READ);
    }

    /** Forgets stale readiness right before a send. The caller holds the write lock. */
    public void prepareWrite() {
        prepare(Direction.WRITE);
    }

    /**
     * Waits until reading may succeed. The caller holds the read lock, and on {@link Wait#READY}
     * makes its system call next. Parks the calling thread, virtual or platform; the first wait
     * registers the descriptor with the poller of the P that runs the caller.
     *
     * @throws IOException if the kernel refuses to watch the descriptor; names the errno and the
     *     cure. Nothing is left behind: the next call tries again
     */
    public Wait awaitRead() throws IOException {
        return awaitArmed(Direction.READ);
    }

    /**
     * Waits until writing, or connecting, may succeed. As {@link #awaitRead}, with the write lock.
     * On a socket, connect(2) must have been called before: an unconnected one reports a hangup.
     *
     * @throws IOException as in {@link #awaitRead}
     */
    public Wait awaitWrite() throws IOException {
        return awaitArmed(Direction.WRITE);
    }

    /**
     * Whether an edge announced the end of the stream, an error or urgent data. Once true it stays
     * true, and the short-read rule must not be applied any more. Ask after the recv, not before.
     */
    public boolean sawHangup() {
        return hangupOpaque();
    }

    /**
     * Sets, moves or clears the deadline for reading: of the {@link #awaitRead} that is under way,
     * if any, and of later ones. Callable from any thread; without effect once closed.
     *
     * @param whenNanos a moment on the clock of the scheduler ({@link
     *     io.weft.sched.Scheduler#nanoTime}), or {@link io.weft.sched.RuntimeTimer#NEVER} for none
     * @throws IllegalStateException if the netpoll was made without a scheduler
     */
    public void setReadDeadline(long whenNanos) {
        setDeadline(Direction.READ, whenNanos);
    }

    /** As {@link #setReadDeadline}, for {@link #awaitWrite}. */
    public void setWriteDeadline(long whenNanos) {
        setDeadline(Direction.WRITE, whenNanos);
    }

    /**
     * The time until the deadline for reading, in nanoseconds: 0 or less if it has passed, {@link
     * io.weft.sched.RuntimeTimer#NEVER} if there is none.
     */
    public long readTimeLeftNanos() {
        return leftNanos(Direction.READ);
    }

    /** As {@link #readTimeLeftNanos}, for writing. */
    public long writeTimeLeftNanos() {
        return leftNanos(Direction.WRITE);
    }

    private Wait awaitArmed(Direction direction) throws IOException {
        if (isClosed()) {
            return Wait.CLOSED;
        }
        ensureArmed(direction);
        return await(direction);
    }

    /** Sees to it that readiness of this direction is or will be announced. */
    void ensureArmed(Direction direction) throws IOException {
        arm(direction);
    }

    int generation() {
        return generation;
    }

    /** Called by the poller under its poll lock, with the mask of an edge. Never blocks. */
    void deliver(int edge) {
        if ((edge & HANGUP_EVENTS) != 0) {
            markHangup(); // before ready(), which publishes it
        }
        if ((edge & READ_EVENTS) != 0) {
            ready(Direction.READ);
        }
        if ((edge & WRITE_EVENTS) != 0) {
            ready(Direction.WRITE);
        }
    }

    @Override
    int register(boolean writing) {
        int chosen = netpoll.choosePoller();
        pollerNumber = (short) (chosen + 1);
        int result = netpoll.epollPoller(chosen).register(fd, generation, writing);
        if (result >= 0) {
            netpoll.countRegistration();
        }
        return result;
    }

    @Override
    int change() {
        if (pollerNumber == 0) {
            throw new IllegalStateException(
                    "netpoll: interest is changed before registration: fd " + fd);
        }
        int result = netpoll.epollPoller(pollerNumber - 1).change(fd, generation);
        if (result >= 0) {
            netpoll.countInterestChange();
        }
        return result;
    }

    /** Takes the descriptor out of epoll, for one whose socket lives on in a ring. */
    void unregister() {
        if (pollerNumber != 0) {
            netpoll.epollPoller(pollerNumber - 1).unregister(fd);
        }
    }

    @Override
    AlarmClock alarmClock() {
        return netpoll.alarmClock();
    }

    @Override
    IOException registrationFailure(int errno) {
        return EpollErrors.registration(fd, errno);
    }

    /**
     * The table entry goes first: as soon as close(2) is done the kernel may give the number to
     * another thread's accept, which then enters its own.
     *
     * <p>There is no epoll_ctl(DEL): close(2) of the last descriptor of an open file removes its
     * registration, and one system call per connection is saved. While a forked child holds a copy
     * of the descriptor, between fork and exec, the registration lives on; its events find no
     * entry, or one of another generation, and are dropped.
     */
    @Override
    void closeDescriptor() {
        netpoll.forget(this);
        int result = netpoll.sys().close(fd);
        // EINTR, EIO and the like: Linux has freed the number whatever it answers.
        if (result == -Errno.EBADF) {
            throw new IllegalStateException(
                    "netpoll: file descriptor " + fd + " was closed behind our back");
        }
    }

    /** For dumps and messages; a snapshot. */
    @Override
    public String toString() {
        return "PollDesc[fd="
                + fd
                + " "
                + describe(wordVolatile())
                + " reader="
                + slotVolatile(Direction.READ)
                + " writer="
                + slotVolatile(Direction.WRITE)
                + " hangup="
                + sawHangup()
                + "]";
    }
}
