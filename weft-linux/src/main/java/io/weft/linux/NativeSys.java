package io.weft.linux;

import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** {@link Sys} made of real system calls. */
public final class NativeSys implements Sys {

    private final CallStates states;

    private final TimedWait timedWait = new TimedWait(EpollCalls::waitNanos);

    /**
     * Uses the states of that strategy.
     *
     * @throws UnsupportedOperationException with {@link Linux#unsupportedCause()}, if there is one
     */
    public NativeSys(CallStates states) {
        Linux.unsupportedCause()
                .ifPresent(
                        cause -> {
                            throw new UnsupportedOperationException(cause);
                        });
        this.states = Objects.requireNonNull(states);
    }

    /**
     * Makes every call once or more, without effect. To be called on a platform thread before the
     * first goroutine uses this object: a goroutine that meets a call which the JVM has yet to link
     * may lose its carrier, and with it its {@link CallState}, in the middle of that call.
     */
    public void rehearse() {
        Rehearsal.play(this);
    }

    @Override
    public int socket(int domain, int type, int protocol) {
        return SocketCalls.socket(states.current(), domain, type, protocol);
    }

    @Override
    public int bind(int fd, int domain, InetSocketAddress address) {
        return SocketCalls.bind(states.current(), fd, domain, address);
    }

    @Override
    public int listen(int fd, int backlog) {
        return SocketCalls.listen(states.current(), fd, backlog);
    }

    @Override
    public int accept(int listenFd) {
        return SocketCalls.accept(states.current(), listenFd);
    }

    @Override
    public int connect(int fd, int domain, InetSocketAddress address) {
        return SocketCalls.connect(states.current(), fd, domain, address);
    }

    @Override
    public int recv(int fd, byte[] buffer, int offset, int length) {
        return Transfers.recv(states.current(), fd, buffer, offset, length);
    }

    @Override
    public int recv(int fd, MemorySegment buffer, int length) {
        return Transfers.recv(states.current(), fd, buffer, length);
    }

    @Override
    public int send(int fd, byte[] buffer, int offset, int length) {
        return Transfers.send(states.current(), fd, buffer, offset, length);
    }

    @Override
    public int send(int fd, MemorySegment buffer, int length) {
        return Transfers.send(states.current(), fd, buffer, length);
    }

    @Override
    public long sendGather(int fd, MemorySegment[] nativeBuffers, int count) {
        return Transfers.sendGather(states.current(), fd, nativeBuffers, count);
    }

    @Override
    public int shutdown(int fd, int how) {
        return SocketCalls.shutdown(states.current(), fd, how);
    }

    @Override
    public int close(int fd) {
        return SocketCalls.close(states.current(), fd);
    }

    @Override
    public int getOption(int fd, int level, int name, int[] value) {
        return SocketOptions.get(states.current(), fd, level, name, value);
    }

    @Override
    public int setOption(int fd, int level, int name, int value) {
        return SocketOptions.set(states.current(), fd, level, name, value);
    }

    @Override
    public int getLinger(int fd, int[] seconds) {
        return SocketOptions.getLinger(states.current(), fd, seconds);
    }

    @Override
    public int setLinger(int fd, int seconds) {
        return SocketOptions.setLinger(states.current(), fd, seconds);
    }

    @Override
    public @Nullable InetSocketAddress localAddress(int fd) {
        return SocketCalls.localAddress(states.current(), fd);
    }

    @Override
    public @Nullable InetSocketAddress remoteAddress(int fd) {
        return SocketCalls.remoteAddress(states.current(), fd);
    }

    @Override
    public int epollCreate() {
        return EpollCalls.create(states.current());
    }

    @Override
    public int epollCtl(int epollFd, int operation, int fd, int events, long data) {
        CallState state = states.current();
        EpollCalls.prepareEvent(state, events, data);
        return EpollCalls.control(state, epollFd, operation, fd);
    }

    @Override
    public int epollWait(int epollFd, EpollEvents events, long timeoutNanos) {
        CallState state = states.current();
        if (timeoutNanos == 0) {
            return EpollCalls.waitNow(state, epollFd, events);
        }
        if (timeoutNanos < 0) {
            return EpollCalls.waitMillis(state, epollFd, events, -1);
        }
        return timedWait.await(state, epollFd, events, timeoutNanos);
    }

    @Override
    public int poll(int fd, int events) {
        return PollCall.poll(states.current(), fd, events);
    }

    @Override
    public int eventfd() {
        return EpollCalls.eventfd(states.current());
    }

    @Override
    public int eventfdSignal(int fd) {
        return EpollCalls.eventfdSignal(states.current(), fd);
    }

    @Override
    public long openFilesLimit() {
        return SystemLimits.openFilesSoft(states.current());
    }

    @Override
    public long openFilesHardLimit() {
        return SystemLimits.openFilesHard(states.current());
    }

    @Override
    public long sysconf(int name) {
        return SystemLimits.sysconf(states.current(), name);
    }
}
