package io.weft.linux;

import static io.weft.linux.Sockets.IPPROTO_TCP;
import static io.weft.linux.Sockets.SOL_SOCKET;
import static io.weft.linux.TcpPair.SYS;
import static io.weft.linux.TcpPair.ok;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(30)
class SocketOptionsTest {

    private final int socket = ok(SYS.socket(Sockets.AF_INET, Sockets.SOCK_STREAM, 0));
    private final int[] value = new int[1];

    @AfterEach
    void close() {
        SYS.close(socket);
    }

    @ParameterizedTest
    @CsvSource({
        "SO_KEEPALIVE, " + SOL_SOCKET + ", " + Sockets.SO_KEEPALIVE + ", 1",
        "SO_REUSEADDR, " + SOL_SOCKET + ", " + Sockets.SO_REUSEADDR + ", 1",
        "SO_REUSEPORT, " + SOL_SOCKET + ", " + Sockets.SO_REUSEPORT + ", 1",
        "TCP_NODELAY, " + IPPROTO_TCP + ", " + Sockets.TCP_NODELAY + ", 1",
        "TCP_CORK, " + IPPROTO_TCP + ", " + Sockets.TCP_CORK + ", 1",
        "TCP_KEEPIDLE, " + IPPROTO_TCP + ", " + Sockets.TCP_KEEPIDLE + ", 123",
        "TCP_KEEPINTVL, " + IPPROTO_TCP + ", " + Sockets.TCP_KEEPINTVL + ", 45",
        "TCP_KEEPCNT, " + IPPROTO_TCP + ", " + Sockets.TCP_KEEPCNT + ", 6",
        "TCP_USER_TIMEOUT, " + IPPROTO_TCP + ", " + Sockets.TCP_USER_TIMEOUT + ", 7890",
    })
    void whatIsSetIsRead(String name, int level, int option, int wanted) {
        ok(SYS.getOption(socket, level, option, value));
        assertThat(value[0]).as(name).isNotEqualTo(wanted);
        ok(SYS.setOption(socket, level, option, wanted));
        ok(SYS.getOption(socket, level, option, value));
        assertThat(value[0]).as(name).isEqualTo(wanted);
    }

    @ParameterizedTest
    @CsvSource({"SO_SNDBUF, " + Sockets.SO_SNDBUF, "SO_RCVBUF, " + Sockets.SO_RCVBUF})
    void kernelDoublesABufferSize(String name, int option) {
        ok(SYS.setOption(socket, SOL_SOCKET, option, 32_768));
        ok(SYS.getOption(socket, SOL_SOCKET, option, value));
        assertThat(value[0]).as(name).isEqualTo(65_536);
    }

    @Test
    void typeAndDomainAndProtocolAreRead() {
        ok(SYS.getOption(socket, SOL_SOCKET, Sockets.SO_TYPE, value));
        assertThat(value[0]).isEqualTo(Sockets.SOCK_STREAM);
        ok(SYS.getOption(socket, SOL_SOCKET, Sockets.SO_DOMAIN, value));
        assertThat(value[0]).isEqualTo(Sockets.AF_INET);
        ok(SYS.getOption(socket, SOL_SOCKET, Sockets.SO_PROTOCOL, value));
        assertThat(value[0]).isEqualTo(IPPROTO_TCP);
        ok(SYS.getOption(socket, SOL_SOCKET, Sockets.SO_ACCEPTCONN, value));
        assertThat(value[0]).isZero();
    }

    @Test
    void lingerIsOffAtFirstAndCanBeSetAndSwitchedOff() {
        int[] seconds = new int[1];
        ok(SYS.getLinger(socket, seconds));
        assertThat(seconds[0]).isNegative();
        ok(SYS.setLinger(socket, 5));
        ok(SYS.getLinger(socket, seconds));
        assertThat(seconds[0]).isEqualTo(5);
        ok(SYS.setLinger(socket, 0));
        ok(SYS.getLinger(socket, seconds));
        assertThat(seconds[0]).isZero();
        ok(SYS.setLinger(socket, -1));
        ok(SYS.getLinger(socket, seconds));
        assertThat(seconds[0]).isNegative();
    }

    @Test
    void v6OnlyIsAnOptionOfIpv6Sockets() {
        int ipv6 = ok(SYS.socket(Sockets.AF_INET6, Sockets.SOCK_STREAM, 0));
        int level = Sockets.IPPROTO_IPV6;
        int answer = SYS.setOption(ipv6, level, Sockets.IPV6_V6ONLY, 1);
        int read = SYS.getOption(ipv6, level, Sockets.IPV6_V6ONLY, value);
        SYS.close(ipv6);
        assertThat(answer).isZero();
        assertThat(read).isZero();
        assertThat(value[0]).isOne();
    }

    @Test
    void failureLeavesTheValueAlone() {
        value[0] = 42;
        assertThat(SYS.getOption(socket, IPPROTO_TCP, 9_999, value)).isEqualTo(-Errno.ENOPROTOOPT);
        assertThat(SYS.setOption(-1, SOL_SOCKET, Sockets.SO_KEEPALIVE, 1)).isEqualTo(-Errno.EBADF);
        assertThat(SYS.getLinger(-1, value)).isEqualTo(-Errno.EBADF);
        assertThat(value[0]).isEqualTo(42);
    }
}
