package io.weft.linux;

import static io.weft.linux.Sockets.AF_INET;
import static io.weft.linux.Sockets.AF_INET6;
import static io.weft.linux.Sockets.AF_UNIX;
import static io.weft.linux.TcpPair.address;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.weft.linux.SocketAddresses.Wildcard;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class SocketAddressesTest {

    private static final int PORT = 0xabcd;
    private static final int STALE = 0x55;

    private final MemorySegment memory = Arena.ofAuto().allocate(128, 8).fill((byte) STALE);

    @Test
    void ipv4HasTheLayoutOfTheKernel() {
        int size = encode("1.2.3.4", AF_INET, Wildcard.MAPPED);
        assertThat(hex(size)).isEqualTo("0200 abcd 01020304 0000000000000000".replace(" ", ""));
    }

    @Test
    void ipv6HasTheLayoutOfTheKernel() {
        int size = encode("2001:db8::1", AF_INET6, Wildcard.MAPPED);
        assertThat(hex(size))
                .isEqualTo(
                        "0a00 abcd 00000000 20010db8000000000000000000000001 00000000"
                                .replace(" ", ""));
    }

    @Test
    void ipv4IsMappedForAnIpv6Socket() {
        int size = encode("1.2.3.4", AF_INET6, Wildcard.MAPPED);
        assertThat(hex(size))
                .isEqualTo(
                        "0a00 abcd 00000000 00000000000000000000ffff01020304 00000000"
                                .replace(" ", ""));
        assertThat(SocketAddresses.decode(memory))
                .isEqualTo(new InetSocketAddress(address("1.2.3.4"), PORT));
    }

    @Test
    void ipv4WildcardServesBothFamiliesWhenBoundAndStaysIpv4WhenConnected() {
        encode("0.0.0.0", AF_INET6, Wildcard.BOTH_FAMILIES);
        assertThat(SocketAddresses.decode(memory))
                .isEqualTo(new InetSocketAddress(address("::"), PORT));
        encode("0.0.0.0", AF_INET6, Wildcard.MAPPED);
        assertThat(SocketAddresses.decode(memory))
                .isEqualTo(new InetSocketAddress(address("0.0.0.0"), PORT));
    }

    @Test
    void scopeIdSurvivesBothWays() throws UnknownHostException {
        Inet6Address scoped =
                Inet6Address.getByAddress("fe80::1", address("fe80::1").getAddress(), 7);
        InetSocketAddress original = new InetSocketAddress(scoped, PORT);
        SocketAddresses.encode(original, AF_INET6, Wildcard.MAPPED, memory);
        InetSocketAddress decoded = SocketAddresses.decode(memory);
        assertThat(decoded).isEqualTo(original);
        assertThat(((Inet6Address) original.getAddress()).getScopeId()).isEqualTo(7);
        assertThat(memory.get(ValueLayout.JAVA_INT, 24)).isEqualTo(7);
    }

    @Test
    void ipv6DoesNotFitAnIpv4Socket() {
        assertThat(encode("::1", AF_INET, Wildcard.MAPPED)).isEqualTo(-Errno.EAFNOSUPPORT);
        assertThat(encode("127.0.0.1", AF_UNIX, Wildcard.MAPPED)).isEqualTo(-Errno.EAFNOSUPPORT);
    }

    @Test
    void otherFamiliesAreNotDecoded() {
        memory.set(ValueLayout.JAVA_SHORT, 0, (short) AF_UNIX);
        assertThat(SocketAddresses.decode(memory)).isNull();
    }

    @Test
    void unresolvedAddressIsRefused() {
        InetSocketAddress unresolved = InetSocketAddress.createUnresolved("host.invalid", 1);
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> SocketAddresses.encode(unresolved, AF_INET, Wildcard.MAPPED, memory))
                .withMessageContaining("host.invalid");
    }

    private int encode(String host, int domain, Wildcard wildcard) {
        InetSocketAddress target = new InetSocketAddress(address(host), PORT);
        return SocketAddresses.encode(target, domain, wildcard, memory);
    }

    private String hex(int size) {
        byte[] bytes = memory.asSlice(0, size).toArray(ValueLayout.JAVA_BYTE);
        return HexFormat.of().formatHex(bytes);
    }
}
