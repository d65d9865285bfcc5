package io.weft.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class TcpConnTest {

    @Test
    void echoesBetweenTwoThreads() throws Exception {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (PollerThreads pollers = new PollerThreads();
                TcpListener listener =
                        TcpListener.bind(pollers.netpoll(), any, ListenOptions.defaults())) {
            Thread echo =
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        try (TcpConn conn = listener.accept()) {
                                            while (true) {
                                                try (LateBuffer buffer = conn.readLate()) {
                                                    if (buffer == null) {
                                                        return;
                                                    }
                                                    conn.write(buffer);
                                                }
                                            }
                                        } catch (Exception e) {
                                            throw new IllegalStateException(e);
                                        }
                                    });
            try (TcpConn conn =
                    Connector.connect(
                            pollers.netpoll(),
                            listener.localAddress(),
                            ConnectOptions.defaults())) {
                byte[] message = "hello".getBytes(java.nio.charset.StandardCharsets.UTF_8);
                byte[] answer = new byte[message.length];
                for (int i = 0; i < 1000; i++) {
                    conn.write(message);
                    conn.readFully(answer);
                    assertThat(answer).isEqualTo(message);
                }
                conn.shutdownOutput();
                assertThat(conn.read(answer)).isEqualTo(-1);
            }
            echo.join();
        }
    }
}
