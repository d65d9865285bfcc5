package io.weft.netpoll;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * From a descriptor number to whatever stands for it. Numbers are small and dense, so this is an
 * array in segments: each is twice as long as the one before it, none is ever moved, copied or
 * freed, and growing is one compare-and-set.
 *
 * <pre>
 *  segment 0        segment 1            segment 2 …
 *  [0, first)       [first, 3·first)     [3·first, 7·first)
 * </pre>
 *
 * <p>An entry stands from before its number is registered with epoll until before close(2): after
 * close(2) the kernel may hand the number out again at once, and the next owner must find the entry
 * empty.
 *
 * <p>All methods may be called from any thread; none blocks.
 *
 * @param <D> what stands for a descriptor
 */
final class DescriptorTable<D> {

    /** Entries of the first segment: a process with few connections has one array of 4 KiB. */
    static final int FIRST_SEGMENT = 1024;

    private static final VarHandle ELEMENT = MethodHandles.arrayElementVarHandle(Object[].class);
    private static final VarHandle SEGMENT = MethodHandles.arrayElementVarHandle(Object[][].class);

    private final int firstBits;
    private final Object[][] segments;
    private final AtomicInteger generations = new AtomicInteger();

    DescriptorTable() {
        this(FIRST_SEGMENT);
    }

    /**
     * A table whose first segment has that many entries.
     *
     * @param firstSegment a power of two
     */
    DescriptorTable(int firstSegment) {
        if (Integer.bitCount(firstSegment) != 1) {
            throw new IllegalArgumentException("not a power of two: " + firstSegment);
        }
        this.firstBits = Integer.numberOfTrailingZeros(firstSegment);
        this.segments = new Object[Integer.SIZE - 1 - firstBits][];
    }

    /**
     * A number that tells this use of a descriptor number from earlier ones. It repeats after 2^32
     * descriptors; an event would have to be harvested before and delivered after all of them to be
     * taken for another's.
     */
    int nextGeneration() {
        return generations.incrementAndGet();
    }

    /**
     * Enters what stands for a descriptor.
     *
     * @throws IllegalStateException if the number is taken: it was closed behind our back
     */
    void put(int fd, D descriptor) {
        int position = position(fd);
        Object[] segment = segmentOrGrow(segmentOf(position));
        if (!ELEMENT.compareAndSet(segment, offsetOf(position), null, descriptor)) {
            throw new IllegalStateException(
                    "netpoll: file descriptor "
                            + fd
                            + " is opened, but its last owner has not closed it");
        }
    }

    /**
     * Clears an entry, before close(2).
     *
     * @throws IllegalStateException if somebody else is entered
     */
    void remove(int fd, D descriptor) {
        int position = position(fd);
        Object[] segment = segmentOrGrow(segmentOf(position));
        if (!ELEMENT.compareAndSet(segment, offsetOf(position), descriptor, null)) {
            throw new IllegalStateException(
                    "netpoll: file descriptor " + fd + " is closed by one who does not own it");
        }
    }

    /** What stands for a descriptor, or null. */
    @Nullable D get(int fd) {
        int position = position(fd);
        Object[] segment = segmentAcquire(segmentOf(position));
        return segment == null ? null : elementAcquire(segment, offsetOf(position));
    }

    /** Shows every entry that stands throughout, and perhaps those that come and go meanwhile. */
    void forEach(Consumer<? super D> action) {
        for (int i = 0; i < segments.length; i++) {
            Object[] segment = segmentAcquire(i);
            for (int j = 0; segment != null && j < segment.length; j++) {
                D descriptor = elementAcquire(segment, j);
                if (descriptor != null) {
                    action.accept(descriptor);
                }
            }
        }
    }

    // Adding the length of segment 0 makes the highest bit tell the segment, the rest the offset.
    private int position(int fd) {
        if (fd < 0 || fd > Integer.MAX_VALUE - (1 << firstBits)) {
            throw new IllegalStateException("netpoll: no file descriptor has the number " + fd);
        }
        return fd + (1 << firstBits);
    }

    private int segmentOf(int position) {
        return Integer.SIZE - 1 - Integer.numberOfLeadingZeros(position) - firstBits;
    }

    private static int offsetOf(int position) {
        return position - Integer.highestOneBit(position);
    }

    private Object[] segmentOrGrow(int index) {
        Object[] present = segmentAcquire(index);
        if (present != null) {
            return present;
        }
        Object[] fresh = new Object[1 << (firstBits + index)];
        Object[] witness = (Object[]) SEGMENT.compareAndExchange(segments, index, null, fresh);
        return witness == null ? fresh : witness;
    }

    // Acquire pairs with the compare-and-set that put the element there: its fields are visible.

    private Object @Nullable [] segmentAcquire(int index) {
        return (Object[]) SEGMENT.getAcquire(segments, index);
    }

    @SuppressWarnings("unchecked") // put() takes nothing else
    private @Nullable D elementAcquire(Object[] segment, int offset) {
        return (D) ELEMENT.getAcquire(segment, offset);
    }
}
