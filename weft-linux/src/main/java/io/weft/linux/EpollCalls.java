package io.weft.linux;

import static io.weft.linux.Downcalls.INT;
import static io.weft.linux.Downcalls.LONG;
import static io.weft.linux.Downcalls.POINTER;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * {@code epoll(7)} and {@code eventfd(2)}. Critical are the two calls of the scheduler's rounds
 * that the kernel answers at once: the wait with timeout 0, and the write that wakes a poller. A
 * registration may wait for memory or for the mutex of a busy epoll instance, so it is ordinary, as
 * are waits with a timeout.
 */
final class EpollCalls {

    /** {@code epoll_pwait2} on x86-64 and aarch64; glibc has a function for it only since 2.35. */
    private static final long SYS_EPOLL_PWAIT2 = 441;

    private static final long KERNEL_SIGSET_SIZE = 8;
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private static final FunctionDescriptor WAIT =
            FunctionDescriptor.of(INT, INT, POINTER, INT, INT);

    private static final MethodHandle CREATE =
            Downcalls.ordinary("epoll_create1", FunctionDescriptor.of(INT, INT));
    private static final MethodHandle CTL =
            Downcalls.ordinary("epoll_ctl", FunctionDescriptor.of(INT, INT, INT, INT, POINTER));
    private static final MethodHandle WAIT_BLOCKING = Downcalls.ordinary("epoll_wait", WAIT);
    private static final MethodHandle WAIT_NOW = Downcalls.critical("epoll_wait", WAIT);
    private static final MethodHandle PWAIT2 =
            Downcalls.variadic(
                    "syscall",
                    FunctionDescriptor.of(LONG, LONG, LONG, POINTER, LONG, POINTER, POINTER, LONG),
                    1);
    private static final MethodHandle EVENTFD =
            Downcalls.ordinary("eventfd", FunctionDescriptor.of(INT, INT, INT));
    private static final MethodHandle WRITE =
            Downcalls.critical("write", FunctionDescriptor.of(LONG, INT, POINTER, LONG));

    private static final int DATA_OFFSET = Architecture.current().epollDataOffset();

    private EpollCalls() {}

    static int create(CallState state) {
        try {
            return state.result((int) CREATE.invokeExact(state.capture(), Epoll.EPOLL_CLOEXEC));
        } catch (Throwable failure) {
            throw Downcalls.corrupt(failure);
        }
    }

    /** Puts the event that {@link #control} hands over into the scratch. */
    static void prepareEvent(CallState state, int events, long data) {
        MemorySegment event = state.scratch();
        event.set(ValueLayout.JAVA_INT_UNALIGNED, 0, events);
        event.set(ValueLayout.JAVA_LONG_UNALIGNED, DATA_OFFSET, data);
    }

    static int control(CallState state, int epollFd, int operation, int fd) {
        MemorySegment event = state.scratch();
        try {
            return state.result(
                    (int) CTL.invokeExact(state.capture(), epollFd, operation, fd, event));
        } catch (Throwable failure) {
            throw Downcalls.corrupt(failure);
        }
    }

    /** Does not block. */
    static int waitNow(CallState state, int epollFd, EpollEvents events) {
        try {
            return state.result(
                    (int)
                            WAIT_NOW.invokeExact(
                                    state.capture(),
                                    epollFd,
                                    events.memory(),
                                    events.capacity(),
                                    0));
        } catch (Throwable failure) {
            throw Downcalls.corrupt(failure);
        }
    }

    /** Blocks, for ever when {@code timeoutMillis} is negative. */
    static int waitMillis(CallState state, int epollFd, EpollEvents events, int timeoutMillis) {
        try {
            return state.result(
                    (int)
                            WAIT_BLOCKING.invokeExact(
                                    state.capture(),
                                    epollFd,
                                    events.memory(),
                                    events.capacity(),
                                    timeoutMillis));
        } catch (Throwable failure) {
            throw Downcalls.corrupt(failure);
        }
    }

    /** Blocks; {@code -ENOSYS}, or {@code -EPERM} from an old seccomp filter, where missing. */
    static int waitNanos(CallState state, int epollFd, EpollEvents events, long timeoutNanos) {
        MemorySegment timeout = state.scratch();
        timeout.set(LONG, 0, timeoutNanos / NANOS_PER_SECOND);
        timeout.set(LONG, Long.BYTES, timeoutNanos % NANOS_PER_SECOND);
        try {
            return (int)
                    state.result(
                            (long)
                                    PWAIT2.invokeExact(
                                            state.capture(),
                                            SYS_EPOLL_PWAIT2,
                                            (long) epollFd,
                                            events.memory(),
                                            (long) events.capacity(),
                                            timeout,
                                            MemorySegment.NULL,
                                            KERNEL_SIGSET_SIZE));
        } catch (Throwable failure) {
            throw Downcalls.corrupt(failure);
        }
    }

    static int eventfd(CallState state) {
        int flags = Epoll.EFD_CLOEXEC | Epoll.EFD_NONBLOCK;
        try {
            return state.result((int) EVENTFD.invokeExact(state.capture(), 0, flags));
        } catch (Throwable failure) {
            throw Downcalls.corrupt(failure);
        }
    }

    static int eventfdSignal(CallState state, int fd) {
        MemorySegment one = state.scratch();
        one.set(LONG, 0, 1);
        try {
            return (int)
                    state.result(
                            (long) WRITE.invokeExact(state.capture(), fd, one, (long) Long.BYTES));
        } catch (Throwable failure) {
            throw Downcalls.corrupt(failure);
        }
    }
}
