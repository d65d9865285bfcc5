package io.weft.linux;

import static io.weft.linux.Downcalls.INT;
import static io.weft.linux.Downcalls.LONG;
import static io.weft.linux.Downcalls.POINTER;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** {@code sysconf(3)} and {@code getrlimit(2)}: ordinary calls, made once or seldom. */
final class SystemLimits {

    private static final int RLIMIT_NOFILE = 7;
    private static final long SOFT_OFFSET = 0;
    private static final long HARD_OFFSET = 8;

    private static final MethodHandle SYSCONF =
            Downcalls.ordinary("sysconf", FunctionDescriptor.of(LONG, INT));
    private static final MethodHandle GETRLIMIT =
            Downcalls.ordinary("getrlimit", FunctionDescriptor.of(INT, INT, POINTER));

    private SystemLimits() {}

    /** Does nothing but link this class. */
    static void probe() {}

    /** The value, or -1 where it has no limit or the name is unknown. */
    static long sysconf(CallState state, int name) {
        try {
            return (long) SYSCONF.invokeExact(state.capture(), name);
        } catch (Throwable failure) {
            throw Downcalls.corrupt(failure);
        }
    }

    static long openFilesSoft(CallState state) {
        return openFiles(state, SOFT_OFFSET);
    }

    static long openFilesHard(CallState state) {
        return openFiles(state, HARD_OFFSET);
    }

    private static long openFiles(CallState state, long offset) {
        MemorySegment limit = state.scratch();
        try {
            int answer = (int) GETRLIMIT.invokeExact(state.capture(), RLIMIT_NOFILE, limit);
            if (answer < 0) {
                return state.result(answer);
            }
        } catch (Throwable failure) {
            throw Downcalls.corrupt(failure);
        }
        long value = limit.get(LONG, offset);
        return value < 0 ? Long.MAX_VALUE : value; // RLIM_INFINITY is all ones
    }
}
