package io.weft.net;

import static io.weft.linux.Errno.EADDRNOTAVAIL;
import static io.weft.linux.Errno.EAFNOSUPPORT;
import static io.weft.linux.Errno.EPROTONOSUPPORT;

import io.weft.linux.Sockets;
import io.weft.linux.Sys;
import java.io.IOException;
import java.io.InputStream;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Makes a listening socket. */
final class Binder {

    /** What {@code listen(2)} took as its maximum before Linux 5.4. */
    private static final int OLD_MAX_BACKLOG = 128;

    private static final Path SOMAXCONN = Path.of("/proc/sys/net/core/somaxconn");

    private final Sys sys;
    private final ListenOptions options;

    Binder(Sys sys, ListenOptions options) {
        this.sys = sys;
        this.options = options;
    }

    /**
     * A descriptor that listens on the address. The wildcard, of either family, means both families
     * where the machine has IPv6: Java's {@code new InetSocketAddress(port)} is IPv4's wildcard and
     * means any address.
     */
    int bind(InetSocketAddress address) throws IOException {
        InetAddress ip = resolved(address);
        if (!ip.isAnyLocalAddress()) {
            int domain = ip instanceof Inet6Address ? Sockets.AF_INET6 : Sockets.AF_INET;
            return checked(address, listen(domain, address));
        }
        InetSocketAddress any = new InetSocketAddress(anyAddress(16), address.getPort());
        int answer = listen(Sockets.AF_INET6, any);
        if (isWithoutIpv6(answer) && !options.ipv6Only()) {
            any = new InetSocketAddress(anyAddress(4), address.getPort());
            answer = listen(Sockets.AF_INET, any);
        }
        return checked(any, answer);
    }

    /** The address' IP. */
    static InetAddress resolved(InetSocketAddress address) throws UnknownHostException {
        InetAddress ip = address.getAddress();
        if (ip == null) {
            throw new UnknownHostException(
                    address.getHostString() + ": the name could not be resolved to an address");
        }
        return ip;
    }

    /** A listening descriptor, or a negated errno, and then no descriptor is left. */
    private int listen(int domain, InetSocketAddress address) throws IOException {
        int fd = sys.socket(domain, Sockets.SOCK_STREAM, Sockets.IPPROTO_TCP);
        if (fd < 0) {
            if (fd == -EAFNOSUPPORT || fd == -EPROTONOSUPPORT) {
                return fd;
            }
            throw SocketErrors.socket(sys, -fd);
        }
        boolean listening = false;
        try {
            prepare(fd, domain);
            int answer = sys.bind(fd, domain, address);
            if (answer == 0) {
                answer = sys.listen(fd, backlog());
            }
            listening = answer == 0;
            return listening ? fd : answer;
        } finally {
            if (!listening) {
                sys.close(fd);
            }
        }
    }

    /** Sets what must be set before bind, and what accepted sockets inherit. */
    private void prepare(int fd, int domain) throws IOException {
        SocketSettings.set(sys, fd, Sockets.SOL_SOCKET, Sockets.SO_REUSEADDR, 1);
        if (options.reusePort()) {
            SocketSettings.set(sys, fd, Sockets.SOL_SOCKET, Sockets.SO_REUSEPORT, 1);
        }
        if (domain == Sockets.AF_INET6) {
            int only = options.ipv6Only() ? 1 : 0;
            SocketSettings.set(sys, fd, Sockets.IPPROTO_IPV6, Sockets.IPV6_V6ONLY, only);
        }
        SocketSettings.apply(sys, fd, options.connections());
    }

    private int backlog() {
        return options.backlog() > 0 ? options.backlog() : Somaxconn.VALUE;
    }

    private int checked(InetSocketAddress address, int answer) throws IOException {
        if (answer < 0) {
            throw SocketErrors.bind(sys, address, -answer);
        }
        return answer;
    }

    private static boolean isWithoutIpv6(int answer) {
        return answer == -EAFNOSUPPORT || answer == -EPROTONOSUPPORT || answer == -EADDRNOTAVAIL;
    }

    private static InetAddress anyAddress(int length) throws UnknownHostException {
        return InetAddress.getByAddress(new byte[length]);
    }

    /** The machine's largest backlog, read when it is first needed. */
    private static final class Somaxconn {

        private static final int MAX_DIGITS = 16;

        static final int VALUE = read();

        /**
         * In one read: the kernel answers a second read of such a file with its end, and {@link
         * Files#readString} begins with a read of a single byte.
         */
        private static int read() {
            byte[] digits = new byte[MAX_DIGITS];
            try (InputStream file = Files.newInputStream(SOMAXCONN)) {
                int length = Math.max(file.read(digits), 0);
                String text = new String(digits, 0, length, StandardCharsets.US_ASCII);
                return Integer.parseInt(text.strip());
            } catch (IOException | NumberFormatException unreadable) {
                return OLD_MAX_BACKLOG;
            }
        }
    }
}
