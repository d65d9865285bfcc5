package io.weft.testkit;

import static io.weft.testkit.Loopback.PATIENCE_NANOS;
import static io.weft.testkit.Loopback.REAL;
import static org.assertj.core.api.Assertions.assertThat;

import io.weft.linux.Epoll;
import io.weft.linux.EpollEvents;
import io.weft.linux.Errno;
import io.weft.linux.Sockets;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class FaultySysTest {

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int READ_EDGES = Epoll.EPOLLIN | Epoll.EPOLLRDHUP | Epoll.EPOLLET;

    private final FdWatcher watcher = FdWatcher.start();
    private final FaultScript script = new FaultScript();
    private final FaultySys sys = new FaultySys(REAL, script);
    private final Loopback loopback = new Loopback(sys);
    private final byte[] buffer = new byte[16];
    private int server;

    @BeforeEach
    void connect() {
        assertThat(loopback.connect()).isIn(0, -Errno.EINPROGRESS);
        server = loopback.accept();
        Loopback.await(loopback.client, Epoll.EPOLLOUT);
    }

    @AfterEach
    void closeAndWatch() {
        sys.close(server);
        loopback.close();
        watcher.assertNothingLeaked(PATIENCE);
    }

    @Test
    void failedCallConsumesNothing() {
        script.fail(SysCall.RECV, 2, Errno.EINTR);
        REAL.send(loopback.client, buffer, 0, 10);
        Loopback.await(server, Epoll.EPOLLIN);
        assertThat(sys.recv(server, buffer, 0, 4)).isEqualTo(4);
        assertThat(sys.recv(server, buffer, 0, 16)).isEqualTo(-Errno.EINTR);
        assertThat(sys.recv(server, buffer, 0, 16)).isEqualTo(6);
        assertThat(sys.count(SysCall.RECV)).isEqualTo(3);
        assertThat(sys.spoiledCalls()).isEqualTo(1);
    }

    @Test
    void transfersAreCutShort() {
        script.shortenAll(SysCall.SEND, 3).shortenAll(SysCall.RECV, 2);
        script.shortenAll(SysCall.SEND_GATHER, 5);
        assertThat(sys.send(loopback.client, buffer, 0, 16)).isEqualTo(3);
        assertThat(sys.send(loopback.client, MemorySegment.ofArray(buffer), buffer.length))
                .isEqualTo(3);
        MemorySegment[] parts = {Arena.ofAuto().allocate(4), Arena.ofAuto().allocate(4)};
        assertThat(sys.sendGather(loopback.client, parts, 2)).isEqualTo(5);
        Loopback.await(server, Epoll.EPOLLIN);
        assertThat(sys.recv(server, buffer, 0, 16)).isEqualTo(2);
        assertThat(sys.recv(server, MemorySegment.ofArray(buffer), buffer.length)).isEqualTo(2);
        assertThat(REAL.recv(server, buffer, 0, 16)).isEqualTo(7);
        assertThat(sys.spoiledCalls()).isEqualTo(5);
    }

    @Test
    void shortReadOfARegisteredSocketIsFollowedByAnEdge() {
        script.shorten(SysCall.RECV, 1, 1).fail(SysCall.RECV, 2, Errno.EAGAIN);
        int epoll = sys.epollCreate();
        try (EpollEvents events = new EpollEvents(1)) {
            sys.epollCtl(epoll, Epoll.EPOLL_CTL_ADD, server, READ_EDGES, 77);
            REAL.send(loopback.client, buffer, 0, 10);
            assertThat(sys.epollWait(epoll, events, PATIENCE_NANOS)).isEqualTo(1);
            assertThat(sys.epollWait(epoll, events, 0)).isZero();
            for (int answer : new int[] {1, -Errno.EAGAIN}) {
                assertThat(sys.recv(server, buffer, 0, 16)).isEqualTo(answer);
                assertThat(sys.epollWait(epoll, events, 0)).isEqualTo(1);
                assertThat(events.data(0)).isEqualTo(77);
            }
            assertThat(sys.recv(server, buffer, 0, 16)).isEqualTo(9);
            assertThat(sys.epollWait(epoll, events, 0)).isZero();
        } finally {
            sys.close(epoll);
        }
    }

    @Test
    void deletedOrRefusedRegistrationIsNotRenewed() {
        script.shortenAll(SysCall.RECV, 1);
        int epoll = sys.epollCreate();
        try (EpollEvents events = new EpollEvents(1)) {
            sys.epollCtl(epoll, Epoll.EPOLL_CTL_ADD, server, READ_EDGES, 77);
            assertThat(sys.epollCtl(epoll, Epoll.EPOLL_CTL_ADD, server, READ_EDGES, 78))
                    .isEqualTo(-Errno.EEXIST);
            sys.epollCtl(epoll, Epoll.EPOLL_CTL_DEL, server, 0, 0);
            REAL.send(loopback.client, buffer, 0, 10);
            Loopback.await(server, Epoll.EPOLLIN);
            assertThat(sys.recv(server, buffer, 0, 16)).isEqualTo(1);
            assertThat(sys.epollWait(epoll, events, 0)).isZero();
        } finally {
            sys.close(epoll);
        }
    }

    @Test
    void closeClosesWhateverItAnswers() {
        int socket = sys.socket(Sockets.AF_INET, Sockets.SOCK_STREAM, 0);
        script.fail(SysCall.CLOSE, sys.count(SysCall.CLOSE) + 1, Errno.EIO);
        assertThat(sys.close(socket)).isEqualTo(-Errno.EIO);
        assertThat(FdWatcher.openDescriptors()).doesNotContainKey(socket);
    }

    @Test
    void interruptedConnectGoesOn() {
        script.fail(SysCall.CONNECT, 2, Errno.EINTR);
        try (Loopback second = new Loopback(sys)) {
            assertThat(second.connect()).isEqualTo(-Errno.EINTR);
            Loopback.await(second.client, Epoll.EPOLLOUT);
            int accepted = second.accept();
            assertThat(sys.remoteAddress(accepted)).isEqualTo(REAL.localAddress(second.client));
            sys.close(accepted);
        }
    }

    @Test
    void failedConnectIsNotMade() {
        script.fail(SysCall.CONNECT, 2, Errno.ENETUNREACH);
        try (Loopback second = new Loopback(sys)) {
            assertThat(second.connect()).isEqualTo(-Errno.ENETUNREACH);
            assertThat(sys.accept(second.listener)).isEqualTo(-Errno.EAGAIN);
        }
    }

    @Test
    void spoiledAddressIsMissing() {
        script.fail(SysCall.LOCAL_ADDRESS, 1, Errno.ENOBUFS);
        assertThat(sys.localAddress(server)).isNull();
        assertThat(sys.localAddress(server)).isEqualTo(REAL.localAddress(server));
    }

    @Test
    void lastCallsAreRemembered() {
        script.fail(SysCall.SEND, 1, Errno.EPIPE);
        sys.send(server, buffer, 0, 1);
        sys.setLinger(server, 1);
        RecordedCall[] calls = sys.recentCalls().toArray(RecordedCall[]::new);
        RecordedCall send = calls[calls.length - 2];
        assertThat(send.call()).isEqualTo(SysCall.SEND);
        assertThat(send.fd()).isEqualTo(server);
        assertThat(send.toString()).endsWith("SEND(" + server + ") = EPIPE (!)");
        assertThat(calls[calls.length - 1].toString()).endsWith("SET_OPTION(" + server + ") = 0");
        assertThat(calls[0].sequence()).isZero();
    }

    @Test
    void limitsPassThrough() {
        assertThat(sys.openFilesLimit()).isEqualTo(REAL.openFilesLimit());
        assertThat(sys.openFilesHardLimit()).isEqualTo(REAL.openFilesHardLimit());
    }
}
