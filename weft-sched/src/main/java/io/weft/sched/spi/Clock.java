package io.weft.sched.spi;

/** Monotonic time. */
@FunctionalInterface
public interface Clock {

    /** The clock of the machine. */
    Clock SYSTEM = System::nanoTime;

    /** Nanoseconds from an arbitrary origin; differences are meaningful, values are not. */
    long nanoTime();
}
