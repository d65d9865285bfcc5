package io.weft.linux;

import static io.weft.linux.Downcalls.INT;
import static io.weft.linux.Downcalls.LONG;
import static io.weft.linux.Downcalls.POINTER;
import static io.weft.linux.Sockets.MSG_NOSIGNAL;
import static io.weft.linux.Sys.MAX_TRANSFER;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.ref.Reference;
import java.util.Objects;

/**
 * Moving bytes. {@code recv} and {@code send} are critical calls: they are made per message, work
 * on heap arrays in place, and return at once from a non-blocking socket, after a copy of at most
 * {@link Sys#MAX_TRANSFER} bytes. {@code sendmsg} is ordinary: its buffers are native, so nothing
 * is gained, and its length has no bound.
 *
 * <p>The segment around an array is not allocated, since the compiler sees its whole life: the
 * method that makes it also makes the call, whose handles are always inlined. Split over two
 * methods it is, whenever the compiler has met the second one before the first and finds it too big
 * to inline. A slice has a call and a segment of its own: its methods may have been found cold
 * while the JVM was starting, then it is allocated, 112 bytes of young garbage, and would take a
 * segment that both branches share with it.
 */
final class Transfers {

    /** Size of {@code struct iovec}: address and length. */
    static final long VECTOR_SIZE = 16;

    private static final MethodHandle RECV = transfer(Architecture.current().recvfrom());
    private static final MethodHandle SEND = transfer(Architecture.current().sendto());
    private static final MethodHandle SENDMSG =
            Downcalls.ordinary("sendmsg", FunctionDescriptor.of(LONG, INT, POINTER, INT));

    /*
     * struct msghdr of a 64-bit process:
     *
     *   0        8            16     24         32        40              48
     *   | name * | name len 4 | iov* | iov len  | control* | control len   | flags 4 |
     */
    private static final long MESSAGE_SIZE = 56;
    private static final long MESSAGE_VECTORS = 16;
    private static final long MESSAGE_VECTOR_COUNT = 24;

    private Transfers() {}

    /**
     * {@code recvfrom} or {@code sendto} without an address, through {@code syscall(2)}. The C
     * library's own {@code recv} and {@code send} are cancellation points: in a process with
     * threads each turns cancellation on and off around the call, about 1 % of a small echo.
     */
    private static MethodHandle transfer(long number) {
        FunctionDescriptor call =
                FunctionDescriptor.of(LONG, LONG, INT, POINTER, LONG, INT, LONG, LONG);
        MethodHandle withAddress = Downcalls.criticalVariadic("syscall", call, 1);
        MethodHandle withoutAddress = MethodHandles.insertArguments(withAddress, 6, 0L, 0L);
        return MethodHandles.insertArguments(withoutAddress, 1, number);
    }

    static int recv(CallState state, int fd, byte[] buffer, int offset, int length) {
        long size = size(buffer, offset, length);
        try {
            long answer =
                    offset == 0
                            ? (long) RECV.invokeExact(state.capture(), fd, whole(buffer), size, 0)
                            : (long)
                                    RECV.invokeExact(
                                            state.capture(), fd, slice(buffer, offset), size, 0);
            return (int) state.result(answer);
        } catch (Throwable failure) {
            throw Downcalls.corrupt(failure);
        }
    }

    static int recv(CallState state, int fd, MemorySegment buffer, int length) {
        long size = size(buffer, length);
        try {
            long answer = (long) RECV.invokeExact(state.capture(), fd, buffer, size, 0);
            return (int) state.result(answer);
        } catch (Throwable failure) {
            throw Downcalls.corrupt(failure);
        }
    }

    static int send(CallState state, int fd, byte[] buffer, int offset, int length) {
        long size = size(buffer, offset, length);
        int flags = MSG_NOSIGNAL;
        try {
            long answer =
                    offset == 0
                            ? (long)
                                    SEND.invokeExact(
                                            state.capture(), fd, whole(buffer), size, flags)
                            : (long)
                                    SEND.invokeExact(
                                            state.capture(),
                                            fd,
                                            slice(buffer, offset),
                                            size,
                                            flags);
            return (int) state.result(answer);
        } catch (Throwable failure) {
            throw Downcalls.corrupt(failure);
        }
    }

    static int send(CallState state, int fd, MemorySegment buffer, int length) {
        long size = size(buffer, length);
        try {
            long answer = (long) SEND.invokeExact(state.capture(), fd, buffer, size, MSG_NOSIGNAL);
            return (int) state.result(answer);
        } catch (Throwable failure) {
            throw Downcalls.corrupt(failure);
        }
    }

    static long sendGather(CallState state, int fd, MemorySegment[] buffers, int count) {
        int vectorCount = Math.min(count, Sys.MAX_GATHER);
        MemorySegment vectors = state.vectors();
        for (int i = 0; i < vectorCount; i++) {
            if (!buffers[i].isNative()) {
                throw new IllegalArgumentException("gather buffer " + i + " is not native");
            }
            vectors.set(LONG, i * VECTOR_SIZE, buffers[i].address());
            vectors.set(LONG, i * VECTOR_SIZE + Long.BYTES, buffers[i].byteSize());
        }
        MemorySegment message = state.scratch().asSlice(0, MESSAGE_SIZE);
        message.fill((byte) 0);
        message.set(POINTER, MESSAGE_VECTORS, vectors);
        message.set(LONG, MESSAGE_VECTOR_COUNT, vectorCount);
        try {
            return state.result(
                    (long) SENDMSG.invokeExact(state.capture(), fd, message, MSG_NOSIGNAL));
        } catch (Throwable failure) {
            throw Downcalls.corrupt(failure);
        } finally {
            // The kernel read these through plain addresses, which keep nothing alive.
            Reference.reachabilityFence(buffers);
            Reference.reachabilityFence(vectors);
        }
    }

    private static MemorySegment whole(byte[] buffer) {
        return MemorySegment.ofArray(buffer);
    }

    private static MemorySegment slice(byte[] buffer, int offset) {
        return MemorySegment.ofArray(buffer).asSlice(offset);
    }

    private static long size(byte[] buffer, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, buffer.length);
        return Math.min(length, MAX_TRANSFER);
    }

    private static long size(MemorySegment buffer, int length) {
        Objects.checkFromIndexSize(0, length, buffer.byteSize());
        return Math.min(length, MAX_TRANSFER);
    }
}
