package io.weft.linux;

import static io.weft.linux.Downcalls.INT;
import static io.weft.linux.Downcalls.LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The direct descriptors of a ring: files that only it knows, by their slot in a table. A request
 * on one spares the kernel the counting of references to the file, and a socket that has only a
 * slot takes no descriptor of the process.
 *
 * <p>Calls are answered as by the kernel, and may be made from any thread. Those on a table that is
 * not registered answer {@code -ENXIO}.
 */
public final class DirectTable {

    /** The most slots that the kernel allows; {@code RLIMIT_NOFILE} bounds them as well. */
    public static final int MAX_SLOTS = 1 << 20;

    private static final int IORING_UNREGISTER_FILES = 3;
    private static final int IORING_REGISTER_FILES_UPDATE = 6;
    private static final int IORING_REGISTER_FILES2 = 13;
    private static final int IORING_REGISTER_FILE_ALLOC_RANGE = 25;

    private static final int IORING_RSRC_REGISTER_SPARSE = 1;

    /*
     *                             0           4           8         16        24
     * io_uring_rsrc_register      | slots 4   | flags 4   | 0 8     | data *  | tags *  |
     * io_uring_files_update       | slot 4    | 0 4       | fds *   |
     * io_uring_file_index_range   | first 4   | count 4   | 0 8     |
     */
    private static final long REGISTER_SIZE = 32;
    private static final long UPDATE_SIZE = 16;
    private static final long RANGE_SIZE = 16;

    private final Uring ring;

    DirectTable(Uring ring) {
        this.ring = ring;
    }

    /**
     * Registers that many empty slots: 0, {@code -EBUSY} when there is a table already, {@code
     * -EMFILE} beyond the limits.
     */
    public int register(int slots) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment argument = arena.allocate(REGISTER_SIZE, Long.BYTES);
            argument.set(INT, 0, slots);
            argument.set(INT, Integer.BYTES, IORING_RSRC_REGISTER_SPARSE);
            return ring.register(IORING_REGISTER_FILES2, argument, (int) REGISTER_SIZE);
        }
    }

    /**
     * Puts a descriptor's file into a slot, in place of what was there; the descriptor may be
     * closed afterwards. Answers 1, {@code -EINVAL} for a slot outside the table, {@code -EBADF}.
     */
    public int update(int slot, int fd) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment argument = arena.allocate(UPDATE_SIZE + Long.BYTES, Long.BYTES);
            argument.set(INT, 0, slot);
            argument.set(LONG, Long.BYTES, argument.address() + UPDATE_SIZE);
            argument.set(INT, UPDATE_SIZE, fd);
            return ring.register(IORING_REGISTER_FILES_UPDATE, argument, 1);
        }
    }

    /** Empties a slot; 1, also when it was empty. Requests under way keep their file. */
    public int clear(int slot) {
        return update(slot, -1);
    }

    /** Bounds the slots out of which the kernel chooses; explicit ones are not affected. */
    public int allocationRange(int first, int count) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment argument = arena.allocate(RANGE_SIZE, Long.BYTES);
            argument.set(INT, 0, first);
            argument.set(INT, Integer.BYTES, count);
            return ring.register(IORING_REGISTER_FILE_ALLOC_RANGE, argument, 0);
        }
    }

    /** Drops the table and every file that is only there. */
    public int unregister() {
        return ring.register(IORING_UNREGISTER_FILES, MemorySegment.NULL, 0);
    }
}
