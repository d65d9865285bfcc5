package io.weft.netpoll;

import io.weft.linux.BufferShape;
import io.weft.linux.ProvidedBuffers;
import io.weft.linux.Uring;
import java.lang.foreign.MemorySegment;

/**
 * The buffers into which the kernel receives, out of one pool for all connections of a ring. One
 * that is full belongs to a connection, in a chain from the oldest to the newest, until its bytes
 * were read. Guarded by the lock of the poller.
 */
final class ReceiveBuffers implements AutoCloseable {

    static final short NONE = -1;

    private static final int GROUP = 0;

    /** A cache line more than the size: not all buffers begin at the same sets of the cache. */
    private static final int STRIDE_EXTRA = 64;

    private final ProvidedBuffers provided;
    private final short[] next;
    private final int[] lengths;
    private final int scarce;
    private int free;
    private boolean unpublished;

    private ReceiveBuffers(ProvidedBuffers provided) {
        this.provided = provided;
        int count = provided.shape().count();
        next = new short[count];
        lengths = new int[count];
        scarce = Math.max(count / 4, 1);
        for (int id = 0; id < count; id++) {
            giveBack(id);
        }
        publish();
    }

    /** Registers them with a ring: 0 or a negated errno. */
    static int register(Uring ring, int count, int bytes, ReceiveBuffers[] into) {
        ProvidedBuffers[] provided = new ProvidedBuffers[1];
        BufferShape shape = new BufferShape(count, bytes, bytes + STRIDE_EXTRA);
        int answer = ProvidedBuffers.register(ring, GROUP, shape, provided);
        if (answer >= 0) {
            into[0] = new ReceiveBuffers(provided[0]);
        }
        return answer;
    }

    int group() {
        return GROUP;
    }

    /** The kernel has filled it. */
    void taken(int id, int length) {
        free--;
        lengths[id] = length;
        next[id] = NONE;
    }

    /** The bytes in it were read, or nobody wants them; {@link #publish} follows. */
    void giveBack(int id) {
        provided.add(id);
        free++;
        unpublished = true;
    }

    /** Lets the kernel see those that were given back. */
    void publish() {
        if (unpublished) {
            unpublished = false;
            provided.publish();
        }
    }

    /**
     * Whether so few are free that bytes must not wait in one until somebody reads them: a few
     * connections that nobody reads would hold up all the others.
     */
    boolean isScarce() {
        return free < scarce;
    }

    int free() {
        return free;
    }

    int count() {
        return next.length;
    }

    int length(int id) {
        return lengths[id];
    }

    short next(int id) {
        return next[id];
    }

    void link(int id, short following) {
        next[id] = following;
    }

    MemorySegment memory(int id) {
        return provided.segment(id);
    }

    @Override
    public void close() {
        provided.close();
    }
}
