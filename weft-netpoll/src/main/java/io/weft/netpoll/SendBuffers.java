package io.weft.netpoll;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Native buffers in which what was written waits for the submission of its send. Free ones are
 * taken last in, first out, so that few of them are ever in the cache.
 *
 * <p>A buffer in use belongs to the send of one connection. Sends are submitted, and so carried
 * out, in the order in which they were queued: the queue of those in use is a ring of numbers,
 * oldest first. Their count is a power of two. Guarded by the lock of the poller.
 */
final class SendBuffers implements AutoCloseable {

    static final int NONE = -1;

    /** A cache line more than the size: not all buffers begin at the same sets of the cache. */
    private static final int STRIDE_EXTRA = 64;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment[] memory;
    private final @Nullable DirectDesc[] owners;
    private final int[] lengths;
    private final int[] entries;
    private final int[] positions;

    private final int[] free;
    private int freeCount;

    private final int[] inUse;
    private int oldest;
    private int newest;

    SendBuffers(int count, int bytes) {
        memory = new MemorySegment[count];
        MemorySegment whole = arena.allocate((long) count * (bytes + STRIDE_EXTRA), STRIDE_EXTRA);
        owners = new DirectDesc[count];
        lengths = new int[count];
        entries = new int[count];
        positions = new int[count];
        free = new int[count];
        inUse = new int[count];
        for (int i = 0; i < count; i++) {
            memory[i] = whole.asSlice((long) i * (bytes + STRIDE_EXTRA), bytes);
            free[freeCount++] = i;
        }
    }

    boolean isEmpty() {
        return freeCount == 0;
    }

    /**
     * Takes a free buffer for a send.
     *
     * @param entry of the submission queue
     * @param position how many entries were taken before it
     */
    int take(DirectDesc owner, int entry, int position) {
        int buffer = free[--freeCount];
        owners[buffer] = owner;
        lengths[buffer] = 0;
        entries[buffer] = entry;
        positions[buffer] = position;
        inUse[newest++ & (inUse.length - 1)] = buffer;
        return buffer;
    }

    /** The buffer of the oldest send, or {@link #NONE}. */
    int oldest() {
        return oldest == newest ? NONE : inUse[oldest & (inUse.length - 1)];
    }

    /** Frees the buffer of the oldest send. */
    void freeOldest() {
        int buffer = oldest();
        oldest++;
        if (oldest == newest) {
            oldest = 0;
            newest = 0;
        }
        owners[buffer] = null;
        free[freeCount++] = buffer;
    }

    MemorySegment memory(int buffer) {
        return memory[buffer];
    }

    DirectDesc owner(int buffer) {
        return java.util.Objects.requireNonNull(owners[buffer]);
    }

    int length(int buffer) {
        return lengths[buffer];
    }

    void grow(int buffer, int bytes) {
        lengths[buffer] += bytes;
    }

    int room(int buffer) {
        return (int) memory[buffer].byteSize() - lengths[buffer];
    }

    int entry(int buffer) {
        return entries[buffer];
    }

    int position(int buffer) {
        return positions[buffer];
    }

    @Override
    public void close() {
        arena.close();
    }
}
