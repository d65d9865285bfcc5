package io.weft.linux;

import static io.weft.linux.Downcalls.INT;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * The submission queue of a ring: entries are taken by {@link #next}, written by {@link
 * SocketEntries} or {@link ControlEntries}, and handed over by {@link #publish} and an enter.
 *
 * <pre>
 *        head (kernel)          published              tail (ours)
 *   free |  waits for an enter  |  taken, being written  |  free
 * </pre>
 *
 * The barriers, each with its other end in the kernel:
 *
 * <ul>
 *   <li>Our tail is stored with release, after the entries. The kernel loads it with acquire
 *       ({@code io_sqring_entries}), before it reads them: it sees no entry half written.
 *   <li>The kernel stores its head with release ({@code io_commit_sqring}), after it has read the
 *       entries. We load it with acquire before we write into one again: it reads no entry of the
 *       next lap.
 *   <li>The kernel sets and clears its flags with an atomic operation. They are hints: a look at
 *       them can come before an overflow that is under way. Nothing is lost by it, since an enter
 *       that waits flushes by itself, under the kernel's lock.
 * </ul>
 *
 * <p>Not thread-safe: whoever shares a ring holds a lock from {@link #next} to {@link #publish}.
 * Nothing is allocated. After the end of the ring every method throws {@link
 * IllegalStateException}.
 */
public final class SubmissionQueue {

    private static final VarHandle INTS = INT.varHandle();

    private final MemorySegment ring;
    private final long headOffset;
    private final long tailOffset;
    private final long flagsOffset;
    private final long droppedOffset;
    private final int capacity;
    private final EntryMemory entries;

    /** The kernel's head as we saw it last; it may have gone on since. */
    private int seenHead;

    private int tail;
    private int published;

    SubmissionQueue(UringParameters parameters, MemorySegment ring, EntryMemory entries) {
        this.ring = ring;
        this.entries = entries;
        headOffset = parameters.submissionHead();
        tailOffset = parameters.submissionTail();
        flagsOffset = parameters.submissionFlags();
        droppedOffset = parameters.submissionDropped();
        capacity = parameters.submissionEntries();
        if ((parameters.flags() & IoUring.IORING_SETUP_NO_SQARRAY) == 0) {
            mapIdentity(parameters.submissionArray());
        }
    }

    /** Position n of the queue is entry n for good. */
    private void mapIdentity(long arrayOffset) {
        for (int i = 0; i < capacity; i++) {
            ring.set(INT, arrayOffset + (long) i * Integer.BYTES, i);
        }
    }

    /** How many entries there are. */
    public int capacity() {
        return capacity;
    }

    /**
     * Takes a free entry and answers its name for the writers, or -1 when none is free: then an
     * enter makes room. The entry is to be written before the next {@link #publish}.
     */
    public int next() {
        if (tail - seenHead == capacity) {
            seenHead = (int) INTS.getAcquire(ring, headOffset);
            if (tail - seenHead == capacity) {
                return -1;
            }
        }
        int index = tail++ & (capacity - 1);
        return index * (int) UringParameters.ENTRY_SIZE;
    }

    /** Hands the entries that were taken over to the next enter. */
    public void publish() {
        published = tail;
        INTS.setRelease(ring, tailOffset, published);
    }

    /** How many published entries the kernel has not taken yet. */
    public int pending() {
        seenHead = (int) INTS.getAcquire(ring, headOffset);
        return published - seenHead;
    }

    /** {@code IORING_SQ_*}. May be called by any thread. */
    public int ringFlags() {
        return (int) INTS.getAcquire(ring, flagsOffset);
    }

    /** How many entries the kernel threw away since their place in the queue was invalid. */
    public int dropped() {
        return (int) INTS.getAcquire(ring, droppedOffset);
    }

    /** What the completion of this entry will carry; 0 unless set. */
    public void userData(int sqe, long userData) {
        entries.userData(sqe, userData);
    }

    /** Adds {@code IOSQE_*} to an entry that was written. */
    public void addFlags(int sqe, int flags) {
        entries.addFlags(sqe, flags);
    }

    /** Adds bits to {@code ioprio}, where some operations have further flags. */
    public void addIoprio(int sqe, int bits) {
        entries.addIoprio(sqe, bits);
    }

    /** The group of provided buffers, for an entry with {@code IOSQE_BUFFER_SELECT}. */
    public void bufferGroup(int sqe, int group) {
        entries.bufferGroup(sqe, group);
    }

    /**
     * The result of this accept or socket goes into a slot of the direct table, not into a
     * descriptor: the slot of that number, or {@link UringOps#IORING_FILE_INDEX_ALLOC}.
     */
    public void directSlot(int sqe, int slot) {
        entries.slot(sqe, slot);
    }
}
