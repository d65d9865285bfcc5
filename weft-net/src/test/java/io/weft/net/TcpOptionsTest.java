package io.weft.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Socket options and addresses. */
class TcpOptionsTest extends Loopback {

    private static final KeepAlive PROBES =
            new KeepAlive(Duration.ofSeconds(30), Duration.ofSeconds(5), 3);

    @Test
    void noDelayIsOnUnlessSwitchedOff() throws Exception {
        Pair pair = pair();
        assertThat(pair.client().noDelay()).isTrue();
        assertThat(pair.server().noDelay()).isTrue();
        pair.client().setNoDelay(false);
        assertThat(pair.client().noDelay()).isFalse();
        ConnOptions off = ConnOptions.defaults().withNoDelay(false);
        Pair lazy = pair(listen(ANY_PORT, ListenOptions.defaults().withConnections(off)));
        assertThat(lazy.server().noDelay()).isFalse();
    }

    @Test
    void keepAliveHasThreeKnobs() throws Exception {
        Pair pair = pair();
        assertThat(pair.server().keepAlive()).isNull();
        pair.server().setKeepAlive(PROBES);
        assertThat(pair.server().keepAlive()).isEqualTo(PROBES);
        pair.server().setKeepAlive(null);
        assertThat(pair.server().keepAlive()).isNull();
    }

    @Test
    void keepAliveRefusesWhatTheKernelCannotDo() {
        Duration second = Duration.ofSeconds(1);
        assertThatThrownBy(() -> new KeepAlive(Duration.ofMillis(1500), second, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("idle must be whole seconds");
        assertThatThrownBy(() -> new KeepAlive(second, Duration.ofDays(1), 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("interval must be whole seconds");
        assertThatThrownBy(() -> new KeepAlive(second, second, 128))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("count must be 1 to 127");
    }

    @Test
    void acceptedConnectionsInheritTheListenersOptions() throws Exception {
        ConnOptions options =
                ConnOptions.defaults()
                        .withKeepAlive(PROBES)
                        .withReceiveBufferBytes(20_000)
                        .withSendBufferBytes(30_000);
        TcpListener listener = listen(ANY_PORT, ListenOptions.defaults().withConnections(options));
        Pair pair = pair(listener);
        assertThat(pair.server().keepAlive()).isEqualTo(PROBES);
        assertThat(pair.server().receiveBufferSize()).isEqualTo(20_000);
        assertThat(pair.server().sendBufferSize()).isEqualTo(30_000);
        TcpConn client =
                connect(listener.localAddress(), ConnectOptions.defaults().withConnection(options));
        assertThat(client.keepAlive()).isEqualTo(PROBES);
        assertThat(client.receiveBufferSize()).isEqualTo(20_000);
    }

    @Test
    void bufferSizesReadAsTheyWereSet() throws Exception {
        TcpConn conn = pair().client();
        conn.setReceiveBufferSize(40_000);
        conn.setSendBufferSize(50_000);
        assertThat(conn.receiveBufferSize()).isEqualTo(40_000);
        assertThat(conn.sendBufferSize()).isEqualTo(50_000);
        assertThatThrownBy(() -> conn.setSendBufferSize(0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void lingerIsOffUntilItIsSet() throws Exception {
        TcpConn conn = pair().client();
        assertThat(conn.lingerSeconds()).isEqualTo(-1);
        conn.setLingerSeconds(7);
        assertThat(conn.lingerSeconds()).isEqualTo(7);
        conn.setLingerSeconds(-5);
        assertThat(conn.lingerSeconds()).isEqualTo(-1);
    }

    @Test
    void optionsOfAClosedConnectionAreRefused() throws Exception {
        TcpConn conn = pair().client();
        conn.close();
        assertThatThrownBy(conn::noDelay).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(() -> conn.setLingerSeconds(0))
                .isInstanceOf(ClosedChannelException.class);
    }

    @Test
    void bothEndsAgreeOnTheirAddresses() throws Exception {
        Pair pair = pair();
        assertThat(pair.server().remoteAddress()).isEqualTo(pair.client().localAddress());
        assertThat(pair.client().remoteAddress()).isEqualTo(pair.server().localAddress());
        pair.server().close();
        assertThat(pair.server().remoteAddress()).isEqualTo(pair.client().localAddress());
        assertThat(pair.server()).asString().contains("127.0.0.1").contains("closed");
    }

    @Test
    void anAddressThatWasNeverAskedForIsUnknownAfterTheClose() throws Exception {
        Pair pair = pair();
        pair.server().close();
        assertThat(pair.server().remoteAddress()).isEqualTo(new InetSocketAddress(0));
        assertThat(pair.server().localAddress()).isEqualTo(new InetSocketAddress(0));
    }
}
