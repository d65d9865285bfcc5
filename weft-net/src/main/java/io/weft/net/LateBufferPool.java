package io.weft.net;

import io.weft.netpoll.Netpoll;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Buffers of one size that wait for {@link TcpConn#readLate}, in a few slots per processor, so that
 * a buffer is mostly taken by the processor that put it back, with its bytes still in the cache.
 *
 * <p>A slot is emptied and filled by compare-and-set only. Which processor runs the caller is a
 * hint: it may lose its P between asking for the index and using it, and then merely meets another
 * thread at the same slots. Slot accesses carry the release and acquire that {@link LateBuffer}'s
 * plain fields need between two holders.
 */
final class LateBufferPool {

    /**
     * Slots per processor. A goroutine holds a buffer from its read to the end of its write, so one
     * is enough unless writers block; 16 keep 256 KiB per processor at most. What does not fit is
     * left to the garbage collector.
     */
    static final int SLOTS_PER_PROCESSOR = 16;

    /** Distance of two processors' slots, in references: two cache lines, against prefetching. */
    private static final int STRIDE = 32;

    private final Netpoll netpoll;
    private final int bufferBytes;
    private final int processors;
    private final AtomicReferenceArray<@Nullable LateBuffer> slots;

    LateBufferPool(Netpoll netpoll, int bufferBytes) {
        this.netpoll = netpoll;
        this.bufferBytes = bufferBytes;
        this.processors = netpoll.processors();
        // The first stripe serves the callers that run on no processor.
        this.slots = new AtomicReferenceArray<>((processors + 1) * STRIDE);
    }

    /** The pool for buffers of this size that the connections of one netpoll share. */
    static LateBufferPool of(Netpoll netpoll, int bufferBytes) {
        return netpoll.attachment(
                new Key(bufferBytes),
                LateBufferPool.class,
                () -> new LateBufferPool(netpoll, bufferBytes));
    }

    int bufferBytes() {
        return bufferBytes;
    }

    /** A buffer that nobody holds; the caller lends it or gives it back. */
    LateBuffer borrow() {
        int first = firstSlot();
        for (int slot = first; slot < first + SLOTS_PER_PROCESSOR; slot++) {
            LateBuffer buffer = slots.getOpaque(slot);
            if (buffer != null && slots.compareAndSet(slot, buffer, null)) {
                return buffer;
            }
        }
        return new LateBuffer(this, bufferBytes);
    }

    /** Takes a buffer back, or drops it when all slots are full. */
    void giveBack(LateBuffer buffer) {
        int first = firstSlot();
        for (int slot = first; slot < first + SLOTS_PER_PROCESSOR; slot++) {
            if (slots.getOpaque(slot) == null && slots.compareAndSet(slot, null, buffer)) {
                return;
            }
        }
    }

    private int firstSlot() {
        int processor = netpoll.currentProcessor();
        return processor >= 0 && processor < processors ? (processor + 1) * STRIDE : 0;
    }

    private record Key(int bufferBytes) {}
}
