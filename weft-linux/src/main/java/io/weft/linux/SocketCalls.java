package io.weft.linux;

import static io.weft.linux.CallState.LENGTH_OFFSET;
import static io.weft.linux.Downcalls.INT;
import static io.weft.linux.Downcalls.POINTER;

import io.weft.linux.SocketAddresses.Wildcard;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * The life of a socket: made once per connection, so every call is an ordinary one. Several of them
 * would be wrong as critical calls: a connect over loopback runs the whole handshake, an accept may
 * wait for memory, a close waits for unsent data when {@code SO_LINGER} is on.
 */
final class SocketCalls {

    private static final FunctionDescriptor WITH_ADDRESS =
            FunctionDescriptor.of(INT, INT, POINTER, INT);
    private static final FunctionDescriptor ASKING_ADDRESS =
            FunctionDescriptor.of(INT, INT, POINTER, POINTER);

    private static final MethodHandle SOCKET =
            Downcalls.ordinary("socket", FunctionDescriptor.of(INT, INT, INT, INT));
    private static final MethodHandle BIND = Downcalls.ordinary("bind", WITH_ADDRESS);
    private static final MethodHandle LISTEN =
            Downcalls.ordinary("listen", FunctionDescriptor.of(INT, INT, INT));
    private static final MethodHandle ACCEPT4 =
            Downcalls.ordinary("accept4", FunctionDescriptor.of(INT, INT, POINTER, POINTER, INT));
    private static final MethodHandle CONNECT = Downcalls.ordinary("connect", WITH_ADDRESS);
    private static final MethodHandle SHUTDOWN =
            Downcalls.ordinary("shutdown", FunctionDescriptor.of(INT, INT, INT));
    private static final MethodHandle CLOSE =
            Downcalls.ordinary("close", FunctionDescriptor.of(INT, INT));
    private static final MethodHandle GETSOCKNAME =
            Downcalls.ordinary("getsockname", ASKING_ADDRESS);
    private static final MethodHandle GETPEERNAME =
            Downcalls.ordinary("getpeername", ASKING_ADDRESS);

    private static final int SOCKET_FLAGS = Sockets.SOCK_CLOEXEC | Sockets.SOCK_NONBLOCK;

    private SocketCalls() {}

    static int socket(CallState state, int domain, int type, int protocol) {
        try {
            return state.result(
                    (int)
                            SOCKET.invokeExact(
                                    state.capture(), domain, type | SOCKET_FLAGS, protocol));
        } catch (Throwable failure) {
            throw Downcalls.corrupt(failure);
        }
    }

    static int bind(CallState state, int fd, int domain, InetSocketAddress address) {
        MemorySegment target = state.scratch();
        int size = SocketAddresses.encode(address, domain, Wildcard.BOTH_FAMILIES, target);
        if (size < 0) {
            return size;
        }
        try {
            return state.result((int) BIND.invokeExact(state.capture(), fd, target, size));
        } catch (Throwable failure) {
            throw Downcalls.corrupt(failure);
        }
    }

    static int listen(CallState state, int fd, int backlog) {
        try {
            return state.result((int) LISTEN.invokeExact(state.capture(), fd, backlog));
        } catch (Throwable failure) {
            throw Downcalls.corrupt(failure);
        }
    }

    static int accept(CallState state, int listenFd) {
        try {
            return state.result(
                    (int)
                            ACCEPT4.invokeExact(
                                    state.capture(),
                                    listenFd,
                                    MemorySegment.NULL,
                                    MemorySegment.NULL,
                                    SOCKET_FLAGS));
        } catch (Throwable failure) {
            throw Downcalls.corrupt(failure);
        }
    }

    static int connect(CallState state, int fd, int domain, InetSocketAddress address) {
        MemorySegment target = state.scratch();
        int size = SocketAddresses.encode(address, domain, Wildcard.MAPPED, target);
        if (size < 0) {
            return size;
        }
        try {
            return state.result((int) CONNECT.invokeExact(state.capture(), fd, target, size));
        } catch (Throwable failure) {
            throw Downcalls.corrupt(failure);
        }
    }

    static int shutdown(CallState state, int fd, int how) {
        try {
            return state.result((int) SHUTDOWN.invokeExact(state.capture(), fd, how));
        } catch (Throwable failure) {
            throw Downcalls.corrupt(failure);
        }
    }

    static int close(CallState state, int fd) {
        try {
            return state.result((int) CLOSE.invokeExact(state.capture(), fd));
        } catch (Throwable failure) {
            throw Downcalls.corrupt(failure);
        }
    }

    static @Nullable InetSocketAddress localAddress(CallState state, int fd) {
        return askAddress(GETSOCKNAME, state, fd);
    }

    static @Nullable InetSocketAddress remoteAddress(CallState state, int fd) {
        return askAddress(GETPEERNAME, state, fd);
    }

    private static @Nullable InetSocketAddress askAddress(
            MethodHandle call, CallState state, int fd) {
        MemorySegment address = state.scratch();
        MemorySegment length = address.asSlice(LENGTH_OFFSET, INT);
        length.set(INT, 0, (int) LENGTH_OFFSET);
        try {
            int answer = (int) call.invokeExact(state.capture(), fd, address, length);
            return answer < 0 ? null : SocketAddresses.decode(address);
        } catch (Throwable failure) {
            throw Downcalls.corrupt(failure);
        }
    }
}
