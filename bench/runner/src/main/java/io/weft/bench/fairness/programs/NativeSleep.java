package io.weft.bench.fairness.programs;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.TimeUnit;

/** {@code nanosleep} of the C library: blocks the OS thread, and says so to nobody. */
final class NativeSleep {

    private static final MethodHandle NANOSLEEP = nanosleep();

    private final MemorySegment length = Arena.ofAuto().allocate(ValueLayout.JAVA_LONG, 2);

    NativeSleep(long nanos) {
        long second = TimeUnit.SECONDS.toNanos(1);
        length.setAtIndex(ValueLayout.JAVA_LONG, 0, nanos / second);
        length.setAtIndex(ValueLayout.JAVA_LONG, 1, nanos % second);
    }

    /** A signal may end it before. */
    void sleep() {
        try {
            int ignored = (int) NANOSLEEP.invokeExact(length, MemorySegment.NULL);
        } catch (Throwable e) {
            throw new IllegalStateException("fairness: nanosleep cannot be called", e);
        }
    }

    @SuppressWarnings("restricted") // the command line enables native access
    private static MethodHandle nanosleep() {
        Linker linker = Linker.nativeLinker();
        FunctionDescriptor type =
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS);
        return linker.downcallHandle(linker.defaultLookup().find("nanosleep").orElseThrow(), type);
    }
}
