package io.weft.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.linux.CallStates;
import io.weft.linux.Errno;
import io.weft.linux.NativeSys;
import io.weft.testkit.FaultScript;
import io.weft.testkit.FaultySys;
import io.weft.testkit.LogRecorder;
import io.weft.testkit.RecordedCall;
import io.weft.testkit.SysCall;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a listener does when the kernel refuses, and what it asks of the kernel. */
class AcceptShortageTest extends Loopback {

    private final FaultScript faults = new FaultScript();
    private final FaultySys sys = new FaultySys(new NativeSys(CallStates.perThread()), faults);
    private final LogRecorder log = new LogRecorder("io.weft.net");

    @BeforeEach
    void useFaultySys() {
        use(sys);
    }

    @AfterEach
    void stopRecording() {
        log.close();
    }

    @Test
    void oneWarningPerEpisodeNamesTheLimitAndTheCure() throws Exception {
        faults.failRange(SysCall.ACCEPT, 1, 3, Errno.EMFILE);
        TcpListener listener = listen();
        pair(listener);
        assertThat(log.warnings()).hasSize(1);
        assertThat(log.warnings().getFirst())
                .contains(listener + " cannot accept and tries again until it can: EMFILE: ")
                .contains("%,d descriptors".formatted(sys.openFilesLimit()))
                .contains("RLIMIT_NOFILE")
                .containsPattern("ulimit -n|LimitNOFILE");
        faults.failRange(SysCall.ACCEPT, 5, 6, Errno.ENFILE);
        pair(listener);
        assertThat(log.warnings()).hasSize(2);
        assertThat(log.warnings().getLast()).contains("ENFILE").contains("fs.file-max");
    }

    @Test
    void closeEndsABackOff() throws Exception {
        TcpListener listener = listenerThatPausesForAnHour(Errno.ENOBUFS);
        Running<TcpConn> accepting = go(listener::accept);
        accepting.awaitParked();
        listener.close();
        assertThatThrownBy(accepting::join)
                .cause()
                .isExactlyInstanceOf(AsynchronousCloseException.class);
    }

    @Test
    void interruptEndsABackOff() throws Exception {
        TcpListener listener = listenerThatPausesForAnHour(Errno.ENOMEM);
        Running<TcpConn> accepting = go(listener::accept);
        accepting.awaitParked();
        accepting.thread().interrupt();
        assertThatThrownBy(accepting::join)
                .cause()
                .isExactlyInstanceOf(ClosedByInterruptException.class);
        assertThat(listener.isOpen()).isFalse();
    }

    private TcpListener listenerThatPausesForAnHour(int errno) throws IOException {
        faults.failRange(SysCall.ACCEPT, 1, Long.MAX_VALUE, errno);
        long hourNanos = TimeUnit.HOURS.toNanos(1);
        AcceptBackoff backoff = new AcceptBackoff(hourNanos, hourNanos);
        ListenOptions options = ListenOptions.defaults();
        return closing(TcpListener.bind(netpoll(), ANY_PORT, options, backoff));
    }

    @Test
    void theBackOffDoubles() {
        AcceptBackoff backoff = new AcceptBackoff();
        long[] pausesMillis = new long[12];
        try (TcpListener listener = listen()) {
            for (int i = 0; i < pausesMillis.length; i++) {
                long nanos = backoff.failed(sys, listener, Errno.EMFILE);
                pausesMillis[i] = nanos / 1_000_000;
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        assertThat(pausesMillis).containsExactly(1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1000, 1000);
        backoff.succeeded();
        assertThat(log.warnings()).hasSize(1);
    }

    @Test
    void whatAcceptCannotSurviveIsThrown() throws Exception {
        faults.fail(SysCall.ACCEPT, 1, Errno.EPERM);
        TcpListener listener = listen();
        assertThatThrownBy(listener::accept)
                .isExactlyInstanceOf(SocketException.class)
                .hasMessageStartingWith("accept 127.0.0.1:" + listener.localAddress().getPort())
                .hasMessageContaining("EPERM");
        assertThat(listener.isOpen()).isTrue();
    }

    @Test
    void aPortThatIsNotAllowedSaysWhatIsNeeded() {
        faults.fail(SysCall.BIND, 1, Errno.EACCES);
        assertThatThrownBy(this::listen)
                .isExactlyInstanceOf(BindException.class)
                .hasMessageContaining("EACCES: permission denied; ports below")
                .hasMessageContaining("CAP_NET_BIND_SERVICE");
    }

    @Test
    void aSocketThatIsNotToBeHadNamesTheLimit() throws Exception {
        TcpListener listener = listen();
        faults.fail(SysCall.SOCKET, 2, Errno.EMFILE);
        assertThatThrownBy(() -> connect(listener.localAddress()))
                .isExactlyInstanceOf(SocketException.class)
                .hasMessageStartingWith("socket: EMFILE")
                .hasMessageContaining("RLIMIT_NOFILE");
    }

    @Tag("epoll")
    @Test
    void anAcceptedConnectionCostsOneCall() throws Exception {
        assertThat(callsOfAnAccept()).containsExactly(SysCall.ACCEPT);
    }

    /** The third call, which puts the socket into the table, is not one of {@link SysCall}. */
    @Tag("io_uring")
    @Test
    void anAcceptedConnectionGivesItsDescriptorBack() throws Exception {
        assertThat(callsOfAnAccept()).containsExactly(SysCall.ACCEPT, SysCall.CLOSE);
    }

    private List<SysCall> callsOfAnAccept() throws IOException {
        TcpListener listener = listen();
        TcpConn client = connect(listener.localAddress());
        long before = sys.recentCalls().size();
        TcpConn accepted = closing(listener.accept());
        List<SysCall> calls =
                sys.recentCalls().stream()
                        .skip(before)
                        .map(RecordedCall::call)
                        .filter(call -> call != SysCall.EPOLL_WAIT)
                        .toList();
        assertThat(accepted.noDelay()).isTrue();
        assertThat(client.isOpen()).isTrue();
        return calls;
    }

    @Test
    void aConnectWithoutAFreePortIsTriedAgainTwice() throws Exception {
        TcpListener listener = listen();
        faults.failRange(SysCall.CONNECT, 1, 2, Errno.EADDRNOTAVAIL);
        assertThat(connect(listener.localAddress()).isOpen()).isTrue();
        assertThat(sys.count(SysCall.SOCKET)).isEqualTo(4);
        faults.failRange(SysCall.CONNECT, 4, 6, Errno.EADDRNOTAVAIL);
        assertThatThrownBy(() -> connect(listener.localAddress()))
                .isExactlyInstanceOf(BindException.class)
                .hasMessageContaining("net.ipv4.ip_local_port_range");
        assertThat(sys.count(SysCall.CONNECT)).isEqualTo(6);
    }

    @Test
    void aMachineWithoutIpv6ListensOnIpv4() throws Exception {
        faults.fail(SysCall.SOCKET, 1, Errno.EAFNOSUPPORT);
        TcpListener listener = listen(new InetSocketAddress(0), ListenOptions.defaults());
        assertThat(listener.localAddress().getAddress().getAddress()).hasSize(4);
        faults.fail(SysCall.BIND, 2, Errno.EADDRNOTAVAIL);
        TcpListener other = listen(new InetSocketAddress(0), ListenOptions.defaults());
        assertThat(other.localAddress().getAddress().getAddress()).hasSize(4);
    }

    @Test
    void anAbortiveCloseWhileShuttingDownIsNoError() throws Exception {
        Pair pair = pair();
        pair.server().setLingerSeconds(0);
        pair.server().close();
        pair.client().awaitReadable();
        pair.client().shutdownOutput();
        pair.client().shutdownInput();
    }
}
