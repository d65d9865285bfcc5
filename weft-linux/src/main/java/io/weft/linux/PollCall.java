package io.weft.linux;

import static io.weft.linux.Downcalls.INT;
import static io.weft.linux.Downcalls.LONG;
import static io.weft.linux.Downcalls.POINTER;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * {@code poll(2)} of one descriptor without waiting; answered at once, so a critical call.
 *
 * <pre>
 *               0    4        6
 * struct pollfd | fd | events | revents |
 * </pre>
 */
final class PollCall {

    private static final long EVENTS = 4;
    private static final long READY_EVENTS = 6;

    private static final MethodHandle POLL =
            Downcalls.critical("poll", FunctionDescriptor.of(INT, POINTER, LONG, INT));

    private PollCall() {}

    /** The ready events, which may be none. */
    static int poll(CallState state, int fd, int events) {
        MemorySegment entry = state.scratch();
        entry.set(INT, 0, fd);
        entry.set(ValueLayout.JAVA_SHORT, EVENTS, (short) events);
        entry.set(ValueLayout.JAVA_SHORT, READY_EVENTS, (short) 0);
        try {
            int answer = state.result((int) POLL.invokeExact(state.capture(), entry, 1L, 0));
            return answer <= 0
                    ? answer
                    : Short.toUnsignedInt(entry.get(ValueLayout.JAVA_SHORT, READY_EVENTS));
        } catch (Throwable failure) {
            throw Downcalls.corrupt(failure);
        }
    }
}
