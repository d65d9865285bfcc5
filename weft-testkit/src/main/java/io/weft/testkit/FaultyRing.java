package io.weft.testkit;

import io.weft.linux.IoUring;
import io.weft.linux.UringOps;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The submission queue of one ring, whose entries are spoiled right before the kernel reads them.
 *
 * <pre>
 *   struct io_uring_sqe   0    1       2        4    8        16        24       28
 *                         | op | flags | ioprio | fd | offset | address | length | op flags |
 * </pre>
 */
final class FaultyRing {

    private static final long OFFSET_OF_ENTRIES = 0x1000_0000;
    private static final long ENTRY_SIZE = 64;
    private static final long FLAGS = 1;
    private static final long IOPRIO = 2;
    private static final long SLOT = 4;
    private static final long LENGTH = 24;
    private static final long OPERATION_FLAGS = 28;

    /** In {@code struct io_uring_params}. */
    private static final long SUBMISSION_HEAD = 40;

    private static final long SUBMISSION_TAIL = 44;

    /** A request that does nothing completes with what its length says. */
    private static final int IORING_NOP_INJECT_RESULT = 1;

    private static final VarHandle INTS = ValueLayout.JAVA_INT.varHandle();

    private final FaultyUringSys sys;
    private final int capacity;
    private final long headOffset;
    private final long tailOffset;
    private final ReentrantLock entering = new ReentrantLock();
    private @Nullable MemorySegment queue;
    private @Nullable MemorySegment entries;

    /** Entries before this position have been looked at. Guarded by the lock. */
    private int examined;

    FaultyRing(FaultyUringSys sys, MemorySegment parameters) {
        this.sys = sys;
        capacity = parameters.get(ValueLayout.JAVA_INT, 0);
        headOffset = parameters.get(ValueLayout.JAVA_INT, SUBMISSION_HEAD);
        tailOffset = parameters.get(ValueLayout.JAVA_INT, SUBMISSION_TAIL);
    }

    /** Part of the ring was mapped. */
    void mapped(long offset, MemorySegment memory) {
        if (offset == 0) {
            queue = memory;
        } else if (offset == OFFSET_OF_ENTRIES) {
            entries = memory;
        }
    }

    /** Looks at the entries, and hands over those, at most that many. */
    int enter(int toSubmit, IntUnaryOperator kernel) {
        entering.lock();
        try {
            return kernel.applyAsInt(examine(toSubmit));
        } finally {
            entering.unlock();
        }
    }

    /** Returns how many of them there are. */
    private int examine(int toSubmit) {
        MemorySegment ring = queue;
        MemorySegment requests = entries;
        if (ring == null || requests == null) {
            throw new IllegalStateException("entered before it was mapped");
        }
        int head = (int) INTS.getAcquire(ring, headOffset);
        int tail = (int) INTS.getAcquire(ring, tailOffset);
        int count = Math.min(toSubmit, tail - head);
        if (examined - head < 0) {
            examined = head;
        }
        for (; examined - (head + count) < 0; examined++) {
            long offset = (examined & (capacity - 1)) * ENTRY_SIZE;
            examine(requests.asSlice(offset, ENTRY_SIZE));
        }
        return count;
    }

    private void examine(MemorySegment entry) {
        int operation = Byte.toUnsignedInt(entry.get(ValueLayout.JAVA_BYTE, 0));
        SysCall call =
                switch (operation) {
                    case UringOps.IORING_OP_RECV -> SysCall.RING_RECV;
                    case UringOps.IORING_OP_SEND -> SysCall.RING_SEND;
                    case UringOps.IORING_OP_POLL_ADD -> SysCall.RING_POLL;
                    case UringOps.IORING_OP_FIXED_FD_INSTALL -> SysCall.RING_DESCRIPTOR;
                    default -> null;
                };
        if (call == null) {
            return;
        }
        int slot = entry.get(ValueLayout.JAVA_INT, SLOT);
        Fault fault = sys.next(call);
        if (fault == null) {
            sys.record(call, slot, 0, false);
        } else if (fault.fails() || fault.maxBytes() == 0) {
            sys.record(call, slot, -fault.errno(), true);
            complete(entry, -fault.errno());
        } else {
            sys.record(call, slot, fault.maxBytes(), shorten(entry, call, fault.maxBytes()));
        }
    }

    /** User data and flags stay, but for what a request that does nothing must not have. */
    private static void complete(MemorySegment entry, int result) {
        entry.set(ValueLayout.JAVA_BYTE, 0, (byte) UringOps.IORING_OP_NOP);
        clearFlag(entry, IoUring.IOSQE_BUFFER_SELECT);
        entry.set(ValueLayout.JAVA_SHORT, IOPRIO, (short) 0);
        entry.set(ValueLayout.JAVA_INT, LENGTH, result);
        entry.set(ValueLayout.JAVA_INT, OPERATION_FLAGS, IORING_NOP_INJECT_RESULT);
    }

    /** A send that is cut short must say so. A receive without a length takes a whole buffer. */
    private static boolean shorten(MemorySegment entry, SysCall call, int length) {
        int asked = entry.get(ValueLayout.JAVA_INT, LENGTH);
        boolean receives = call == SysCall.RING_RECV;
        if (asked <= length && !(receives && asked == 0)) {
            return false;
        }
        entry.set(ValueLayout.JAVA_INT, LENGTH, length);
        if (receives) {
            entry.set(ValueLayout.JAVA_SHORT, IOPRIO, (short) 0); // it does not go on
        } else {
            clearFlag(entry, IoUring.IOSQE_CQE_SKIP_SUCCESS);
        }
        return true;
    }

    private static void clearFlag(MemorySegment entry, int flag) {
        byte flags = entry.get(ValueLayout.JAVA_BYTE, FLAGS);
        entry.set(ValueLayout.JAVA_BYTE, FLAGS, (byte) (flags & ~flag));
    }
}
