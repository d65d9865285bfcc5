package io.weft.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.ClosedByInterruptException;
import org.junit.jupiter.api.Test;

/** Connecting: to what, from where, and how it fails. */
class TcpConnectTest extends Loopback {

    @Test
    void aRefusalNamesTheAddressAndTheCause() throws Exception {
        TcpListener listener = listen();
        InetSocketAddress address = listener.localAddress();
        listener.close();
        assertThatThrownBy(() -> connect(address))
                .isExactlyInstanceOf(ConnectException.class)
                .hasMessage(
                        "connect 127.0.0.1:"
                                + address.getPort()
                                + ": ECONNREFUSED: connection refused; nothing listens there, or a"
                                + " firewall rejects it");
    }

    @Test
    void anUnresolvedAddressIsAnUnknownHost() {
        InetSocketAddress nowhere = InetSocketAddress.createUnresolved("nowhere.invalid", 80);
        assertThatThrownBy(() -> connect(nowhere))
                .isExactlyInstanceOf(UnknownHostException.class)
                .hasMessageStartingWith("nowhere.invalid: ");
    }

    @Test
    void theWildcardAddressMeansThisMachine() throws Exception {
        TcpListener listener = listen();
        int port = listener.localAddress().getPort();
        TcpConn conn = connect(new InetSocketAddress("0.0.0.0", port));
        assertThat(conn.remoteAddress()).isEqualTo(listener.localAddress());
    }

    @Test
    void connectsOverIpv6() throws Exception {
        TcpListener listener =
                listen(
                        new InetSocketAddress(InetAddress.ofLiteral("::1"), 0),
                        ListenOptions.defaults());
        Pair pair = pair(listener);
        assertThat(pair.server().remoteAddress().getAddress())
                .isEqualTo(InetAddress.ofLiteral("::1"));
        assertThat(pair.server().remoteAddress()).isEqualTo(pair.client().localAddress());
    }

    @Test
    void connectsFromTheAddressThatWasAskedFor() throws Exception {
        TcpListener listener = listen();
        InetSocketAddress local = new InetSocketAddress("127.0.0.7", 0);
        TcpConn conn =
                connect(listener.localAddress(), ConnectOptions.defaults().withLocalAddress(local));
        assertThat(conn.localAddress().getAddress()).isEqualTo(local.getAddress());
        TcpConn accepted = closing(listener.accept());
        assertThat(accepted.remoteAddress()).isEqualTo(conn.localAddress());
    }

    @Test
    void aLocalAddressOfAnotherMachineIsRefused() throws Exception {
        TcpListener listener = listen();
        ConnectOptions options =
                ConnectOptions.defaults().withLocalAddress(new InetSocketAddress("192.0.2.1", 0));
        assertThatThrownBy(() -> connect(listener.localAddress(), options))
                .isExactlyInstanceOf(BindException.class)
                .hasMessageContaining("192.0.2.1")
                .hasMessageContaining("EADDRNOTAVAIL")
                .hasMessageContaining("no interface has this address");
    }

    @Test
    void aChosenLocalPortMayConnectToItself() throws Exception {
        TcpListener probe = listen();
        InetSocketAddress own = probe.localAddress();
        probe.close();
        TcpConn conn = connect(own, ConnectOptions.defaults().withLocalAddress(own));
        conn.write(new byte[] {42});
        byte[] back = new byte[1];
        conn.readFully(back);
        assertThat(back).containsExactly(42);
    }

    @Test
    void anInterruptBeforeOrDuringAConnectEndsIt() throws Exception {
        // Once the backlog is full the kernel drops what else comes, and connect waits.
        TcpListener full = listen(ANY_PORT, ListenOptions.defaults().withBacklog(1));
        connect(full.localAddress());
        connect(full.localAddress());
        Running<TcpConn> connecting = go(() -> connect(full.localAddress()));
        connecting.awaitParked();
        connecting.thread().interrupt();
        assertThatThrownBy(connecting::join)
                .cause()
                .isExactlyInstanceOf(ClosedByInterruptException.class);
        Running<TcpConn> interrupted =
                go(
                        () -> {
                            Thread.currentThread().interrupt();
                            return connect(full.localAddress());
                        });
        assertThatThrownBy(interrupted::join)
                .cause()
                .isExactlyInstanceOf(ClosedByInterruptException.class);
    }

    @Test
    void aConnectThatWaitsEndsWhenTheListenerHasRoomAgain() throws Exception {
        TcpListener full = listen(ANY_PORT, ListenOptions.defaults().withBacklog(1));
        connect(full.localAddress());
        connect(full.localAddress());
        Running<TcpConn> connecting = go(() -> connect(full.localAddress()));
        connecting.awaitParked();
        closing(full.accept());
        closing(full.accept());
        // The kernel repeats its request after a second.
        assertThat(connecting.join().isOpen()).isTrue();
        closing(full.accept());
    }
}
