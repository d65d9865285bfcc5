package io.weft.linux;

import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * The system calls that Weft makes, as the kernel answers them: a result of zero or more, or a
 * negated errno. Nothing here throws for an operating error, retries, or logs; policy belongs to
 * the callers. {@link Errno} names the numbers.
 *
 * <p>{@code recv} and {@code send} expect a non-blocking descriptor: they are made without leaving
 * the JVM's thread state, and a call that blocked there would stop every garbage collection. Only
 * {@link #epollWait} blocks, and {@link #close} where lingering was asked for.
 *
 * <p>All methods may be called from any thread. The interface exists so that tests can put faults
 * between Weft and the kernel.
 */
public interface Sys {

    /** {@code socket(2)}, always with {@code SOCK_CLOEXEC | SOCK_NONBLOCK} added to the type. */
    int socket(int domain, int type, int protocol);

    /** {@code bind(2)}. An IPv4 address is mapped when {@code domain} is {@code AF_INET6}. */
    int bind(int fd, int domain, InetSocketAddress address);

    /** {@code listen(2)}. */
    int listen(int fd, int backlog);

    /** {@code accept4(2)} with {@code SOCK_CLOEXEC | SOCK_NONBLOCK}; the peer is not asked for. */
    int accept(int listenFd);

    /** {@code connect(2)}. An IPv4 address is mapped when {@code domain} is {@code AF_INET6}. */
    int connect(int fd, int domain, InetSocketAddress address);

    /**
     * {@code recv(2)} of at most {@link #MAX_TRANSFER} bytes into a heap array; 0 means end of
     * stream.
     */
    int recv(int fd, byte[] buffer, int offset, int length);

    /**
     * {@code recv(2)} of at most {@code length} and {@link #MAX_TRANSFER} bytes to the beginning of
     * a native or heap segment. For whoever keeps the segment: an array's is allocated anew at each
     * call where the compiler has not seen through it.
     */
    int recv(int fd, MemorySegment buffer, int length);

    /**
     * {@code send(2)} with {@code MSG_NOSIGNAL} of at most {@link #MAX_TRANSFER} bytes from a heap
     * array.
     */
    int send(int fd, byte[] buffer, int offset, int length);

    /**
     * {@code send(2)} with {@code MSG_NOSIGNAL} of at most {@code length} and {@link #MAX_TRANSFER}
     * bytes from the beginning of a native or heap segment.
     */
    int send(int fd, MemorySegment buffer, int length);

    /**
     * {@code sendmsg(2)} with {@code MSG_NOSIGNAL} of several native segments in order; at most the
     * first {@link #MAX_GATHER} are sent. The length is not bounded otherwise. The caller keeps the
     * buffers alive, and open, until the call returns.
     */
    long sendGather(int fd, MemorySegment[] nativeBuffers, int count);

    /** {@code shutdown(2)}. */
    int shutdown(int fd, int how);

    /**
     * {@code close(2)}. The descriptor is gone whatever the answer. Blocks for unsent data when
     * {@code SO_LINGER} has a positive time.
     */
    int close(int fd);

    /** {@code getsockopt(2)} of an int option into {@code value[0]}. */
    int getOption(int fd, int level, int name, int[] value);

    /** {@code setsockopt(2)} of an int option. */
    int setOption(int fd, int level, int name, int value);

    /** {@code SO_LINGER}: seconds, or a negative number when off, into {@code seconds[0]}. */
    int getLinger(int fd, int[] seconds);

    /** {@code SO_LINGER}: a negative number of seconds switches it off. */
    int setLinger(int fd, int seconds);

    /** {@code getsockname(2)}, or null when the kernel refuses. */
    @Nullable InetSocketAddress localAddress(int fd);

    /** {@code getpeername(2)}, or null when the socket is not connected. */
    @Nullable InetSocketAddress remoteAddress(int fd);

    /** {@code epoll_create1(2)} with {@code EPOLL_CLOEXEC}. */
    int epollCreate();

    /** {@code epoll_ctl(2)}. */
    int epollCtl(int epollFd, int operation, int fd, int events, long data);

    /**
     * {@code epoll_pwait2(2)}, or {@code epoll_wait(2)} rounded up to the millisecond where the
     * former is missing. A timeout of 0 does not block, a negative one waits for ever.
     */
    int epollWait(int epollFd, EpollEvents events, long timeoutNanos);

    /**
     * {@code poll(2)} of one descriptor with a timeout of 0: what of the asked events, of errors
     * and of hang-ups is true at this moment, without consuming anything; 0 when nothing is. The
     * bits are those of {@link Epoll}; a descriptor that is not open answers {@link
     * Epoll#POLLNVAL}, not an error.
     */
    int poll(int fd, int events);

    /** {@code eventfd(2)} with {@code EFD_CLOEXEC | EFD_NONBLOCK}. */
    int eventfd();

    /**
     * Adds one to an eventfd; answers 8, the bytes written. Each signal is an edge of its own, so
     * an eventfd that is registered edge-triggered need never be read.
     */
    int eventfdSignal(int fd);

    /** The soft limit of {@code RLIMIT_NOFILE}; {@link Long#MAX_VALUE} when there is none. */
    long openFilesLimit();

    /** The hard limit of {@code RLIMIT_NOFILE}; {@link Long#MAX_VALUE} when there is none. */
    long openFilesHardLimit();

    /** {@code sysconf(3)} of a name in {@link Sysconf}; -1 when there is no limit. */
    long sysconf(int name);

    /** The most buffers that one gather write hands to the kernel ({@code IOV_MAX}). */
    int MAX_GATHER = 1024;

    /**
     * The most bytes that one {@code recv} or {@code send} moves. No safepoint can begin during the
     * call, so its length bounds what it adds to a pause of the collector: 64 KiB, the most that
     * one segment carries through loopback or an offloading card, take the kernel some tens of
     * microseconds, and a larger call would save little per byte.
     *
     * <p>Who asks for more gets no more than this. A caller that concludes from a short read that
     * the socket is drained must compare with {@code min(length, MAX_TRANSFER)}, else it waits for
     * an edge that never comes.
     */
    int MAX_TRANSFER = 65_536;
}
