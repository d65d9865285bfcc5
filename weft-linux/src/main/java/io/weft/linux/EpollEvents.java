package io.weft.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * An array of {@code struct epoll_event} that {@link Sys#epollWait} fills.
 *
 * <p>Used by one thread at a time. {@link #close} throws {@link IllegalStateException} while a wait
 * is writing into it.
 */
public final class EpollEvents implements AutoCloseable {

    /** The most events of one wait: a larger batch would starve what became ready meanwhile. */
    public static final int MAX_CAPACITY = 65_536;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment memory;
    private final int capacity;
    private final int eventSize;
    private final int dataOffset;

    /**
     * Allocates native memory for that many events.
     *
     * @throws IllegalArgumentException if {@code capacity} is not in 1..{@link #MAX_CAPACITY}
     */
    public EpollEvents(int capacity) {
        this(capacity, Architecture.current());
    }

    EpollEvents(int capacity, Architecture architecture) {
        if (capacity < 1 || capacity > MAX_CAPACITY) {
            throw new IllegalArgumentException(
                    "capacity of epoll events must be in 1.." + MAX_CAPACITY + ": " + capacity);
        }
        this.capacity = capacity;
        this.eventSize = architecture.epollEventSize();
        this.dataOffset = architecture.epollDataOffset();
        this.memory =
                arena.allocate((long) capacity * eventSize, ValueLayout.JAVA_LONG.byteAlignment());
    }

    /** How many events fit. */
    public int capacity() {
        return capacity;
    }

    /** The event mask ({@link Epoll}) of entry {@code index}. */
    public int events(int index) {
        return memory.get(ValueLayout.JAVA_INT_UNALIGNED, (long) index * eventSize);
    }

    /** The datum that {@link Sys#epollCtl} stored with the descriptor of entry {@code index}. */
    public long data(int index) {
        return memory.get(ValueLayout.JAVA_LONG_UNALIGNED, (long) index * eventSize + dataOffset);
    }

    /** Stores an entry as the kernel would; for simulated kernels in tests. */
    public void set(int index, int events, long data) {
        memory.set(ValueLayout.JAVA_INT_UNALIGNED, (long) index * eventSize, events);
        memory.set(ValueLayout.JAVA_LONG_UNALIGNED, (long) index * eventSize + dataOffset, data);
    }

    /** Frees the memory. */
    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }

    MemorySegment memory() {
        return memory;
    }
}
