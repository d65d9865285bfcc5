package io.weft.linux;

import static io.weft.linux.Downcalls.INT;
import static io.weft.linux.Downcalls.LONG;
import static io.weft.linux.Downcalls.POINTER;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.ref.Reference;

/**
 * {@code gettid(2)}, {@code prctl(2)} and {@code sched_setaffinity(2)}. Ordinary calls: made a few
 * times in the life of a thread, and moving one to another CPU waits until it has moved.
 */
final class ThreadCalls {

    private static final int PR_SET_TIMERSLACK = 29;
    private static final int PR_GET_TIMERSLACK = 30;

    /** glibc has a function for it only since 2.30. */
    private static final MethodHandle GETTID =
            Downcalls.variadic("syscall", FunctionDescriptor.of(LONG, LONG), 1);

    private static final MethodHandle PRCTL =
            Downcalls.variadic("prctl", FunctionDescriptor.of(INT, INT, LONG, LONG, LONG, LONG), 1);
    private static final MethodHandle SETAFFINITY =
            Downcalls.ordinary("sched_setaffinity", FunctionDescriptor.of(INT, INT, LONG, POINTER));
    private static final MethodHandle GETAFFINITY =
            Downcalls.ordinary("sched_getaffinity", FunctionDescriptor.of(INT, INT, LONG, POINTER));

    private static final long SYS_GETTID = Architecture.current().gettid();

    private ThreadCalls() {}

    static int gettid(CallState state) {
        try {
            return (int) state.result((long) GETTID.invokeExact(state.capture(), SYS_GETTID));
        } catch (Throwable failure) {
            throw Downcalls.corrupt(failure);
        }
    }

    static int setTimerSlack(CallState state, long nanos) {
        return control(state, PR_SET_TIMERSLACK, nanos);
    }

    static int timerSlack(CallState state) {
        return control(state, PR_GET_TIMERSLACK, 0);
    }

    private static int control(CallState state, int option, long value) {
        try {
            return state.result(
                    (int) PRCTL.invokeExact(state.capture(), option, value, 0L, 0L, 0L));
        } catch (Throwable failure) {
            throw Downcalls.corrupt(failure);
        }
    }

    static int setAffinity(CallState state, int tid, CpuSet cpus) {
        MemorySegment mask = cpus.mask();
        try {
            return state.result(
                    (int) SETAFFINITY.invokeExact(state.capture(), tid, mask.byteSize(), mask));
        } catch (Throwable failure) {
            throw Downcalls.corrupt(failure);
        } finally {
            // The kernel read it through a plain address, which keeps nothing alive.
            Reference.reachabilityFence(cpus);
        }
    }

    static int affinity(CallState state, int tid, CpuSet[] into) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment mask = arena.allocate(CpuSet.BYTES_MAX, Long.BYTES);
            int answer =
                    state.result(
                            (int)
                                    GETAFFINITY.invokeExact(
                                            state.capture(), tid, CpuSet.BYTES_MAX, mask));
            if (answer >= 0) {
                into[0] = CpuSet.read(mask);
            }
            return answer;
        } catch (Throwable failure) {
            throw Downcalls.corrupt(failure);
        }
    }
}
