package io.weft.linux;

import static io.weft.linux.Sockets.AF_INET;
import static io.weft.linux.Sockets.SOCK_STREAM;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Objects;

/** Two connected sockets over loopback, and the helpers that tests share. */
final class TcpPair implements AutoCloseable {

    /** Longer than anything on loopback takes; reached only by a failing test. */
    static final long PATIENCE_NANOS = 10_000_000_000L;

    static final Sys SYS = new NativeSys(CallStates.perThread());

    final int client;
    final int server;

    private TcpPair(int client, int server) {
        this.client = client;
        this.server = server;
    }

    static TcpPair open() {
        int listener = listen();
        try {
            int client = ok(SYS.socket(AF_INET, SOCK_STREAM, 0));
            int answer = SYS.connect(client, AF_INET, localAddress(listener));
            assertThat(answer).isIn(0, -Errno.EINPROGRESS);
            await(listener, Epoll.EPOLLIN);
            int server = ok(SYS.accept(listener));
            await(client, Epoll.EPOLLOUT);
            return new TcpPair(client, server);
        } finally {
            SYS.close(listener);
        }
    }

    /** A socket that listens on a free port of 127.0.0.1. */
    static int listen() {
        int listener = ok(SYS.socket(AF_INET, SOCK_STREAM, 0));
        ok(SYS.bind(listener, AF_INET, new InetSocketAddress(ipv4Loopback(), 0)));
        ok(SYS.listen(listener, 16));
        return listener;
    }

    static InetAddress ipv4Loopback() {
        return address("127.0.0.1");
    }

    static InetAddress address(String literal) {
        return InetAddress.ofLiteral(literal);
    }

    static InetSocketAddress localAddress(int fd) {
        return Objects.requireNonNull(SYS.localAddress(fd));
    }

    /** Waits until the kernel reports one of those events, and answers what it reported. */
    static int await(int fd, int events) {
        int epoll = ok(SYS.epollCreate());
        try (EpollEvents ready = new EpollEvents(1)) {
            ok(SYS.epollCtl(epoll, Epoll.EPOLL_CTL_ADD, fd, events, fd));
            assertThat(SYS.epollWait(epoll, ready, PATIENCE_NANOS)).isEqualTo(1);
            return ready.events(0);
        } finally {
            SYS.close(epoll);
        }
    }

    /** The result of a call that must succeed. */
    static int ok(int answer) {
        assertThat(answer).withFailMessage(() -> Errno.describe(-answer)).isNotNegative();
        return answer;
    }

    @Override
    public void close() {
        SYS.close(client);
        SYS.close(server);
    }
}
