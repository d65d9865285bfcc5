package io.weft.testkit;

import static io.weft.testkit.SysCall.ACCEPT;
import static io.weft.testkit.SysCall.BIND;
import static io.weft.testkit.SysCall.CLOSE;
import static io.weft.testkit.SysCall.CONNECT;
import static io.weft.testkit.SysCall.EPOLL_CREATE;
import static io.weft.testkit.SysCall.EPOLL_CTL;
import static io.weft.testkit.SysCall.EPOLL_WAIT;
import static io.weft.testkit.SysCall.EVENTFD;
import static io.weft.testkit.SysCall.EVENTFD_SIGNAL;
import static io.weft.testkit.SysCall.GET_OPTION;
import static io.weft.testkit.SysCall.LISTEN;
import static io.weft.testkit.SysCall.LOCAL_ADDRESS;
import static io.weft.testkit.SysCall.POLL;
import static io.weft.testkit.SysCall.RECV;
import static io.weft.testkit.SysCall.REMOTE_ADDRESS;
import static io.weft.testkit.SysCall.SEND;
import static io.weft.testkit.SysCall.SEND_GATHER;
import static io.weft.testkit.SysCall.SET_OPTION;
import static io.weft.testkit.SysCall.SHUTDOWN;
import static io.weft.testkit.SysCall.SOCKET;

import io.weft.linux.EpollEvents;
import io.weft.linux.Errno;
import io.weft.linux.Sys;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntSupplier;
import java.util.function.LongUnaryOperator;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Puts faults between Weft and the kernel, counts every call and remembers the last ones.
 *
 * <p>A call that fails is not made, so nothing is consumed, as in the kernel; with two exceptions
 * that the kernel makes, too: {@code close} closes whatever it answers, and a {@code connect} that
 * answers EINTR or EINPROGRESS goes on. An answer of EAGAIN and a transfer that was cut short are
 * followed by an edge, if the descriptor is registered: the kernel never leaves a reader waiting
 * for data that is there, and without this the faults would prove hangs that cannot happen.
 *
 * <p>As thread-safe as what it wraps. Limits and {@code sysconf} pass through uncounted.
 */
public final class FaultySys implements Sys {

    private final Sys real;
    private final FaultPlan plan;
    private final Registrations registrations;
    private final Map<SysCall, AtomicLong> counts = new ConcurrentHashMap<>();
    private final AtomicLong spoiled = new AtomicLong();
    private final CallLog log = new CallLog();

    /** Wraps another system, native or simulated. */
    public FaultySys(Sys real, FaultPlan plan) {
        this.real = real;
        this.plan = plan;
        this.registrations = new Registrations(real);
    }

    /** How often the call was asked for, spoiled or not. */
    public long count(SysCall call) {
        return counter(call).get();
    }

    /** How many calls a fault has changed. */
    public long spoiledCalls() {
        return spoiled.get();
    }

    /** The last calls, oldest first; a few thousand at most. */
    public List<RecordedCall> recentCalls() {
        return log.recent();
    }

    @Override
    public int socket(int domain, int type, int protocol) {
        return call(SOCKET, -1, () -> real.socket(domain, type, protocol));
    }

    @Override
    public int bind(int fd, int domain, InetSocketAddress address) {
        return call(BIND, fd, () -> real.bind(fd, domain, address));
    }

    @Override
    public int listen(int fd, int backlog) {
        return call(LISTEN, fd, () -> real.listen(fd, backlog));
    }

    @Override
    public int accept(int listenFd) {
        return call(ACCEPT, listenFd, () -> real.accept(listenFd));
    }

    @Override
    public int connect(int fd, int domain, InetSocketAddress address) {
        Fault fault = next(CONNECT);
        if (fault == null) {
            return answer(CONNECT, fd, real.connect(fd, domain, address));
        }
        boolean goesOn = fault.errno() == Errno.EINTR || fault.errno() == Errno.EINPROGRESS;
        int started = goesOn ? real.connect(fd, domain, address) : 0;
        boolean refused = started < 0 && started != -Errno.EINPROGRESS;
        return refused ? answer(CONNECT, fd, started) : refuse(CONNECT, fd, fault);
    }

    @Override
    public int recv(int fd, byte[] buffer, int offset, int length) {
        return (int) transfer(RECV, fd, length, size -> real.recv(fd, buffer, offset, (int) size));
    }

    @Override
    public int recv(int fd, MemorySegment buffer, int length) {
        return (int) transfer(RECV, fd, length, size -> real.recv(fd, buffer, (int) size));
    }

    @Override
    public int send(int fd, byte[] buffer, int offset, int length) {
        return (int) transfer(SEND, fd, length, size -> real.send(fd, buffer, offset, (int) size));
    }

    @Override
    public int send(int fd, MemorySegment buffer, int length) {
        return (int) transfer(SEND, fd, length, size -> real.send(fd, buffer, (int) size));
    }

    @Override
    public long sendGather(int fd, MemorySegment[] nativeBuffers, int count) {
        MemorySegment[] wanted = Arrays.copyOf(nativeBuffers, count);
        long length = Arrays.stream(wanted).mapToLong(MemorySegment::byteSize).sum();
        return transfer(
                SEND_GATHER, fd, length, size -> real.sendGather(fd, cut(wanted, size), count));
    }

    @Override
    public int shutdown(int fd, int how) {
        return call(SHUTDOWN, fd, () -> real.shutdown(fd, how));
    }

    @Override
    public int close(int fd) {
        Fault fault = next(CLOSE);
        registrations.forget(fd);
        int result = real.close(fd);
        return fault == null ? answer(CLOSE, fd, result) : refuse(CLOSE, fd, fault);
    }

    @Override
    public int getOption(int fd, int level, int name, int[] value) {
        return call(GET_OPTION, fd, () -> real.getOption(fd, level, name, value));
    }

    @Override
    public int setOption(int fd, int level, int name, int value) {
        return call(SET_OPTION, fd, () -> real.setOption(fd, level, name, value));
    }

    @Override
    public int getLinger(int fd, int[] seconds) {
        return call(GET_OPTION, fd, () -> real.getLinger(fd, seconds));
    }

    @Override
    public int setLinger(int fd, int seconds) {
        return call(SET_OPTION, fd, () -> real.setLinger(fd, seconds));
    }

    @Override
    public @Nullable InetSocketAddress localAddress(int fd) {
        return ask(LOCAL_ADDRESS, fd, () -> real.localAddress(fd));
    }

    @Override
    public @Nullable InetSocketAddress remoteAddress(int fd) {
        return ask(REMOTE_ADDRESS, fd, () -> real.remoteAddress(fd));
    }

    @Override
    public int epollCreate() {
        return call(EPOLL_CREATE, -1, real::epollCreate);
    }

    @Override
    public int epollCtl(int epollFd, int operation, int fd, int events, long data) {
        return call(
                EPOLL_CTL, fd, () -> registrations.control(epollFd, operation, fd, events, data));
    }

    @Override
    public int epollWait(int epollFd, EpollEvents events, long timeoutNanos) {
        return call(EPOLL_WAIT, epollFd, () -> real.epollWait(epollFd, events, timeoutNanos));
    }

    @Override
    public int poll(int fd, int events) {
        return call(POLL, fd, () -> real.poll(fd, events));
    }

    @Override
    public int eventfd() {
        return call(EVENTFD, -1, real::eventfd);
    }

    @Override
    public int eventfdSignal(int fd) {
        return call(EVENTFD_SIGNAL, fd, () -> real.eventfdSignal(fd));
    }

    @Override
    public long openFilesLimit() {
        return real.openFilesLimit();
    }

    @Override
    public long openFilesHardLimit() {
        return real.openFilesHardLimit();
    }

    @Override
    public long sysconf(int name) {
        return real.sysconf(name);
    }

    private AtomicLong counter(SysCall call) {
        return counts.computeIfAbsent(call, _ -> new AtomicLong());
    }

    private @Nullable Fault next(SysCall call) {
        return plan.next(call, counter(call).incrementAndGet());
    }

    private int call(SysCall call, int fd, IntSupplier made) {
        Fault fault = next(call);
        return fault == null ? answer(call, fd, made.getAsInt()) : refuse(call, fd, fault);
    }

    private @Nullable InetSocketAddress ask(
            SysCall call, int fd, Supplier<@Nullable InetSocketAddress> made) {
        Fault fault = next(call);
        if (fault != null) {
            refuse(call, fd, fault);
            return null;
        }
        InetSocketAddress address = made.get();
        log.add(call, fd, address == null ? -Errno.ENOTCONN : 0, false);
        return address;
    }

    private long transfer(SysCall call, int fd, long length, LongUnaryOperator made) {
        Fault fault = next(call);
        if (fault == null) {
            long result = made.applyAsLong(length);
            log.add(call, fd, result, false);
            return result;
        }
        if (fault.fails()) {
            return refuse(call, fd, fault);
        }
        long size = Math.min(length, fault.maxBytes());
        long result = made.applyAsLong(size);
        log.add(call, fd, result, size < length);
        if (size < length) {
            spoiled.incrementAndGet();
            registrations.renewEdge(fd);
        }
        return result;
    }

    private int answer(SysCall call, int fd, int result) {
        log.add(call, fd, result, false);
        return result;
    }

    private int refuse(SysCall call, int fd, Fault fault) {
        spoiled.incrementAndGet();
        log.add(call, fd, -fault.errno(), true);
        if (fault.errno() == Errno.EAGAIN) {
            registrations.renewEdge(fd);
        }
        return -fault.errno();
    }

    /** The first {@code size} bytes of the buffers, in as many buffers; the rest are empty. */
    private static MemorySegment[] cut(MemorySegment[] buffers, long size) {
        MemorySegment[] parts = new MemorySegment[buffers.length];
        long left = size;
        for (int i = 0; i < buffers.length; i++) {
            parts[i] = buffers[i].asSlice(0, Math.min(left, buffers[i].byteSize()));
            left -= parts[i].byteSize();
        }
        return parts;
    }
}
