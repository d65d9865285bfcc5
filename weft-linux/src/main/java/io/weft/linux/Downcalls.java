package io.weft.linux;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Links functions of the C library. Every handle takes the segment that receives errno as its first
 * parameter.
 *
 * <p>A critical call keeps the thread in the state "in Java": it may touch heap arrays and costs
 * some ten nanoseconds less, but no safepoint can begin before it returns. It is used only for what
 * is made per message or per scheduling round and is answered at once. Every other call is an
 * ordinary one, which the garbage collector need not wait for.
 */
final class Downcalls {

    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    static final AddressLayout POINTER = ValueLayout.ADDRESS;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");

    private Downcalls() {}

    /** A call that may block or take long. */
    static MethodHandle ordinary(String symbol, FunctionDescriptor descriptor) {
        return link(symbol, descriptor, ERRNO);
    }

    /** A call that the kernel answers at once; pointers may point into the heap. */
    static MethodHandle critical(String symbol, FunctionDescriptor descriptor) {
        return link(symbol, descriptor, ERRNO, Linker.Option.critical(true));
    }

    /** A critical call with variable arguments, which begin at that index of the descriptor. */
    static MethodHandle criticalVariadic(
            String symbol, FunctionDescriptor descriptor, int firstVariadic) {
        return link(
                symbol,
                descriptor,
                ERRNO,
                Linker.Option.critical(true),
                Linker.Option.firstVariadicArg(firstVariadic));
    }

    /** A call with variable arguments, which begin at that index of the descriptor. */
    static MethodHandle variadic(String symbol, FunctionDescriptor descriptor, int firstVariadic) {
        return link(symbol, descriptor, ERRNO, Linker.Option.firstVariadicArg(firstVariadic));
    }

    /** The exception for what a linked handle can only throw when this package is wrong. */
    static IllegalStateException corrupt(Throwable failure) {
        return new IllegalStateException("linux: a linked system call threw", failure);
    }

    @SuppressWarnings("restricted")
    private static MethodHandle link(
            String symbol, FunctionDescriptor descriptor, Linker.Option... options) {
        MemorySegment address =
                LINKER.defaultLookup()
                        .find(symbol)
                        .orElseThrow(
                                () ->
                                        new UnsatisfiedLinkError(
                                                "the C library has no function " + symbol));
        return LINKER.downcallHandle(address, descriptor, options);
    }
}
