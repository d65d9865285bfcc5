package io.weft.linux;

import static io.weft.linux.Downcalls.INT;
import static io.weft.linux.Downcalls.LONG;
import static io.weft.linux.Downcalls.POINTER;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;

/**
 * The state of a thread, out of {@code /proc/self/task/TID/stat}: {@code 4711 (its name) S 1 …}.
 *
 * <p>The file is opened each time. To keep it open would save two of three calls and cost a
 * descriptor for each carrier, out of a limit that connections need.
 */
final class ThreadState {

    private static final int AT_FDCWD = -100;
    private static final int O_RDONLY = 0;
    private static final int O_CLOEXEC = 0x80000;

    /** Enough for the number, the name, which has 15 bytes at most, and the letter. */
    private static final int HEAD_SIZE = 64;

    private static final byte[] PREFIX = "/proc/self/task/".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SUFFIX = "/stat\0".getBytes(StandardCharsets.US_ASCII);

    private static final MethodHandle OPENAT =
            Downcalls.variadic("openat", FunctionDescriptor.of(INT, INT, POINTER, INT, INT), 3);
    private static final MethodHandle READ =
            Downcalls.ordinary("read", FunctionDescriptor.of(LONG, INT, POINTER, LONG));

    private ThreadState() {}

    static int read(CallState state, int tid) {
        MemorySegment scratch = state.scratch();
        writePath(scratch, tid);
        int fd = open(state, scratch);
        if (fd < 0) {
            return fd;
        }
        int count = readHead(state, fd);
        int letter = count < 0 ? count : letter(scratch, count);
        SocketCalls.close(state, fd);
        return letter;
    }

    private static void writePath(MemorySegment target, int tid) {
        long end = put(target, 0, PREFIX);
        int digits = 1;
        for (int rest = tid / 10; rest > 0; rest /= 10) {
            digits++;
        }
        int rest = Math.max(tid, 0);
        for (int i = digits - 1; i >= 0; i--) {
            target.set(ValueLayout.JAVA_BYTE, end + i, (byte) ('0' + rest % 10));
            rest /= 10;
        }
        put(target, end + digits, SUFFIX);
    }

    private static long put(MemorySegment target, long offset, byte[] text) {
        MemorySegment.copy(text, 0, target, ValueLayout.JAVA_BYTE, offset, text.length);
        return offset + text.length;
    }

    private static int open(CallState state, MemorySegment path) {
        int flags = O_RDONLY | O_CLOEXEC;
        try {
            return state.result(
                    (int) OPENAT.invokeExact(state.capture(), AT_FDCWD, path, flags, 0));
        } catch (Throwable failure) {
            throw Downcalls.corrupt(failure);
        }
    }

    private static int readHead(CallState state, int fd) {
        MemorySegment head = state.scratch(); // the path is not needed any more
        try {
            return (int)
                    state.result(
                            (long) READ.invokeExact(state.capture(), fd, head, (long) HEAD_SIZE));
        } catch (Throwable failure) {
            throw Downcalls.corrupt(failure);
        }
    }

    /** A name may hold brackets and blanks, so the last bracket counts; only numbers follow it. */
    private static int letter(MemorySegment scratch, int count) {
        for (int i = count - 3; i >= 0; i--) {
            if (scratch.get(ValueLayout.JAVA_BYTE, i) == ')') {
                return scratch.get(ValueLayout.JAVA_BYTE, i + 2L);
            }
        }
        return -Errno.ENOENT; // an empty file: it ended between the two calls
    }
}
