package io.weft.linux;

import static io.weft.linux.Downcalls.INT;
import static io.weft.linux.Downcalls.LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * A group of buffers out of which the kernel takes one when data has arrived: no connection holds
 * memory while it waits. A completion names the buffer ({@link CompletionQueue#bufferId}), which is
 * ours until it is given back with {@link #add} and {@link #publish}.
 *
 * <p>The ring of free buffers lies in front of the buffers:
 *
 * <pre>
 *   struct io_uring_buf     0           8          12          14
 *                           | address   | length   | number    | tail, in the first only |
 * </pre>
 *
 * The tail is stored with release, after the entries; the kernel loads it with acquire ({@code
 * io_ring_buffer_select}) before it reads them: it takes no entry that is half written. An entry is
 * free for us again when its buffer's completion was read, which is ordered by the tail of the
 * {@link CompletionQueue}.
 *
 * <p>{@link #add} and {@link #publish} are not thread-safe. Nothing is allocated by them. After
 * {@link #close} they throw {@link IllegalStateException}, as does an access to a buffer.
 */
public final class ProvidedBuffers implements AutoCloseable {

    private static final int IORING_UNREGISTER_PBUF_RING = 23;

    private static final VarHandle SHORTS = ValueLayout.JAVA_SHORT.varHandle();

    private static final long ENTRY_SIZE = 16;
    private static final long LENGTH = 8;
    private static final long NUMBER = 12;
    private static final long TAIL = 14;

    /** The kernel wants the ring on a page; buffers begin on the next. */
    private static final long PAGE = 65_536;

    /*
     *                    0        8            12        14       16
     * io_uring_buf_reg   | ring * | entries 4  | group 2 | flags 2 | 0 24 |
     */
    private static final long REGISTRATION_SIZE = 40;
    private static final long REGISTRATION_GROUP = 12;

    private final Uring ring;
    private final UringMemory memory;
    private final int group;
    private final BufferShape shape;
    private final MemorySegment free;
    private final MemorySegment[] buffers;

    private int tail;

    private ProvidedBuffers(
            Uring ring, UringMemory memory, int group, BufferShape shape, MemorySegment whole) {
        this.ring = ring;
        this.memory = memory;
        this.group = group;
        this.shape = shape;
        free = whole.asSlice(0, shape.count() * ENTRY_SIZE);
        buffers = new MemorySegment[shape.count()];
        long start = ringSize(shape);
        for (int i = 0; i < buffers.length; i++) {
            buffers[i] = whole.asSlice(start + (long) i * shape.stride(), shape.size());
        }
    }

    /**
     * Maps the memory and registers it as that group; no buffer is added yet. Pages of a buffer
     * take memory only once they were written.
     *
     * @param group 0..65535
     * @param into receives the buffers at index 0
     * @return 0, or a negated errno; {@code -EEXIST} when the group is there already
     */
    public static int register(Uring ring, int group, BufferShape shape, ProvidedBuffers[] into) {
        if (group < 0 || group > 0xffff) {
            throw new IllegalArgumentException("group of buffers must be in 0..65535: " + group);
        }
        UringMemory memory = new UringMemory(ring.sys());
        MemorySegment[] whole = new MemorySegment[1];
        long size = ringSize(shape) + (long) shape.count() * shape.stride();
        int answer = memory.map(UringMemory.PRIVATE, size, 0, whole);
        if (answer >= 0) {
            answer = register(ring, group, shape.count(), whole[0]);
        }
        if (answer < 0) {
            memory.close();
            return answer;
        }
        into[0] = new ProvidedBuffers(ring, memory, group, shape, whole[0]);
        return 0;
    }

    private static int register(Uring ring, int group, int count, MemorySegment memory) {
        return change(ring, IoUring.IORING_REGISTER_PBUF_RING, group, memory.address(), count);
    }

    private static int change(Uring ring, int opcode, int group, long address, int count) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment argument = arena.allocate(REGISTRATION_SIZE, Long.BYTES);
            argument.set(LONG, 0, address);
            argument.set(INT, Long.BYTES, count);
            argument.set(ValueLayout.JAVA_SHORT, REGISTRATION_GROUP, (short) group);
            return ring.register(opcode, argument, 1);
        }
    }

    private static long ringSize(BufferShape shape) {
        return Math.ceilDiv(shape.count() * ENTRY_SIZE, PAGE) * PAGE;
    }

    /** The group's number, for entries that select a buffer. */
    public int group() {
        return group;
    }

    /** Count, size and stride. */
    public BufferShape shape() {
        return shape;
    }

    /** Buffer {@code id}, which is to be touched only while it is ours. */
    public MemorySegment segment(int id) {
        return buffers[id];
    }

    /**
     * Gives a buffer to the kernel, from the next {@link #publish} on. It must be ours: a buffer
     * that is there twice would be filled twice.
     */
    public void add(int id) {
        long entry = (tail & (shape.count() - 1)) * ENTRY_SIZE;
        free.set(LONG, entry, buffers[id].address());
        free.set(INT, entry + LENGTH, shape.size());
        free.set(ValueLayout.JAVA_SHORT, entry + NUMBER, (short) id);
        tail++;
    }

    /** Lets the kernel see the buffers that were added. */
    public void publish() {
        SHORTS.setRelease(free, TAIL, (short) tail);
    }

    /**
     * Takes the group from the ring, if that is still open, and unmaps the buffers. No request may
     * be under way that selects from it, or has. Closing again has no effect.
     */
    @Override
    public void close() {
        if (!memory.isOpen()) {
            return;
        }
        if (ring.isOpen()) {
            change(ring, IORING_UNREGISTER_PBUF_RING, group, 0, 0);
        }
        memory.close();
    }
}
