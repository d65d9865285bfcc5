package io.weft.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.testkit.FdWatcher;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Listening: where, how many, and how it ends. */
class TcpListenerTest extends Loopback {

    @Test
    void theWildcardServesBothFamilies() throws Exception {
        for (InetSocketAddress any :
                List.of(
                        new InetSocketAddress(0),
                        new InetSocketAddress(InetAddress.ofLiteral("::"), 0))) {
            TcpListener listener = listen(any, ListenOptions.defaults());
            int port = listener.localAddress().getPort();
            assertThat(listener.localAddress().getAddress().isAnyLocalAddress()).isTrue();
            for (String host : List.of("127.0.0.1", "::1")) {
                InetSocketAddress address = new InetSocketAddress(host, port);
                TcpConn client = connect(address);
                TcpConn server = closing(listener.accept());
                assertThat(server.localAddress()).isEqualTo(address);
                assertThat(server.remoteAddress()).isEqualTo(client.localAddress());
            }
        }
    }

    @Test
    void ipv6OnlyLeavesIpv4Alone() throws Exception {
        TcpListener listener =
                listen(new InetSocketAddress(0), ListenOptions.defaults().withIpv6Only(true));
        int port = listener.localAddress().getPort();
        connect(new InetSocketAddress(InetAddress.ofLiteral("::1"), port));
        assertThatThrownBy(() -> connect(loopback(port))).isInstanceOf(ConnectException.class);
    }

    @Test
    void aPortInUseSaysHowToFindItsHolder() throws Exception {
        TcpListener listener = listen();
        InetSocketAddress taken = listener.localAddress();
        assertThatThrownBy(() -> listen(taken, ListenOptions.defaults()))
                .isExactlyInstanceOf(BindException.class)
                .hasMessage(
                        "bind 127.0.0.1:%1$d: EADDRINUSE: address already in use; `ss -ltnp 'sport"
                                        .formatted(taken.getPort())
                                + " = :%d'` shows who listens there".formatted(taken.getPort()));
    }

    @Test
    void anAddressOfAnotherMachineIsRefused() {
        InetSocketAddress foreign = new InetSocketAddress("192.0.2.1", 0);
        assertThatThrownBy(() -> listen(foreign, ListenOptions.defaults()))
                .isExactlyInstanceOf(BindException.class)
                .hasMessageStartingWith("bind 192.0.2.1:0: EADDRNOTAVAIL")
                .hasMessageContaining("no interface has this address");
    }

    @Test
    void anUnresolvedAddressIsAnUnknownHost() {
        InetSocketAddress nowhere = InetSocketAddress.createUnresolved("nowhere.invalid", 80);
        assertThatThrownBy(() -> listen(nowhere, ListenOptions.defaults()))
                .isExactlyInstanceOf(UnknownHostException.class);
    }

    @Test
    void closeFreesThePortAtOnce() throws Exception {
        InetSocketAddress address = ANY_PORT;
        for (int i = 0; i < 20; i++) {
            TcpListener listener = listen(address, ListenOptions.defaults());
            address = listener.localAddress();
            Running<TcpConn> accepting = go(listener::accept);
            TcpConn client = connect(address);
            accepting.join().close();
            client.close();
            Running<TcpConn> pending = go(listener::accept);
            pending.awaitParked();
            listener.close();
        }
    }

    @Test
    void closeResetsWhoWasNotAccepted() throws Exception {
        TcpListener listener = listen();
        TcpConn waiting = connect(listener.localAddress());
        listener.close();
        assertThatThrownBy(() -> waiting.read(new byte[1]))
                .isInstanceOf(SocketException.class)
                .hasMessageContaining("ECONNRESET");
    }

    @Test
    void severalListenersShareAPortIfTheyWantTo() throws Exception {
        ListenOptions shared = ListenOptions.defaults().withReusePort(true);
        TcpListener first = listen(ANY_PORT, shared);
        TcpListener second = listen(first.localAddress(), shared);
        assertThat(second.localAddress()).isEqualTo(first.localAddress());
    }

    @Test
    void oneListenerPerProcessorSharesThePort() throws Exception {
        List<TcpListener> listeners =
                TcpListener.bindPerProcessor(netpoll(), ANY_PORT, ListenOptions.defaults());
        listeners.forEach(this::closing);
        assertThat(listeners).hasSize(netpoll().processors());
        InetSocketAddress address = listeners.getFirst().localAddress();
        assertThat(listeners).allMatch(l -> l.localAddress().equals(address));
        int[] accepted = new int[listeners.size()];
        for (int i = 0; i < accepted.length; i++) {
            int number = i;
            go(() -> countAccepted(listeners.get(number), accepted, number));
        }
        // The kernel spreads by a hash of the ports: all are served after a while.
        for (int i = 0; i < 1000 && Arrays.stream(accepted).anyMatch(n -> n == 0); i++) {
            TcpConn client = connect(address);
            assertThat(client.read(new byte[1])).isEqualTo(1);
            client.close();
        }
        assertThat(accepted).doesNotContain(0);
    }

    private static int countAccepted(TcpListener listener, int[] accepted, int number)
            throws IOException {
        while (true) {
            try (TcpConn conn = listener.accept()) {
                accepted[number]++;
                conn.write(new byte[1]);
            }
        }
    }

    @Test
    void aFailedBindPerProcessorLeavesNothing() throws Exception {
        TcpListener holder = listen();
        FdWatcher watcher = FdWatcher.start();
        assertThatThrownBy(
                        () ->
                                TcpListener.bindPerProcessor(
                                        netpoll(), holder.localAddress(), ListenOptions.defaults()))
                .isInstanceOf(BindException.class);
        assertThat(watcher.leaked()).isEmpty();
    }

    @Test
    void theBacklogHoldsWhoIsNotAcceptedYet() throws Exception {
        TcpListener listener = listen();
        List<TcpConn> clients = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            clients.add(connect(listener.localAddress()));
        }
        for (TcpConn client : clients) {
            client.write(new byte[1]);
            assertThat(closing(listener.accept()).read(new byte[1])).isEqualTo(1);
        }
    }

    @Test
    void toStringSaysWhereItListens() throws Exception {
        TcpListener listener = listen();
        String address =
                listener.localAddress().getAddress() + ":" + listener.localAddress().getPort();
        assertThat(listener).hasToString("TcpListener[" + address + "]");
        listener.close();
        assertThat(listener).hasToString("TcpListener[" + address + ", closed]");
    }

    private static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }
}
