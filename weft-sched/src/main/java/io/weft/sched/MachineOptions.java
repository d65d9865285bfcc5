package io.weft.sched;

import io.weft.sched.spi.OsThreads;

/**
 * How Ps change hands.
 *
 * @param timeSliceNanos how long a goroutine may run before it is asked to yield and its P is given
 *     to another M; 10 ms as in Go
 * @param spareMax how many Ms there may be beyond the number of Ps, at least 0; each is a thread
 * @param spareIdleNanos how long a spare M waits for work before it ends
 * @param osThreads what the operating system knows about the Ms' threads
 */
public record MachineOptions(
        long timeSliceNanos, int spareMax, long spareIdleNanos, OsThreads osThreads) {

    private static final long TIME_SLICE_NANOS = 10_000_000;
    private static final int SPARE_MAX = 1_000;
    private static final long SPARE_IDLE_NANOS = 10_000_000_000L;

    /** More threads than this are a mistake in a setting. */
    private static final int SPARE_LIMIT = 1_000_000;

    public MachineOptions {
        if (timeSliceNanos <= 0) {
            throw new IllegalArgumentException(
                    "the time slice must be positive: " + timeSliceNanos + " ns");
        }
        if (spareMax < 0 || spareMax > SPARE_LIMIT) {
            throw new IllegalArgumentException(
                    "the number of spare carriers must be between 0 and "
                            + SPARE_LIMIT
                            + ": "
                            + spareMax);
        }
    }

    /** Go's time slice, 1,000 spare Ms that end after 10 s without work. */
    public static MachineOptions defaults() {
        return new MachineOptions(TIME_SLICE_NANOS, SPARE_MAX, SPARE_IDLE_NANOS, OsThreads.NONE);
    }

    /** The same with another time slice. */
    public MachineOptions withTimeSlice(long nanos) {
        return new MachineOptions(nanos, spareMax, spareIdleNanos, osThreads);
    }

    /** The same with another number of spare Ms, and another time for which they stay. */
    public MachineOptions withSpares(int max, long idleNanos) {
        return new MachineOptions(timeSliceNanos, max, idleNanos, osThreads);
    }

    /** The same with another view of the operating system's threads. */
    public MachineOptions withOsThreads(OsThreads threads) {
        return new MachineOptions(timeSliceNanos, spareMax, spareIdleNanos, threads);
    }
}
