package io.weft.linux;

import static io.weft.linux.Downcalls.INT;
import static io.weft.linux.Downcalls.LONG;
import static io.weft.linux.Downcalls.POINTER;
import static io.weft.linux.IoUring.IORING_ENTER_EXT_ARG;
import static io.weft.linux.IoUring.IORING_ENTER_GETEVENTS;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;

/**
 * The three system calls of {@code io_uring(7)}, for which the C library has no functions, and the
 * mapping of memory. Critical is only the enter that does not wait; a registration may wait for
 * requests under way.
 *
 * <pre>
 *                               0           8                16             24
 * io_uring_getevents_arg        | sigmask * | size 4 | pad 4 | timespec *   |
 * </pre>
 */
final class UringCalls {

    private static final long SYS_IO_URING_SETUP = 425;
    private static final long SYS_IO_URING_ENTER = 426;
    private static final long SYS_IO_URING_REGISTER = 427;

    private static final long ARGUMENT_SIZE = 24;
    private static final long ARGUMENT_TIMEOUT = 16;

    /** Where in the scratch the {@code struct __kernel_timespec} follows the argument. */
    private static final long TIMEOUT_OFFSET = 32;

    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_SHARED_POPULATE = 0x1 | 0x8000;
    private static final int MAP_PRIVATE_ANONYMOUS = 0x2 | 0x20;

    private static final FunctionDescriptor ENTER_CALL =
            FunctionDescriptor.of(LONG, LONG, INT, INT, INT, INT, POINTER, LONG);
    private static final FunctionDescriptor ENTER_NOW_CALL =
            FunctionDescriptor.of(LONG, LONG, INT, INT, INT, INT, LONG, LONG);

    private static final MethodHandle SETUP =
            numbered(
                    Downcalls.variadic(
                            "syscall", FunctionDescriptor.of(LONG, LONG, INT, POINTER), 1),
                    SYS_IO_URING_SETUP);
    private static final MethodHandle ENTER =
            numbered(Downcalls.variadic("syscall", ENTER_CALL, 1), SYS_IO_URING_ENTER);
    private static final MethodHandle ENTER_NOW =
            withoutWait(Downcalls.criticalVariadic("syscall", ENTER_NOW_CALL, 1));
    private static final MethodHandle REGISTER =
            numbered(
                    Downcalls.variadic(
                            "syscall",
                            FunctionDescriptor.of(LONG, LONG, INT, INT, POINTER, INT),
                            1),
                    SYS_IO_URING_REGISTER);
    private static final MethodHandle MMAP =
            Downcalls.ordinary(
                    "mmap", FunctionDescriptor.of(LONG, LONG, LONG, INT, INT, INT, LONG));
    private static final MethodHandle MUNMAP =
            Downcalls.ordinary("munmap", FunctionDescriptor.of(INT, LONG, LONG));

    private UringCalls() {}

    private static MethodHandle numbered(MethodHandle syscall, long number) {
        return MethodHandles.insertArguments(syscall, 1, number);
    }

    /** Leaves descriptor, number of entries and flags. */
    private static MethodHandle withoutWait(MethodHandle syscall) {
        MethodHandle withoutArgument = MethodHandles.insertArguments(syscall, 6, 0L, 0L);
        MethodHandle withoutMinimum = MethodHandles.insertArguments(withoutArgument, 4, 0);
        return numbered(withoutMinimum, SYS_IO_URING_ENTER);
    }

    static int setup(CallState state, int entries, MemorySegment parameters) {
        try {
            return (int)
                    state.result((long) SETUP.invokeExact(state.capture(), entries, parameters));
        } catch (Throwable failure) {
            throw Downcalls.corrupt(failure);
        }
    }

    /** Does not wait. */
    static int enterNow(CallState state, int fd, int toSubmit, int flags) {
        try {
            return (int)
                    state.result(
                            (long) ENTER_NOW.invokeExact(state.capture(), fd, toSubmit, flags));
        } catch (Throwable failure) {
            throw Downcalls.corrupt(failure);
        }
    }

    /** Waits for ever, or not at all where {@code minComplete} is 0. */
    static int enter(CallState state, int fd, int toSubmit, int minComplete, int flags) {
        int allFlags = minComplete == 0 ? flags : flags | IORING_ENTER_GETEVENTS;
        try {
            return (int)
                    state.result(
                            (long)
                                    ENTER.invokeExact(
                                            state.capture(),
                                            fd,
                                            toSubmit,
                                            minComplete,
                                            allFlags,
                                            MemorySegment.NULL,
                                            0L));
        } catch (Throwable failure) {
            throw Downcalls.corrupt(failure);
        }
    }

    /** Puts the timeout that {@link #enterTimed} hands over into the scratch. */
    static void prepareTimeout(CallState state, long timeoutNanos) {
        long nanos = Math.min(timeoutNanos, UringSys.MAX_TIMEOUT_NANOS);
        MemorySegment argument = state.scratch();
        argument.set(LONG, 0, 0);
        argument.set(LONG, Long.BYTES, 0);
        argument.set(LONG, ARGUMENT_TIMEOUT, argument.address() + TIMEOUT_OFFSET);
        argument.set(LONG, TIMEOUT_OFFSET, nanos / NANOS_PER_SECOND);
        argument.set(LONG, TIMEOUT_OFFSET + Long.BYTES, nanos % NANOS_PER_SECOND);
    }

    static int enterTimed(CallState state, int fd, int toSubmit, int minComplete, int flags) {
        MemorySegment argument = state.scratch();
        int allFlags = flags | IORING_ENTER_GETEVENTS | IORING_ENTER_EXT_ARG;
        try {
            return (int)
                    state.result(
                            (long)
                                    ENTER.invokeExact(
                                            state.capture(),
                                            fd,
                                            toSubmit,
                                            minComplete,
                                            allFlags,
                                            argument,
                                            ARGUMENT_SIZE));
        } catch (Throwable failure) {
            throw Downcalls.corrupt(failure);
        }
    }

    static int register(CallState state, int fd, int opcode, MemorySegment argument, int count) {
        try {
            return (int)
                    state.result(
                            (long)
                                    REGISTER.invokeExact(
                                            state.capture(), fd, opcode, argument, count));
        } catch (Throwable failure) {
            throw Downcalls.corrupt(failure);
        }
    }

    static long map(CallState state, int fd, long length, long offset) {
        int flags = fd < 0 ? MAP_PRIVATE_ANONYMOUS : MAP_SHARED_POPULATE;
        try {
            return state.result(
                    (long)
                            MMAP.invokeExact(
                                    state.capture(),
                                    0L,
                                    length,
                                    PROT_READ_WRITE,
                                    flags,
                                    fd,
                                    offset));
        } catch (Throwable failure) {
            throw Downcalls.corrupt(failure);
        }
    }

    static int unmap(CallState state, long address, long length) {
        try {
            return state.result((int) MUNMAP.invokeExact(state.capture(), address, length));
        } catch (Throwable failure) {
            throw Downcalls.corrupt(failure);
        }
    }
}
