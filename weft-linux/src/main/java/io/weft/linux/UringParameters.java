package io.weft.linux;

import static io.weft.linux.Downcalls.INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * {@code struct io_uring_params}: what is asked of {@code io_uring_setup(2)}, and what the kernel
 * answers about sizes and about where in the mapped memory each word of the queues is.
 *
 * <pre>
 *   0            4            8       12           20         24     40              80
 *   | sq entries | cq entries | flags | sq thread 8 | features | ...  | sq offsets 40 | cq offsets 40 |
 *
 *               0      4      8      12        16      20        24
 *   sq offsets  | head | tail | mask | entries | flags | dropped | array |
 *   cq offsets  | head | tail | mask | entries | overflow | cqes | flags |
 * </pre>
 */
final class UringParameters {

    static final long SIZE = 120;

    static final long ENTRY_SIZE = 64;
    static final long COMPLETION_SIZE = 16;

    private static final long CQ_ENTRIES = 4;
    private static final long FLAGS = 8;
    private static final long FEATURES = 20;
    private static final long SQ_OFFSETS = 40;
    private static final long CQ_OFFSETS = 80;

    private final MemorySegment memory;

    UringParameters(Arena arena, UringOptions options) {
        memory = arena.allocate(SIZE, Long.BYTES);
        int sized = options.completionEntries() == 0 ? 0 : IoUring.IORING_SETUP_CQSIZE;
        memory.set(INT, CQ_ENTRIES, options.completionEntries());
        memory.set(INT, FLAGS, options.flags() | sized);
    }

    MemorySegment memory() {
        return memory;
    }

    int submissionEntries() {
        return memory.get(INT, 0);
    }

    int completionEntries() {
        return memory.get(INT, CQ_ENTRIES);
    }

    int flags() {
        return memory.get(INT, FLAGS);
    }

    int features() {
        return memory.get(INT, FEATURES);
    }

    boolean has(int feature) {
        return (features() & feature) != 0;
    }

    long submissionHead() {
        return memory.get(INT, SQ_OFFSETS);
    }

    long submissionTail() {
        return memory.get(INT, SQ_OFFSETS + 4);
    }

    long submissionFlags() {
        return memory.get(INT, SQ_OFFSETS + 16);
    }

    long submissionDropped() {
        return memory.get(INT, SQ_OFFSETS + 20);
    }

    long submissionArray() {
        return memory.get(INT, SQ_OFFSETS + 24);
    }

    long completionHead() {
        return memory.get(INT, CQ_OFFSETS);
    }

    long completionTail() {
        return memory.get(INT, CQ_OFFSETS + 4);
    }

    long completionOverflow() {
        return memory.get(INT, CQ_OFFSETS + 16);
    }

    long completions() {
        return memory.get(INT, CQ_OFFSETS + 20);
    }

    /** Size of the mapping at {@code IORING_OFF_SQ_RING}. */
    long submissionRingSize() {
        return submissionArray() + (long) submissionEntries() * Integer.BYTES;
    }

    /** Size of the mapping at {@code IORING_OFF_CQ_RING}. */
    long completionRingSize() {
        return completions() + completionEntries() * COMPLETION_SIZE;
    }

    /** Size of the mapping at {@code IORING_OFF_SQES}. */
    long entriesSize() {
        return submissionEntries() * ENTRY_SIZE;
    }
}
