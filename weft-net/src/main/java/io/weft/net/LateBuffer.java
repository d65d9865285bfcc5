package io.weft.net;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A buffer lent by {@link TcpConn#readLate}, with what one read received. It belongs to the thread
 * that called {@code readLate} until that thread closes it; then the buffer, this object included,
 * is lent to somebody else. Data that another thread is to see must be copied.
 *
 * <p>Every method but {@link #close} throws {@link IllegalStateException} when it is called by a
 * thread that does not hold the buffer. An {@link #array} or {@link #asByteBuffer} kept after the
 * buffer was closed shows other people's bytes, and nothing can detect that.
 */
public final class LateBuffer implements AutoCloseable {

    private final LateBufferPool pool;
    private final byte[] array;
    private final ByteBuffer view;

    /**
     * The array once more, made once: system calls from here allocate nothing, however compiled.
     */
    private final MemorySegment segment;

    /** Written by the thread that the buffer is lent to; null while the pool holds the buffer. */
    private @Nullable Thread owner;

    /** Written and read by the owner. */
    private int length;

    LateBuffer(LateBufferPool pool, int bytes) {
        this.pool = pool;
        this.array = new byte[bytes];
        this.view = ByteBuffer.wrap(array);
        this.segment = MemorySegment.ofArray(array);
    }

    /** The bytes, from index 0; those from {@link #length} on are leftovers. */
    public byte[] array() {
        checkHeld();
        return array;
    }

    /** How many bytes were received: at least 1. */
    public int length() {
        checkHeld();
        return length;
    }

    /**
     * The received bytes between position and limit. Every call resets and returns the same object.
     */
    public ByteBuffer asByteBuffer() {
        checkHeld();
        return view.clear().limit(length);
    }

    /**
     * Gives the buffer back. Does nothing when the calling thread does not hold it, so that closing
     * twice is harmless.
     */
    @Override
    public void close() {
        if (isHeldByCaller()) {
            owner = null;
            pool.giveBack(this);
        }
    }

    /** The whole array, for the read that fills the buffer before it is lent, and for writing. */
    MemorySegment segment() {
        return segment;
    }

    /** The whole array, whoever holds the buffer. */
    byte[] storage() {
        return array;
    }

    int capacity() {
        return array.length;
    }

    /** Lends the buffer, with what was received, to the calling thread. */
    LateBuffer lend(int received) {
        if (owner != null) {
            throw new IllegalStateException("late buffer: lent to two threads");
        }
        length = received;
        owner = Thread.currentThread();
        return this;
    }

    private void checkHeld() {
        if (!isHeldByCaller()) {
            throw new IllegalStateException(
                    owner == null
                            ? "late buffer: used after close()"
                            : "late buffer: used by a thread that does not hold it; it was closed"
                                    + " and lent again, or handed over instead of copied");
        }
    }

    @SuppressWarnings("ReferenceEquality") // a thread is its identity
    private boolean isHeldByCaller() {
        return owner == Thread.currentThread();
    }
}
