package io.weft.linux;

import static io.weft.linux.Downcalls.INT;
import static io.weft.linux.Downcalls.LONG;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The entries of a submission queue, {@code struct io_uring_sqe}, each named by its offset in
 * bytes, and beside each of them an operand: memory for what the kernel reads through a pointer
 * while it takes the entry, a timeout or an address. Both are free again at the same moment.
 *
 * <pre>
 *   0    1       2        4    8        16        24       28         32          40
 *   | op | flags | ioprio | fd | offset | address | length | op flags | user data | ...
 *
 *   40             42            44           48        56
 *   | buffer group | personality | file index | address 3 | 0 |
 * </pre>
 */
final class EntryMemory {

    static final int OPERAND_SIZE = 32;

    private static final long FLAGS = 1;
    private static final long IOPRIO = 2;
    private static final long OFFSET = 8;
    private static final long ADDRESS = 16;
    private static final long LENGTH_AND_FLAGS = 24;
    private static final long USER_DATA = 32;
    private static final long BUFFER_GROUP = 40;
    private static final long FILE_INDEX = 44;
    private static final long ADDRESS_3 = 48;
    private static final long REST = 56;

    private static final int IOPRIO_SHIFT = 16;
    private static final int UPPER_SHIFT = 32;
    private static final long LOWER = 0xffff_ffffL;
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private final MemorySegment entries;
    private final MemorySegment operands;

    EntryMemory(MemorySegment entries, MemorySegment operands) {
        this.entries = entries;
        this.operands = operands;
    }

    /** The first eight bytes; both architectures are little-endian. */
    static long head(int operation, int ioprio, int fd) {
        return operation | ((long) ioprio << IOPRIO_SHIFT) | ((long) fd << UPPER_SHIFT);
    }

    /** Two neighbours of four bytes. */
    static long pair(int lower, int upper) {
        return (lower & LOWER) | ((long) upper << UPPER_SHIFT);
    }

    /** Writes all 64 bytes, so that nothing is left of the request that used them before. */
    void fill(int sqe, long head, long offset, long address, long lengthAndFlags) {
        entries.set(LONG, sqe, head);
        entries.set(LONG, sqe + OFFSET, offset);
        entries.set(LONG, sqe + ADDRESS, address);
        entries.set(LONG, sqe + LENGTH_AND_FLAGS, lengthAndFlags);
        entries.set(LONG, sqe + USER_DATA, 0);
        entries.set(LONG, sqe + BUFFER_GROUP, 0);
        entries.set(LONG, sqe + ADDRESS_3, 0);
        entries.set(LONG, sqe + REST, 0);
    }

    void addFlags(int sqe, int flags) {
        byte present = entries.get(ValueLayout.JAVA_BYTE, sqe + FLAGS);
        entries.set(ValueLayout.JAVA_BYTE, sqe + FLAGS, (byte) (present | flags));
    }

    void addIoprio(int sqe, int bits) {
        short present = entries.get(ValueLayout.JAVA_SHORT, sqe + IOPRIO);
        entries.set(ValueLayout.JAVA_SHORT, sqe + IOPRIO, (short) (present | bits));
    }

    void userData(int sqe, long userData) {
        entries.set(LONG, sqe + USER_DATA, userData);
    }

    void bufferGroup(int sqe, int group) {
        entries.set(ValueLayout.JAVA_SHORT, sqe + BUFFER_GROUP, (short) group);
    }

    void fileIndex(int sqe, int value) {
        entries.set(INT, sqe + FILE_INDEX, value);
    }

    /** The kernel counts slots from 1 here, since 0 means none. */
    void slot(int sqe, int slot) {
        fileIndex(sqe, slot == UringOps.IORING_FILE_INDEX_ALLOC ? slot : slot + 1);
    }

    void address3(int sqe, long value) {
        entries.set(LONG, sqe + ADDRESS_3, value);
    }

    /** The operand as a segment of its own. */
    MemorySegment operand(int sqe) {
        return operands.asSlice(operandOffset(sqe), OPERAND_SIZE);
    }

    /** Puts a {@code struct __kernel_timespec} into the operand, and answers its address. */
    long timespec(int sqe, long nanos) {
        long offset = operandOffset(sqe);
        operands.set(LONG, offset, nanos / NANOS_PER_SECOND);
        operands.set(LONG, offset + Long.BYTES, nanos % NANOS_PER_SECOND);
        return operands.address() + offset;
    }

    private static long operandOffset(int sqe) {
        return sqe / UringParameters.ENTRY_SIZE * OPERAND_SIZE;
    }
}
