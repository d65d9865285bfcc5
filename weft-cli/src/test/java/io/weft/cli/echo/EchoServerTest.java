package io.weft.cli.echo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.Weft;
import io.weft.WeftRuntime;
import io.weft.testkit.FdWatcher;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class EchoServerTest {

    private static final long LONG = TimeUnit.SECONDS.toNanos(10);
    private static final long SHORT = TimeUnit.MILLISECONDS.toNanos(100);

    private final WeftRuntime runtime = Weft.builder().procs(2).name("echo").build();

    private final List<EchoServer> servers = new ArrayList<>();

    /** The runtime waits for its goroutines, so a failed test must not leave a server. */
    @AfterEach
    void end() throws InterruptedException {
        for (EchoServer server : servers) {
            server.drain(SHORT);
        }
        runtime.close();
    }

    @Test
    void sendsBackAndCounts() throws Exception {
        EchoServer server = start(false);
        try (Socket client = connect(server)) {
            assertThat(echoed(client, "hello")).isEqualTo("hello");
            assertThat(echoed(client, "again")).isEqualTo("again");
            awaitTotals(server, new EchoTotals(1, 1, 2, 10, 0));
        }

        assertThat(server.drain(LONG)).isZero();
        assertThat(server.totals()).isEqualTo(new EchoTotals(1, 0, 2, 10, 0));
    }

    @Test
    void eachProcessorMayHaveItsOwnListener() throws Exception {
        EchoServer server = start(true);
        for (int i = 0; i < 20; i++) {
            try (Socket client = connect(server)) {
                assertThat(echoed(client, "hello")).isEqualTo("hello");
            }
        }

        server.drain(LONG);
        assertThat(server.totals().connections()).isEqualTo(20);
    }

    @Test
    void theDrainEndsIdleConnections() throws Exception {
        EchoServer server = start(false);
        try (Socket client = connect(server)) {
            echoed(client, "hello");

            assertThat(server.drain(LONG)).isZero();
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            assertThatThrownBy(() -> connect(server)).isInstanceOf(ConnectException.class);
        }
    }

    @Test
    void theDrainCutsAPeerThatDoesNotRead() throws Exception {
        EchoServer server = start(false);
        try (Socket client = connect(server)) {
            Thread writer = Thread.ofPlatform().start(() -> writeWithoutReading(client));
            awaitStandstill(server);

            assertThat(server.drain(SHORT)).isEqualTo(1);
            assertThat(server.totals().open()).isZero();
            assertThat(server.totals().errors()).isEqualTo(1);
            // The reset that follows a cut ends the writer.
            writer.join();
        }
    }

    @Test
    void aResetIsAnErrorOfThatConnectionOnly() throws Exception {
        EchoServer server = start(false);
        try (Socket other = connect(server)) {
            Socket reset = connect(server);
            echoed(reset, "hello");
            reset.setSoLinger(true, 0);
            reset.close();

            awaitTotals(server, new EchoTotals(2, 1, 1, 5, 1));
            assertThat(echoed(other, "hello")).isEqualTo("hello");
        }
        server.drain(LONG);
    }

    @Test
    void aTakenPortNamesPortAndCure() throws Exception {
        EchoServer server = start(false);

        assertThatThrownBy(() -> EchoServer.start(runtime, server.address(), false))
                .isInstanceOf(BindException.class)
                .hasMessageContaining("EADDRINUSE")
                .hasMessageContaining(String.valueOf(server.address().getPort()));
        server.drain(LONG);
    }

    @Test
    void aPeerThatIsSilentForTooLongIsCut() throws Exception {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        EchoServer server = EchoServer.start(runtime, address, false, Duration.ofMillis(200));
        servers.add(server);
        try (Socket client = connect(server)) {
            assertThat(echoed(client, "hello")).isEqualTo("hello");
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
        server.drain(LONG);
        assertThat(server.totals()).isEqualTo(new EchoTotals(1, 0, 1, 5, 1));
    }

    @Test
    void nothingIsLeftOpen() throws Exception {
        FdWatcher watcher = FdWatcher.start();
        EchoServer server = start(false);
        for (int i = 0; i < 10; i++) {
            try (Socket client = connect(server)) {
                echoed(client, "hello");
            }
        }
        server.drain(LONG);

        watcher.assertNothingLeaked(Duration.ofSeconds(5));
    }

    private EchoServer start(boolean perProcessor) throws IOException {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        EchoServer server = EchoServer.start(runtime, address, perProcessor);
        servers.add(server);
        return server;
    }

    private static Socket connect(EchoServer server) throws IOException {
        return new Socket(server.address().getAddress(), server.address().getPort());
    }

    private static String echoed(Socket client, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        client.getOutputStream().write(bytes);
        byte[] answer = client.getInputStream().readNBytes(bytes.length);
        return new String(answer, StandardCharsets.US_ASCII);
    }

    private static void writeWithoutReading(Socket client) {
        try {
            while (true) {
                client.getOutputStream().write(new byte[64 * 1024]);
            }
        } catch (IOException e) {
            // The server has cut the connection, which ends this thread.
            return;
        }
    }

    /** The client has its answer a moment before the server has counted it. */
    private static void awaitTotals(EchoServer server, EchoTotals totals)
            throws InterruptedException {
        while (!server.totals().equals(totals)) {
            Thread.sleep(1);
        }
    }

    /** Returns when all buffers are full, so that the server's goroutine is parked in its write. */
    private static void awaitStandstill(EchoServer server) throws InterruptedException {
        long bytes = -1;
        while (bytes < server.totals().bytes() || bytes == 0) {
            bytes = server.totals().bytes();
            Thread.sleep(200);
        }
    }
}
