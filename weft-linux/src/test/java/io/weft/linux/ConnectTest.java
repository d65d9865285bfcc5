package io.weft.linux;

import static io.weft.linux.Sockets.AF_INET;
import static io.weft.linux.Sockets.AF_INET6;
import static io.weft.linux.Sockets.SOCK_STREAM;
import static io.weft.linux.Sockets.SOL_SOCKET;
import static io.weft.linux.Sockets.SO_ERROR;
import static io.weft.linux.TcpPair.SYS;
import static io.weft.linux.TcpPair.address;
import static io.weft.linux.TcpPair.localAddress;
import static io.weft.linux.TcpPair.ok;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Bind, listen, connect, accept and the addresses of both ends, in both families. */
@Timeout(30)
class ConnectTest {

    private final Deque<Integer> open = new ArrayDeque<>();

    @AfterEach
    void closeAll() {
        open.forEach(SYS::close);
    }

    @Test
    void ipv4EndsSeeEachOther() {
        assertEndsSeeEachOther(AF_INET, address("127.0.0.1"), AF_INET, address("127.0.0.1"));
    }

    @Test
    void ipv6EndsSeeEachOther() {
        assertEndsSeeEachOther(AF_INET6, address("::1"), AF_INET6, address("::1"));
    }

    @Test
    void dualStackListenerServesIpv4AsIpv4() {
        assertEndsSeeEachOther(AF_INET6, address("::"), AF_INET, address("127.0.0.1"));
    }

    @Test
    void ipv4WildcardOnAnIpv6SocketServesIpv6() {
        assertEndsSeeEachOther(AF_INET6, address("0.0.0.0"), AF_INET6, address("::1"));
    }

    @Test
    void ipv6SocketConnectsToIpv4() {
        assertEndsSeeEachOther(AF_INET, address("127.0.0.1"), AF_INET6, address("127.0.0.1"));
    }

    @Test
    void linkLocalAddressNeedsItsScope() {
        int socket = socket(AF_INET6);
        InetSocketAddress unscoped = new InetSocketAddress(address("fe80::1"), 9);
        assertThat(SYS.connect(socket, AF_INET6, unscoped)).isEqualTo(-Errno.EINVAL);
    }

    @Test
    void acceptWithoutAClientAnswersAgain() {
        int listener = listen(AF_INET, address("127.0.0.1"));
        assertThat(SYS.accept(listener)).isEqualTo(-Errno.EAGAIN);
    }

    @Test
    void refusedConnectionIsReported() {
        int listener = listen(AF_INET, address("127.0.0.1"));
        InetSocketAddress abandoned = localAddress(listener);
        SYS.close(open.pop());
        int client = socket(AF_INET);
        int answer = SYS.connect(client, AF_INET, abandoned);
        if (answer == -Errno.EINPROGRESS) {
            TcpPair.await(client, Epoll.EPOLLOUT);
            int[] error = new int[1];
            ok(SYS.getOption(client, SOL_SOCKET, SO_ERROR, error));
            answer = -error[0];
        }
        assertThat(answer).isEqualTo(-Errno.ECONNREFUSED);
    }

    @Test
    void boundPortIsInUse() {
        int listener = listen(AF_INET, address("127.0.0.1"));
        int second = socket(AF_INET);
        assertThat(SYS.bind(second, AF_INET, localAddress(listener))).isEqualTo(-Errno.EADDRINUSE);
    }

    @Test
    void foreignAddressIsNotAvailable() {
        InetSocketAddress documentation = new InetSocketAddress(address("192.0.2.1"), 0);
        assertThat(SYS.bind(socket(AF_INET), AF_INET, documentation))
                .isEqualTo(-Errno.EADDRNOTAVAIL);
    }

    @Test
    void reusePortLetsTwoListenersShareAPort() {
        int first = socket(AF_INET);
        ok(SYS.setOption(first, SOL_SOCKET, Sockets.SO_REUSEPORT, 1));
        ok(SYS.bind(first, AF_INET, new InetSocketAddress(address("127.0.0.1"), 0)));
        ok(SYS.listen(first, 1));
        int second = socket(AF_INET);
        ok(SYS.setOption(second, SOL_SOCKET, Sockets.SO_REUSEPORT, 1));
        ok(SYS.bind(second, AF_INET, localAddress(first)));
        assertThat(SYS.listen(second, 1)).isZero();
    }

    @Test
    void unconnectedSocketHasNoPeer() {
        assertThat(SYS.remoteAddress(socket(AF_INET))).isNull();
    }

    @Test
    void unknownDomainIsRefused() {
        assertThat(SYS.socket(99, SOCK_STREAM, 0)).isEqualTo(-Errno.EAFNOSUPPORT);
    }

    private void assertEndsSeeEachOther(
            int listenDomain, InetAddress bound, int clientDomain, InetAddress target) {
        int listener = listen(listenDomain, bound);
        int client = socket(clientDomain);
        InetSocketAddress server = new InetSocketAddress(target, localAddress(listener).getPort());
        assertThat(SYS.connect(client, clientDomain, server)).isIn(0, -Errno.EINPROGRESS);
        TcpPair.await(listener, Epoll.EPOLLIN);
        int accepted = track(ok(SYS.accept(listener)));
        TcpPair.await(client, Epoll.EPOLLOUT);
        assertThat(SYS.remoteAddress(client)).isEqualTo(server);
        assertThat(SYS.localAddress(accepted)).isEqualTo(server);
        assertThat(SYS.remoteAddress(accepted)).isEqualTo(localAddress(client));
    }

    private int listen(int domain, InetAddress host) {
        int listener = socket(domain);
        ok(SYS.bind(listener, domain, new InetSocketAddress(host, 0)));
        ok(SYS.listen(listener, 16));
        return listener;
    }

    private int socket(int domain) {
        return track(ok(SYS.socket(domain, SOCK_STREAM, 0)));
    }

    private int track(int fd) {
        open.push(fd);
        return fd;
    }
}
