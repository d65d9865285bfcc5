package io.weft.net;

import static io.weft.linux.Errno.*;

import io.weft.linux.Errno;
import io.weft.linux.Sys;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.ProtocolException;
import java.net.SocketException;
import org.jspecify.annotations.Nullable;

/**
 * Which exception an errno becomes: the only place that decides it. The table stands in the
 * description of the package, where users find it.
 */
final class SocketErrors {

    private SocketErrors() {}

    /** For {@code socket(2)}, where no address is at fault. */
    static IOException socket(Sys sys, int errno) {
        return of("socket", null, errno, cureOfShortage(sys, errno));
    }

    /** For {@code bind(2)} and {@code listen(2)}. */
    static IOException bind(Sys sys, InetSocketAddress address, int errno) {
        return of("bind", address, errno, cureOfBind(sys, address, errno));
    }

    /** For {@code connect(2)} and what {@code SO_ERROR} says after it. */
    static IOException connect(Sys sys, InetSocketAddress address, int errno) {
        return of("connect", address, errno, cureOfConnect(sys, errno));
    }

    /** For {@code accept4(2)}, when it is neither retried nor backed off from. */
    static IOException accept(Sys sys, @Nullable InetSocketAddress address, int errno) {
        return of("accept", address, errno, cureOfShortage(sys, errno));
    }

    /** For {@code recv(2)}. */
    static IOException read(int errno) {
        return of("read", null, errno, cureOfTransfer(errno));
    }

    /** For {@code send(2)}, after a part of the bytes went out. */
    static IOException write(int errno, long sent, long length) {
        String part = sent == 0 ? "" : "; %,d of %,d bytes were sent".formatted(sent, length);
        return of("write", null, errno, cureOfTransfer(errno) + part);
    }

    /** For options, {@code shutdown(2)} and the like. */
    static IOException other(String operation, int errno) {
        return of(operation, null, errno, "");
    }

    /** What accept backs off from: the errno, the limit, who sets it, and how to raise it. */
    static String shortage(Sys sys, int errno) {
        return Errno.describe(errno) + cureOfShortage(sys, errno);
    }

    private static IOException of(
            String operation, @Nullable InetSocketAddress address, int errno, String cure) {
        String where = address == null ? "" : " " + text(address);
        String message = operation + where + ": " + Errno.describe(errno) + cure;
        return switch (errno) {
            case EADDRINUSE, EADDRNOTAVAIL -> new BindException(message);
            case EACCES ->
                    address == null ? new SocketException(message) : new BindException(message);
            case ECONNREFUSED -> new ConnectException(message);
            case ETIMEDOUT, ECONNRESET, ECONNABORTED ->
                    operation.equals("connect")
                            ? new ConnectException(message)
                            : new SocketException(message);
            case EHOSTUNREACH, ENETUNREACH, EHOSTDOWN, ENETDOWN, ENONET ->
                    new NoRouteToHostException(message);
            case EPROTO -> new ProtocolException(message);
            case EBADF, ENOTSOCK, EFAULT ->
                    throw new IllegalStateException(
                            "net: descriptor used after its end: " + message);
            default -> new SocketException(message);
        };
    }

    private static String cureOfBind(Sys sys, InetSocketAddress address, int errno) {
        int port = address.getPort();
        return switch (errno) {
            case EADDRINUSE -> "; `ss -ltnp 'sport = :%d'` shows who listens there".formatted(port);
            case EADDRNOTAVAIL -> "; no interface has this address (`ip address` lists them)";
            case EACCES ->
                    "; ports below net.ipv4.ip_unprivileged_port_start (1024 unless changed) need"
                            + " the capability CAP_NET_BIND_SERVICE";
            case EAFNOSUPPORT -> "; this machine has no IPv6";
            default -> cureOfShortage(sys, errno);
        };
    }

    private static String cureOfConnect(Sys sys, int errno) {
        return switch (errno) {
            case ECONNREFUSED -> "; nothing listens there, or a firewall rejects it";
            case EADDRNOTAVAIL ->
                    "; every local port to this destination is taken: widen"
                            + " net.ipv4.ip_local_port_range, or use more addresses on either side";
            case ETIMEDOUT -> "; the host does not answer (down, or a firewall drops the packets)";
            case EACCES, EPERM ->
                    "; a local firewall rule forbids it, or it is a broadcast address";
            case EAFNOSUPPORT -> "; this machine has no IPv6";
            case ENETUNREACH -> "; no route (`ip route get` tells more)";
            default -> cureOfShortage(sys, errno);
        };
    }

    private static String cureOfTransfer(int errno) {
        return switch (errno) {
            case ECONNRESET -> " (the peer closed it with unread data, crashed, or rejects it)";
            case EPIPE -> " (the peer has closed the connection)";
            case ETIMEDOUT -> " (the peer no longer answers)";
            case ENOBUFS, ENOMEM -> kernelMemory();
            default -> "";
        };
    }

    private static String cureOfShortage(Sys sys, int errno) {
        return switch (errno) {
            case EMFILE -> descriptorLimit(sys);
            case ENFILE ->
                    "; the whole machine is at its limit, see `sysctl fs.file-nr` and raise"
                            + " fs.file-max";
            case ENOBUFS, ENOMEM -> kernelMemory();
            default -> "";
        };
    }

    private static String descriptorLimit(Sys sys) {
        long soft = sys.openFilesLimit();
        long hard = sys.openFilesHardLimit();
        String cure =
                soft < hard
                        ? "raise it with `ulimit -n %d` before the start".formatted(hard)
                        : "raise the hard limit: LimitNOFILE= in the systemd unit, --ulimit nofile="
                                + " of the container, or /etc/security/limits.conf";
        return "; this process holds the %,d descriptors that RLIMIT_NOFILE allows it (hard limit"
                        .formatted(soft)
                + " %,d; `ls -l /proc/%d/fd` lists them): "
                        .formatted(hard, ProcessHandle.current().pid())
                + cure;
    }

    private static String kernelMemory() {
        return "; the kernel is out of socket memory, see `cat /proc/net/sockstat` and raise"
                + " net.ipv4.tcp_mem, or the memory limit of the container";
    }

    /** The address as people write it. */
    static String text(InetSocketAddress address) {
        String host =
                address.getAddress() == null
                        ? address.getHostString()
                        : address.getAddress().getHostAddress();
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + address.getPort();
    }
}
