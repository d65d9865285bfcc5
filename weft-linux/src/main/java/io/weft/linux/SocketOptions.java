package io.weft.linux;

import static io.weft.linux.CallState.LENGTH_OFFSET;
import static io.weft.linux.Downcalls.INT;
import static io.weft.linux.Downcalls.POINTER;
import static io.weft.linux.Sockets.SOL_SOCKET;
import static io.weft.linux.Sockets.SO_LINGER;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** {@code getsockopt(2)} and {@code setsockopt(2)}: seldom made, and some take the socket lock. */
final class SocketOptions {

    private static final MethodHandle GETSOCKOPT =
            Downcalls.ordinary(
                    "getsockopt", FunctionDescriptor.of(INT, INT, INT, INT, POINTER, POINTER));
    private static final MethodHandle SETSOCKOPT =
            Downcalls.ordinary(
                    "setsockopt", FunctionDescriptor.of(INT, INT, INT, INT, POINTER, INT));

    private static final int INT_SIZE = Integer.BYTES;

    /** {@code struct linger}: an int that switches it on, an int with the seconds. */
    private static final int LINGER_SIZE = 2 * Integer.BYTES;

    private static final long LINGER_ON = 0;
    private static final long LINGER_SECONDS = Integer.BYTES;

    private SocketOptions() {}

    static int get(CallState state, int fd, int level, int name, int[] value) {
        int answer = read(state, fd, level, name, INT_SIZE);
        if (answer >= 0) {
            value[0] = state.scratch().get(INT, 0);
        }
        return answer;
    }

    static int set(CallState state, int fd, int level, int name, int value) {
        state.scratch().set(INT, 0, value);
        return write(state, fd, level, name, INT_SIZE);
    }

    static int getLinger(CallState state, int fd, int[] seconds) {
        int answer = read(state, fd, SOL_SOCKET, SO_LINGER, LINGER_SIZE);
        if (answer >= 0) {
            MemorySegment linger = state.scratch();
            boolean on = linger.get(INT, LINGER_ON) != 0;
            seconds[0] = on ? linger.get(INT, LINGER_SECONDS) : -1;
        }
        return answer;
    }

    static int setLinger(CallState state, int fd, int seconds) {
        MemorySegment linger = state.scratch();
        linger.set(INT, LINGER_ON, seconds < 0 ? 0 : 1);
        linger.set(INT, LINGER_SECONDS, Math.max(seconds, 0));
        return write(state, fd, SOL_SOCKET, SO_LINGER, LINGER_SIZE);
    }

    private static int read(CallState state, int fd, int level, int name, int size) {
        MemorySegment value = state.scratch();
        value.asSlice(0, size).fill((byte) 0);
        MemorySegment length = value.asSlice(LENGTH_OFFSET, INT);
        length.set(INT, 0, size);
        try {
            return state.result(
                    (int) GETSOCKOPT.invokeExact(state.capture(), fd, level, name, value, length));
        } catch (Throwable failure) {
            throw Downcalls.corrupt(failure);
        }
    }

    private static int write(CallState state, int fd, int level, int name, int size) {
        MemorySegment value = state.scratch();
        try {
            return state.result(
                    (int) SETSOCKOPT.invokeExact(state.capture(), fd, level, name, value, size));
        } catch (Throwable failure) {
            throw Downcalls.corrupt(failure);
        }
    }
}
