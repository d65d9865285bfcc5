package io.weft.linux;

import static io.weft.linux.IoUring.IORING_FEAT_SINGLE_MMAP;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * The memory that a ring shares with the kernel. It belongs to a shared arena: an access after the
 * end throws instead of touching what the address space holds there by then.
 */
final class UringMemory implements AutoCloseable {

    private static final long IORING_OFF_SQ_RING = 0;
    private static final long IORING_OFF_CQ_RING = 0x800_0000;
    private static final long IORING_OFF_SQES = 0x1000_0000;

    /** In place of a descriptor: memory of this process alone. */
    static final int PRIVATE = -1;

    private final Arena arena = Arena.ofShared();
    private final UringSys sys;

    private @Nullable MemorySegment submissionRing;
    private @Nullable MemorySegment completionRing;
    private @Nullable MemorySegment entries;
    private @Nullable MemorySegment operands;

    UringMemory(UringSys sys) {
        this.sys = sys;
    }

    /** Zero, or a negated errno; what was mapped until then is unmapped by {@link #close}. */
    int mapRing(int fd, UringParameters parameters) {
        long submissionSize = parameters.submissionRingSize();
        long completionSize = parameters.completionRingSize();
        boolean single = parameters.has(IORING_FEAT_SINGLE_MMAP);
        MemorySegment[] into = new MemorySegment[1];
        int answer =
                map(
                        fd,
                        single ? Math.max(submissionSize, completionSize) : submissionSize,
                        IORING_OFF_SQ_RING,
                        into);
        if (answer < 0) {
            return answer;
        }
        submissionRing = into[0];
        if (!single) {
            answer = map(fd, completionSize, IORING_OFF_CQ_RING, into);
            if (answer < 0) {
                return answer;
            }
        }
        completionRing = into[0];
        answer = map(fd, parameters.entriesSize(), IORING_OFF_SQES, into);
        if (answer < 0) {
            return answer;
        }
        entries = into[0];
        long operandsSize = (long) parameters.submissionEntries() * EntryMemory.OPERAND_SIZE;
        answer = map(PRIVATE, operandsSize, 0, into);
        if (answer >= 0) {
            operands = into[0];
        }
        return answer;
    }

    /** Maps private memory, or memory of a ring, until {@link #close}. */
    @SuppressWarnings("restricted")
    int map(int fd, long length, long offset, MemorySegment[] into) {
        long address = sys.map(fd, length, offset);
        if (address < 0) {
            return (int) address;
        }
        into[0] =
                MemorySegment.ofAddress(address)
                        .reinterpret(length, arena, _ -> sys.unmap(address, length));
        return 0;
    }

    MemorySegment submissionRing() {
        return present(submissionRing);
    }

    MemorySegment completionRing() {
        return present(completionRing);
    }

    MemorySegment entries() {
        return present(entries);
    }

    /** Private, for {@link EntryMemory}. */
    MemorySegment operands() {
        return present(operands);
    }

    boolean isOpen() {
        return arena.scope().isAlive();
    }

    /** Unmaps everything; to be called once. */
    @Override
    public void close() {
        arena.close();
    }

    private static MemorySegment present(@Nullable MemorySegment segment) {
        if (segment == null) {
            throw new IllegalStateException("linux: memory of a ring that was not mapped");
        }
        return segment;
    }
}
