package io.weft.net;

import io.weft.linux.Sockets;
import io.weft.linux.Sys;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Socket options by what they mean. The caller keeps the descriptor open meanwhile. */
final class SocketSettings {

    /** The kernel doubles what one sets, for its own overhead, and answers the doubled value. */
    private static final int KERNEL_OVERHEAD = 2;

    private SocketSettings() {}

    /** Sets what differs from a fresh socket; accepted sockets inherit it from their listener. */
    static void apply(Sys sys, int fd, ConnOptions options) throws IOException {
        if (options.noDelay()) {
            setNoDelay(sys, fd, true);
        }
        KeepAlive probes = options.keepAlive();
        if (probes != null) {
            setKeepAlive(sys, fd, probes);
        }
        if (options.receiveBufferBytes() > 0) {
            setBufferSize(sys, fd, Sockets.SO_RCVBUF, options.receiveBufferBytes());
        }
        if (options.sendBufferBytes() > 0) {
            setBufferSize(sys, fd, Sockets.SO_SNDBUF, options.sendBufferBytes());
        }
    }

    static boolean noDelay(Sys sys, int fd) throws IOException {
        return get(sys, fd, Sockets.IPPROTO_TCP, Sockets.TCP_NODELAY) != 0;
    }

    static void setNoDelay(Sys sys, int fd, boolean on) throws IOException {
        set(sys, fd, Sockets.IPPROTO_TCP, Sockets.TCP_NODELAY, on ? 1 : 0);
    }

    static @Nullable KeepAlive keepAlive(Sys sys, int fd) throws IOException {
        if (get(sys, fd, Sockets.SOL_SOCKET, Sockets.SO_KEEPALIVE) == 0) {
            return null;
        }
        return new KeepAlive(
                Duration.ofSeconds(get(sys, fd, Sockets.IPPROTO_TCP, Sockets.TCP_KEEPIDLE)),
                Duration.ofSeconds(get(sys, fd, Sockets.IPPROTO_TCP, Sockets.TCP_KEEPINTVL)),
                get(sys, fd, Sockets.IPPROTO_TCP, Sockets.TCP_KEEPCNT));
    }

    static void setKeepAlive(Sys sys, int fd, @Nullable KeepAlive probes) throws IOException {
        if (probes != null) {
            int idleSeconds = (int) probes.idle().toSeconds();
            int intervalSeconds = (int) probes.interval().toSeconds();
            set(sys, fd, Sockets.IPPROTO_TCP, Sockets.TCP_KEEPIDLE, idleSeconds);
            set(sys, fd, Sockets.IPPROTO_TCP, Sockets.TCP_KEEPINTVL, intervalSeconds);
            set(sys, fd, Sockets.IPPROTO_TCP, Sockets.TCP_KEEPCNT, probes.count());
        }
        set(sys, fd, Sockets.SOL_SOCKET, Sockets.SO_KEEPALIVE, probes == null ? 0 : 1);
    }

    static int bufferSize(Sys sys, int fd, int name) throws IOException {
        return get(sys, fd, Sockets.SOL_SOCKET, name) / KERNEL_OVERHEAD;
    }

    static void setBufferSize(Sys sys, int fd, int name, int bytes) throws IOException {
        if (bytes < 1) {
            throw new IllegalArgumentException("a socket buffer needs a size: " + bytes);
        }
        set(sys, fd, Sockets.SOL_SOCKET, name, bytes);
    }

    static int lingerSeconds(Sys sys, int fd) throws IOException {
        int[] seconds = new int[1];
        check("getsockopt", sys.getLinger(fd, seconds));
        return Math.max(seconds[0], -1);
    }

    static void setLingerSeconds(Sys sys, int fd, int seconds) throws IOException {
        check("setsockopt", sys.setLinger(fd, seconds));
    }

    static int get(Sys sys, int fd, int level, int name) throws IOException {
        int[] value = new int[1];
        check("getsockopt", sys.getOption(fd, level, name, value));
        return value[0];
    }

    static void set(Sys sys, int fd, int level, int name, int value) throws IOException {
        check("setsockopt", sys.setOption(fd, level, name, value));
    }

    private static void check(String call, int answer) throws IOException {
        if (answer < 0) {
            throw SocketErrors.other(call, -answer);
        }
    }
}
