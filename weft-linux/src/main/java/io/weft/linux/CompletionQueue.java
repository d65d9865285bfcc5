package io.weft.linux;

import static io.weft.linux.Downcalls.INT;
import static io.weft.linux.Downcalls.LONG;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * The completion queue of a ring: {@link #ready} tells how many completions there are, the readers
 * read the first, second and so on of them, {@link #advance} gives their places back.
 *
 * <pre>
 *   struct io_uring_cqe     0           8        12
 *                           | user data | result | flags |
 * </pre>
 *
 * The barriers, each with its other end in the kernel:
 *
 * <ul>
 *   <li>The kernel stores its tail with release ({@code io_commit_cqring}), after the completions.
 *       We load it with acquire before we read them: none is read half written.
 *   <li>Our head is stored with release, after the completions were read. The kernel loads it and
 *       writes only where that leaves room ({@code io_cqe_cache_refill}, ordered by the control
 *       dependency): none is overwritten while we read.
 * </ul>
 *
 * <p>Used by one thread at a time, and the next one is told through a lock or the like. Nothing is
 * allocated. After the end of the ring every method throws {@link IllegalStateException}.
 */
public final class CompletionQueue {

    private static final VarHandle INTS = INT.varHandle();

    private static final long RESULT = 8;
    private static final long FLAGS = 12;

    private final MemorySegment ring;
    private final long headOffset;
    private final long tailOffset;
    private final long overflowOffset;
    private final long completionsOffset;
    private final int capacity;

    private int head;

    CompletionQueue(UringParameters parameters, MemorySegment ring) {
        this.ring = ring;
        headOffset = parameters.completionHead();
        tailOffset = parameters.completionTail();
        overflowOffset = parameters.completionOverflow();
        completionsOffset = parameters.completions();
        capacity = parameters.completionEntries();
    }

    /** How many completions fit; the kernel keeps what is beyond, see {@link #lost}. */
    public int capacity() {
        return capacity;
    }

    /** How many completions can be read. */
    public int ready() {
        return (int) INTS.getAcquire(ring, tailOffset) - head;
    }

    /** What the entry carried whose request completed; {@code i} is less than {@link #ready}. */
    public long userData(int i) {
        return ring.get(LONG, completion(i));
    }

    /** The result: zero or more, or a negated errno. */
    public int result(int i) {
        return ring.get(INT, completion(i) + RESULT);
    }

    /** {@code IORING_CQE_F_*}, and the number of the buffer in the upper 16 bits. */
    public int flags(int i) {
        return ring.get(INT, completion(i) + FLAGS);
    }

    /**
     * The number of the provided buffer, out of {@link #flags} with {@code IORING_CQE_F_BUFFER}.
     */
    public static int bufferId(int flags) {
        return flags >>> IoUring.IORING_CQE_BUFFER_SHIFT;
    }

    /**
     * Gives the places of the first {@code count} completions back.
     *
     * @throws IllegalArgumentException if that many are not ready
     */
    public void advance(int count) {
        if (count < 0 || count > ready()) {
            throw new IllegalArgumentException(
                    "cannot advance by " + count + " of " + ready() + " completions");
        }
        head += count;
        INTS.setRelease(ring, headOffset, head);
    }

    /**
     * How many completions are gone because the kernel had no memory to keep them; an enter that
     * waits then answers {@code -EBADR}. An overflow alone loses none: see {@link
     * IoUring#IORING_SQ_CQ_OVERFLOW}.
     */
    public int lost() {
        return (int) INTS.getAcquire(ring, overflowOffset);
    }

    private long completion(int i) {
        return completionsOffset + ((head + i) & (capacity - 1)) * UringParameters.COMPLETION_SIZE;
    }
}
