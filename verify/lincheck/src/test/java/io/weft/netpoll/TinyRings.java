package io.weft.netpoll;

import io.weft.linux.IoUring;
import io.weft.linux.UringSys;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * As much of io_uring as the poller's sleep needs: one ring, whose entries are counted when they
 * are taken. Nothing completes; when as many are taken as the scenario has, the poller's epoll
 * instance gets an edge, as it would by their completions.
 *
 * <pre>
 *   the mapping of the queues:  0           4           8            12          16      20
 *                               | sq head   | sq tail   | sq flags   | dropped   | mask  | ...
 *                               32          36          64           128
 *                               | cq head   | cq tail   | sq array   | completions
 * </pre>
 */
final class TinyRings implements UringSys {

    static final int RING_FD = 9;

    private static final int SQ_TAIL = 4;
    private static final int SQ_FLAGS = 8;
    private static final int SQ_DROPPED = 12;
    private static final int MASK = 16;
    private static final int CQ_HEAD = 32;
    private static final int CQ_TAIL = 36;
    private static final int CQ_OVERFLOW = 40;
    private static final int SQ_ARRAY = 64;
    private static final int COMPLETIONS = 128;
    private static final int MEMORY = 4096;

    private static final VarHandle INTS = ValueLayout.JAVA_INT.varHandle();

    /** What is mapped first. For good, since somebody may still look into it. */
    private final MemorySegment queues = Arena.global().allocate(MEMORY, Long.BYTES);

    private final TinyKernel epoll;
    private final int all;
    private final AtomicInteger taken = new AtomicInteger();
    private boolean mapped;

    TinyRings(TinyKernel epoll, int all) {
        this.epoll = epoll;
        this.all = all;
    }

    boolean areAllTaken() {
        return taken.get() == all;
    }

    @Override
    public int setup(int entries, MemorySegment parameters) {
        int[] fields = {
            entries,
            entries,
            parameters.get(ValueLayout.JAVA_INT, 8),
            0,
            0,
            IoUring.IORING_FEAT_SINGLE_MMAP
        };
        put(parameters, 0, fields);
        put(parameters, 40, 0, SQ_TAIL, MASK, MASK, SQ_FLAGS, SQ_DROPPED, SQ_ARRAY);
        put(parameters, 80, CQ_HEAD, CQ_TAIL, MASK, MASK, CQ_OVERFLOW, COMPLETIONS, SQ_FLAGS);
        return RING_FD;
    }

    private static void put(MemorySegment memory, long offset, int... values) {
        for (int i = 0; i < values.length; i++) {
            memory.set(ValueLayout.JAVA_INT, offset + (long) i * Integer.BYTES, values[i]);
        }
    }

    /** Takes entries one after the other, as under the kernel's lock. */
    @Override
    public synchronized int enter(
            int fd, int toSubmit, int minComplete, int flags, long timeoutNanos) {
        int head = queues.get(ValueLayout.JAVA_INT, 0);
        int tail = (int) INTS.getAcquire(queues, (long) SQ_TAIL);
        int count = Math.min(toSubmit, tail - head);
        INTS.setRelease(queues, 0L, head + count);
        if (count > 0 && taken.addAndGet(count) == all) {
            epoll.raiseEdge();
        }
        return count;
    }

    @Override
    public int register(int fd, int opcode, MemorySegment argument, int count) {
        return 1;
    }

    @Override
    public long map(int fd, long length, long offset) {
        if (!mapped) {
            mapped = true;
            return queues.address();
        }
        return Arena.global().allocate(length, 4096).address();
    }

    @Override
    public int unmap(long address, long length) {
        return 0;
    }

    @Override
    public int close(int fd) {
        return 0;
    }
}
