package io.weft.linux;

/**
 * Waits for events with a timeout in nanoseconds: by {@code epoll_pwait2(2)}, and where the kernel
 * turns out not to have it, by {@code epoll_wait(2)} with the timeout rounded up to the
 * millisecond, for a timer may be late but not early.
 */
final class TimedWait {

    private static final long NANOS_PER_MILLI = 1_000_000;

    /** {@link EpollCalls#waitNanos}, or a stand-in for it in tests. */
    @FunctionalInterface
    interface NanosWait {
        int await(CallState state, int epollFd, EpollEvents events, long timeoutNanos);
    }

    private final NanosWait nanosWait;

    /**
     * Set for good once the precise call has answered that it is missing. A race only repeats the
     * failing call, so a plain field is enough.
     */
    private boolean millisOnly;

    TimedWait(NanosWait nanosWait) {
        this.nanosWait = nanosWait;
    }

    /** Blocks for at most that long, which is more than 0. */
    int await(CallState state, int epollFd, EpollEvents events, long timeoutNanos) {
        if (!millisOnly) {
            int answer = nanosWait.await(state, epollFd, events, timeoutNanos);
            if (!isMissing(answer)) {
                return answer;
            }
            millisOnly = true;
        }
        return EpollCalls.waitMillis(state, epollFd, events, roundUpToMillis(timeoutNanos));
    }

    /** The kernel says ENOSYS before 5.11; seccomp filters older than the call say EPERM. */
    private static boolean isMissing(int answer) {
        return answer == -Errno.ENOSYS || answer == -Errno.EPERM;
    }

    /** The longest wait is 24 days; after it the caller waits again. */
    static int roundUpToMillis(long timeoutNanos) {
        return (int) Math.min(Math.ceilDiv(timeoutNanos, NANOS_PER_MILLI), Integer.MAX_VALUE);
    }
}
