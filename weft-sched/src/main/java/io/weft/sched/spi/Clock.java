package io.weft.sched.spi;

/** Monotonic time. */
@FunctionalInterface
public interface Clock {

    /** The clock of the machine, one origin for the whole JVM. */
    Clock SYSTEM = new SystemClock();

    /** Nanoseconds from an origin in the past; never negative. */
    long nanoTime();
}
