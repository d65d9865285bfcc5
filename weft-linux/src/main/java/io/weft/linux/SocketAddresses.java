package io.weft.linux;

import static io.weft.linux.Sockets.AF_INET;
import static io.weft.linux.Sockets.AF_INET6;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * {@link InetSocketAddress} to and from {@code struct sockaddr_in} and {@code sockaddr_in6}.
 *
 * <pre>
 *              0        2      4            8             24
 * sockaddr_in  | family | port | address 4  |
 * sockaddr_in6 | family | port | flow info  | address 16  | scope id |
 * </pre>
 *
 * Family and scope id are in the machine's byte order; port, flow info and address in the
 * network's.
 */
final class SocketAddresses {

    /** What a wildcard IPv4 address becomes on an IPv6 socket. */
    enum Wildcard {
        /** {@code ::}, for bind: both families are served. */
        BOTH_FAMILIES,

        /** {@code ::ffff:0.0.0.0}, for connect: reaches this machine over IPv4, as asked. */
        MAPPED
    }

    /** Size of {@code struct sockaddr_in}. */
    static final int INET_SIZE = 16;

    /** Size of {@code struct sockaddr_in6}. */
    static final int INET6_SIZE = 28;

    private static final long FAMILY = 0;
    private static final long PORT = 2;
    private static final long INET_ADDRESS = 4;
    private static final long FLOW_INFO = 4;
    private static final long INET6_ADDRESS = 8;
    private static final long SCOPE = 24;

    private static final int INET_LENGTH = 4;
    private static final int INET6_LENGTH = 16;

    /** Where the IPv4 address stands in an IPv6 address that maps it. */
    private static final int MAPPED_START = 12;

    private static final ValueLayout.OfShort HOST_SHORT = ValueLayout.JAVA_SHORT;
    private static final ValueLayout.OfInt HOST_INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfShort NETWORK_SHORT =
            ValueLayout.JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN);

    private SocketAddresses() {}

    /**
     * Writes the address for a socket of that domain.
     *
     * @return the size in bytes, or {@code -EAFNOSUPPORT} when the domain cannot carry the address
     * @throws IllegalArgumentException if the address is not resolved
     */
    static int encode(
            InetSocketAddress address, int domain, Wildcard wildcard, MemorySegment target) {
        InetAddress host = address.getAddress();
        if (host == null) {
            throw new IllegalArgumentException("unresolved address: " + address);
        }
        if (domain == AF_INET6) {
            target.fill((byte) 0);
            encodeHost6(host, wildcard, target);
            encodePort(AF_INET6, address.getPort(), target);
            return INET6_SIZE;
        }
        if (domain != AF_INET || !(host instanceof Inet4Address)) {
            return -Errno.EAFNOSUPPORT;
        }
        target.fill((byte) 0);
        copy(host.getAddress(), target, INET_ADDRESS);
        encodePort(AF_INET, address.getPort(), target);
        return INET_SIZE;
    }

    /** Reads an address that the kernel wrote; null when it is of another family. */
    static @Nullable InetSocketAddress decode(MemorySegment source) {
        int port = Short.toUnsignedInt(source.get(NETWORK_SHORT, PORT));
        return switch (source.get(HOST_SHORT, FAMILY)) {
            case AF_INET -> new InetSocketAddress(host4(source), port);
            case AF_INET6 -> new InetSocketAddress(host6(source), port);
            default -> null;
        };
    }

    private static void encodePort(int domain, int port, MemorySegment target) {
        target.set(HOST_SHORT, FAMILY, (short) domain);
        target.set(NETWORK_SHORT, PORT, (short) port);
    }

    private static void encodeHost6(InetAddress host, Wildcard wildcard, MemorySegment target) {
        target.set(HOST_INT, FLOW_INFO, 0);
        if (host instanceof Inet6Address host6) {
            copy(host6.getAddress(), target, INET6_ADDRESS);
            target.set(HOST_INT, SCOPE, host6.getScopeId());
            return;
        }
        if (host.isAnyLocalAddress() && wildcard == Wildcard.BOTH_FAMILIES) {
            return;
        }
        target.set(HOST_SHORT, INET6_ADDRESS + MAPPED_START - Short.BYTES, (short) 0xffff);
        copy(host.getAddress(), target, INET6_ADDRESS + MAPPED_START);
    }

    private static void copy(byte[] bytes, MemorySegment target, long offset) {
        MemorySegment.copy(bytes, 0, target, ValueLayout.JAVA_BYTE, offset, bytes.length);
    }

    private static InetAddress host4(MemorySegment source) {
        return host(bytes(source, INET_ADDRESS, INET_LENGTH), 0);
    }

    private static InetAddress host6(MemorySegment source) {
        return host(bytes(source, INET6_ADDRESS, INET6_LENGTH), source.get(HOST_INT, SCOPE));
    }

    private static byte[] bytes(MemorySegment source, long offset, int length) {
        byte[] bytes = new byte[length];
        MemorySegment.copy(source, ValueLayout.JAVA_BYTE, offset, bytes, 0, length);
        return bytes;
    }

    /** A mapped IPv4 address comes out as an {@link Inet4Address}: the JDK unmaps it. */
    private static InetAddress host(byte[] bytes, int scope) {
        try {
            return scope == 0
                    ? InetAddress.getByAddress(bytes)
                    : Inet6Address.getByAddress(null, bytes, scope);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("linux: address of " + bytes.length + " bytes", e);
        }
    }
}
