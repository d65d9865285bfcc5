package io.weft.linux;

import static io.weft.linux.Downcalls.INT;
import static io.weft.linux.Downcalls.LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Seldom calls of {@code io_uring_register(2)} on a ring. Answered as by the kernel; may be made
 * from any thread unless said otherwise.
 */
public final class UringRegistrations {

    private static final int IORING_REGISTER_EVENTFD = 4;
    private static final int IORING_UNREGISTER_EVENTFD = 5;
    private static final int IORING_REGISTER_ENABLE_RINGS = 12;
    private static final int IORING_UNREGISTER_RING_FDS = 21;

    /** The kernel chooses the index. */
    private static final int ANY_INDEX = -1;

    private static final int NO_FD = -1;

    private static final long NANOS_PER_SECOND = 1_000_000_000;

    /*
     *                            0             4           8          12        16            32
     * io_uring_rsrc_update       | index 4     | 0 4       | fd 8     |
     * io_uring_sync_cancel_reg   | user data 8             | fd 4     | flags 4 | timespec 16 | 0 32 |
     */
    private static final long UPDATE_SIZE = 16;
    private static final long CANCEL_SIZE = 64;
    private static final long CANCEL_FD = 8;
    private static final long CANCEL_FLAGS = 12;
    private static final long CANCEL_TIMEOUT = 16;

    private final Uring ring;

    UringRegistrations(Uring ring) {
        this.ring = ring;
    }

    /** Lets a ring begin that was opened with {@code IORING_SETUP_R_DISABLED}. */
    public int enable() {
        return ring.register(IORING_REGISTER_ENABLE_RINGS, MemorySegment.NULL, 0);
    }

    /**
     * Registers the ring with the calling thread, and answers the index for {@link
     * Uring#enterRegistered}; {@code -EBUSY} when the thread has 16 already. The thread keeps the
     * ring alive until it unregisters it or ends.
     */
    public int registerRingFd() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment argument = arena.allocate(UPDATE_SIZE, Long.BYTES);
            argument.set(INT, 0, ANY_INDEX);
            argument.set(LONG, Long.BYTES, ring.fd());
            int answer = ring.register(IoUring.IORING_REGISTER_RING_FDS, argument, 1);
            return answer < 0 ? answer : argument.get(INT, 0);
        }
    }

    /** Takes the registration of the calling thread back; 1 when there was one. */
    public int unregisterRingFd(int index) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment argument = arena.allocate(UPDATE_SIZE, Long.BYTES);
            argument.set(INT, 0, index);
            return ring.register(IORING_UNREGISTER_RING_FDS, argument, 1);
        }
    }

    /** Has every completion signal that eventfd; {@code -EBUSY} when there is one already. */
    public int registerEventfd(int eventfd) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment argument = arena.allocate(Integer.BYTES, Integer.BYTES);
            argument.set(INT, 0, eventfd);
            return ring.register(IORING_REGISTER_EVENTFD, argument, 1);
        }
    }

    /** Ends that; {@code -ENXIO} when there is none. */
    public int unregisterEventfd() {
        return ring.register(IORING_UNREGISTER_EVENTFD, MemorySegment.NULL, 0);
    }

    /**
     * Cancels requests like {@link ControlEntries#cancel}. When it returns, none of those that were
     * found touches its memory any more; their completions still come. Waits for those that a
     * worker thread of the kernel is carrying out.
     *
     * @param cancelFlags {@code IORING_ASYNC_CANCEL_*}; with {@code _ANY} alone every request
     * @param timeoutNanos how long to wait at most, {@code -ETIME} then; negative: for ever
     * @return 0, or {@code -ENOENT} when there is none; with {@code _ALL} or {@code _ANY} how many
     *     were found
     */
    public int syncCancel(long userData, int cancelFlags, long timeoutNanos) {
        return syncCancel(userData, NO_FD, cancelFlags, timeoutNanos);
    }

    /** Like {@link #syncCancel}, of requests on that descriptor or slot. */
    public int syncCancelFd(int fd, int cancelFlags, long timeoutNanos) {
        return syncCancel(0, fd, cancelFlags | UringOps.IORING_ASYNC_CANCEL_FD, timeoutNanos);
    }

    private int syncCancel(long userData, int fd, int cancelFlags, long timeoutNanos) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment argument = arena.allocate(CANCEL_SIZE, Long.BYTES);
            argument.set(LONG, 0, userData);
            argument.set(INT, CANCEL_FD, fd);
            argument.set(INT, CANCEL_FLAGS, cancelFlags);
            boolean forEver = timeoutNanos < 0;
            long seconds = forEver ? -1 : timeoutNanos / NANOS_PER_SECOND;
            long nanos = forEver ? -1 : timeoutNanos % NANOS_PER_SECOND;
            argument.set(LONG, CANCEL_TIMEOUT, seconds);
            argument.set(LONG, CANCEL_TIMEOUT + Long.BYTES, nanos);
            return ring.register(IoUring.IORING_REGISTER_SYNC_CANCEL, argument, 1);
        }
    }
}
