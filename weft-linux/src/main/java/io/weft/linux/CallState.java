package io.weft.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Native memory that a system call needs beside its arguments: where errno is captured, and scratch
 * for socket addresses, option values and vectors. Reused, because allocating it costs more than
 * the call.
 *
 * <p>An instance serves one operating-system thread at a time: a call begins and ends on the same
 * carrier, so one per carrier is enough. The memory is freed by the garbage collector.
 */
public final class CallState {

    /** One cache line: instances of two carriers do not share one. */
    private static final long LINE_SIZE = 64;

    /** Room for {@code struct sockaddr_storage} and what goes with it. */
    private static final long SCRATCH_SIZE = 256;

    /** Offset in the scratch of a {@code socklen_t} that goes with an address or an option. */
    static final long LENGTH_OFFSET = 128;

    private static final StructLayout CAPTURE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO_HANDLE =
            CAPTURE.varHandle(PathElement.groupElement("errno"));

    private final MemorySegment capture;
    private final MemorySegment scratch;
    private @Nullable MemorySegment vectors;

    /** Allocates the memory; about 320 bytes, and 16 KiB more at the first gather write. */
    @SuppressWarnings("restricted")
    public CallState() {
        MemorySegment block = Arena.ofAuto().allocate(LINE_SIZE + SCRATCH_SIZE, LINE_SIZE);
        capture = block.asSlice(0, CAPTURE);
        scratch = block.asSlice(LINE_SIZE, SCRATCH_SIZE, ValueLayout.JAVA_LONG.byteAlignment());
    }

    MemorySegment capture() {
        return capture;
    }

    MemorySegment scratch() {
        return scratch;
    }

    /** {@code struct iovec[Sys.MAX_GATHER]}. */
    MemorySegment vectors() {
        MemorySegment present = vectors;
        if (present == null) {
            present = Arena.ofAuto().allocate(Sys.MAX_GATHER * Transfers.VECTOR_SIZE, LINE_SIZE);
            vectors = present;
        }
        return present;
    }

    /** Turns the answer of the C library into the kernel's: itself, or the negated errno. */
    int result(int answer) {
        return answer >= 0 ? answer : -errno();
    }

    /** Like {@link #result(int)}. */
    long result(long answer) {
        return answer >= 0 ? answer : -errno();
    }

    private int errno() {
        return (int) ERRNO_HANDLE.get(capture, 0L);
    }
}
