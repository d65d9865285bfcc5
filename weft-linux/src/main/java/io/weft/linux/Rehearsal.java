package io.weft.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/**
 * Makes every system call before the first goroutine does, so that nothing of it is left to be
 * loaded or linked.
 *
 * <p>Why: the JVM loads and links under locks. A goroutine that waits for one leaves its carrier,
 * even in the middle of preparing a system call. Another one then prepares a call of its own in the
 * same {@link CallState}, and the first, resumed, hands the kernel the other's address. Once
 * linked, a call takes no lock between its first and its last access to the state.
 *
 * <p>Nearly all calls are made on a descriptor that does not exist, which links them as well as any
 * other, and the way of an errno besides. Only answers that the kernel writes into the state need a
 * real socket.
 */
final class Rehearsal {

    /** After 127 calls a method handle gets code of its own, which is linking once more. */
    private static final int ROUNDS = 1;

    private static final int BAD_FD = -1;

    private static final int MEMORY_SIZE = 16;

    private static final byte[] LOOPBACK4 = {127, 0, 0, 1};
    private static final byte[] LOOPBACK6 = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};

    private final Sys sys;
    private final MemorySegment memory;
    private final EpollEvents events;
    private final byte[] bytes = new byte[MEMORY_SIZE];
    private final int[] value = new int[1];

    private Rehearsal(Sys sys, MemorySegment memory, EpollEvents events) {
        this.sys = sys;
        this.memory = memory;
        this.events = events;
    }

    /** The caller is a platform thread. */
    static void play(Sys sys) {
        try (Arena arena = Arena.ofConfined();
                EpollEvents events = new EpollEvents(1)) {
            Rehearsal rehearsal = new Rehearsal(sys, arena.allocate(MEMORY_SIZE), events);
            for (int round = 0; round < ROUNDS; round++) {
                rehearsal.prepared();
            }
            rehearsal.unprepared();
            rehearsal.addresses(Sockets.AF_INET, address(LOOPBACK4));
            rehearsal.addresses(Sockets.AF_INET6, address(LOOPBACK4));
            rehearsal.addresses(Sockets.AF_INET6, address(LOOPBACK6));
            rehearsal.limits();
        }
    }

    /** The calls that put something into the state for the kernel to read. */
    private void prepared() {
        InetSocketAddress address = address(LOOPBACK4);
        sys.bind(BAD_FD, Sockets.AF_INET, address);
        sys.connect(BAD_FD, Sockets.AF_INET, address);
        sys.getOption(BAD_FD, Sockets.SOL_SOCKET, Sockets.SO_ERROR, value);
        sys.setOption(BAD_FD, Sockets.SOL_SOCKET, Sockets.SO_REUSEADDR, 1);
        sys.getLinger(BAD_FD, value);
        sys.setLinger(BAD_FD, 0);
        sys.localAddress(BAD_FD);
        sys.remoteAddress(BAD_FD);
        sys.epollCtl(BAD_FD, Epoll.EPOLL_CTL_ADD, BAD_FD, Epoll.EPOLLIN, 0);
        sys.eventfdSignal(BAD_FD);
    }

    /**
     * The others, for the errno that they leave in the state. Once only: in a loop, those that move
     * bytes would be compiled apart from the methods that wrap arrays for them, which would then
     * allocate the wrapper.
     */
    private void unprepared() {
        sys.listen(BAD_FD, 1);
        sys.accept(BAD_FD);
        sys.shutdown(BAD_FD, Sockets.SHUT_RD);
        sys.close(sys.socket(Sockets.AF_INET, Sockets.SOCK_STREAM, Sockets.IPPROTO_TCP));
        sys.recv(BAD_FD, bytes, 0, bytes.length);
        sys.recv(BAD_FD, bytes, 1, bytes.length - 1);
        sys.recv(BAD_FD, memory, MEMORY_SIZE);
        sys.send(BAD_FD, bytes, 0, bytes.length);
        sys.send(BAD_FD, bytes, 1, bytes.length - 1);
        sys.send(BAD_FD, memory, MEMORY_SIZE);
        sys.sendGather(BAD_FD, new MemorySegment[] {memory}, 1);
        sys.close(sys.epollCreate());
        sys.close(sys.eventfd());
        sys.epollWait(BAD_FD, events, 0);
        sys.epollWait(BAD_FD, events, 1);
        sys.epollWait(BAD_FD, events, -1);
        sys.poll(BAD_FD, Epoll.EPOLLIN);
    }

    /** Where a family is missing, it cannot be used later either. */
    private void addresses(int domain, InetSocketAddress address) {
        int fd = sys.socket(domain, Sockets.SOCK_STREAM, Sockets.IPPROTO_TCP);
        if (fd >= 0) {
            sys.bind(fd, domain, address);
            sys.localAddress(fd);
            // Not connected, so it answers at once that it is hung up.
            sys.poll(fd, Epoll.EPOLLIN);
            sys.close(fd);
        }
        sys.connect(BAD_FD, domain, address);
    }

    private void limits() {
        sys.openFilesLimit();
        sys.openFilesHardLimit();
        sys.sysconf(Sysconf.SC_NPROCESSORS_ONLN);
    }

    private static InetSocketAddress address(byte[] host) {
        try {
            return new InetSocketAddress(InetAddress.getByAddress(host), 0);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("linux: an address of " + host.length + " bytes", e);
        }
    }
}
