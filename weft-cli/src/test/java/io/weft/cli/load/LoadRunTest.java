package io.weft.cli.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.Weft;
import io.weft.WeftRuntime;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class LoadRunTest {

    private static final long WARM_UP = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long WINDOW = TimeUnit.MILLISECONDS.toNanos(300);

    private final WeftRuntime runtime = Weft.builder().procs(2).name("load").build();

    @AfterEach
    void closeRuntime() {
        runtime.close();
    }

    @Test
    void theClosedLoopCountsWhatComesBack() throws Exception {
        try (FakeServer server = new FakeServer(FakeServer::echo)) {
            LoadResult result = run(options(server, 5, 64, 1, 0));

            assertThat(result.isClean()).isTrue();
            assertThat(result.connections()).isEqualTo(5);
            assertThat(result.messages()).isPositive();
            assertThat(result.latency().p50()).isPositive();
            assertThat(result.latency().max()).isGreaterThanOrEqualTo(result.latency().p99());
            assertThat(result.summary())
                    .matches(
                            "connections=5 msg/s=\\d+ p50=\\S+ p99=\\S+ p99.9=\\S+ max=\\S+"
                                    + " errors=0");
        }
    }

    @Test
    void messagesLargerThanTheSocketBuffersDoNotLock() throws Exception {
        try (FakeServer server = new FakeServer(FakeServer::echo)) {
            LoadResult result = run(options(server, 2, 1 << 20, 4, 0));

            assertThat(result.firstError()).isNull();
            assertThat(result.messages()).isPositive();
        }
    }

    @Test
    void pipelinedMessagesOfOddSizeComeBackInOrder() throws Exception {
        try (FakeServer server = new FakeServer(FakeServer::echo)) {
            LoadResult result = run(options(server, 3, 37, 16, 0));

            assertThat(result.firstError()).isNull();
            assertThat(result.messages()).isPositive();
        }
    }

    @Test
    void theOpenLoopKeepsItsRate() throws Exception {
        try (FakeServer server = new FakeServer(FakeServer::echo)) {
            LoadResult result = run(options(server, 4, 64, 8, 1_000));

            assertThat(result.firstError()).isNull();
            // A busy machine may leave some unsent, but what was due is the rate times the window.
            assertThat(result.messages()).isPositive();
            assertThat(result.messages() + result.unsent()).isBetween(200L, 400L);
        }
    }

    @Test
    void aStalledServerShowsInTheLatenciesOfTheOpenLoop() throws Exception {
        AtomicBoolean stalled = new AtomicBoolean();
        FakeServer.Behaviour stallsOnce =
                socket -> {
                    byte[] message = new byte[64];
                    for (int i = 0; socket.getInputStream().readNBytes(message, 0, 64) == 64; i++) {
                        if (i == 50 && stalled.compareAndSet(false, true)) {
                            Thread.sleep(200);
                        }
                        socket.getOutputStream().write(message);
                    }
                };
        try (FakeServer server = new FakeServer(stallsOnce)) {
            LoadResult result = run(options(server, 1, 64, 1, 500));

            // A closed loop would show one slow message. Here all that were due meanwhile waited.
            assertThat(result.firstError()).isNull();
            assertThat(result.latency().max()).isGreaterThan(150_000_000L);
            assertThat(result.latency().p90()).isGreaterThan(100_000_000L);
        }
    }

    @Test
    void aServerThatIsTooSlowForTheRateLeavesMessagesUnsent() throws Exception {
        FakeServer.Behaviour slow =
                socket -> {
                    byte[] message = new byte[64];
                    while (socket.getInputStream().readNBytes(message, 0, 64) == 64) {
                        Thread.sleep(20);
                        socket.getOutputStream().write(message);
                    }
                };
        try (FakeServer server = new FakeServer(slow)) {
            LoadResult result = run(options(server, 1, 64, 1, 1_000));

            assertThat(result.unsent()).isGreaterThan(100);
            assertThat(result.errors()).isZero();
        }
    }

    @Test
    void aWrongByteIsAnErrorThatNamesItsPlace() throws Exception {
        FakeServer.Behaviour corrupts =
                socket -> {
                    byte[] message = new byte[64];
                    for (int i = 0; socket.getInputStream().readNBytes(message, 0, 64) == 64; i++) {
                        message[17] = (byte) (message[17] ^ (i == 9 ? 1 : 0));
                        socket.getOutputStream().write(message);
                    }
                };
        try (FakeServer server = new FakeServer(corrupts)) {
            LoadResult result = run(options(server, 1, 64, 1, 0));

            assertThat(result.errors()).isEqualTo(1);
            assertThat(result.firstError()).contains("message 9, byte 17");
            assertThat(result.isClean()).isFalse();
        }
    }

    @Test
    void bytesThatNobodySentAreAnError() throws Exception {
        FakeServer.Behaviour babbles =
                socket -> {
                    byte[] message = new byte[65];
                    socket.getInputStream().readNBytes(message, 0, 64);
                    socket.getOutputStream().write(message);
                    FakeServer.echo(socket);
                };
        try (FakeServer server = new FakeServer(babbles)) {
            LoadRun run = new LoadRun(runtime, options(server, 1, 64, 1, 0), new SilentListener());

            assertThat(run.open()).isZero();
            assertThat(run.nothing().firstError()).contains("65 bytes for 64");
        }
    }

    @Test
    void aServerThatHangsUpIsAnError() throws Exception {
        FakeServer.Behaviour hangsUp =
                socket -> {
                    byte[] message = new byte[64];
                    for (int i = 0; i < 10; i++) {
                        socket.getInputStream().readNBytes(message, 0, 64);
                        socket.getOutputStream().write(message);
                    }
                };
        try (FakeServer server = new FakeServer(hangsUp)) {
            LoadResult result = run(options(server, 2, 64, 1, 0));

            assertThat(result.errors()).isEqualTo(2);
        }
    }

    @Test
    void aServerThatStopsAnsweringIsCut() throws Exception {
        FakeServer.Behaviour goesSilent =
                socket -> {
                    byte[] message = new byte[64];
                    for (int i = 0; i < 5; i++) {
                        socket.getInputStream().readNBytes(message, 0, 64);
                        socket.getOutputStream().write(message);
                    }
                    Thread.sleep(TimeUnit.MINUTES.toMillis(5));
                };
        try (FakeServer server = new FakeServer(goesSilent)) {
            LoadResult result = run(options(server, 1, 64, 1, 0));

            assertThat(result.firstError()).isEqualTo(LoadRun.UNANSWERED);
        }
    }

    @Test
    void nobodyListensIsAnErrorForEachConnection() throws Exception {
        InetSocketAddress address;
        try (ServerSocket socket = new ServerSocket(0)) {
            address =
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), socket.getLocalPort());
        }
        LoadRun run =
                new LoadRun(
                        runtime,
                        new LoadOptions(address, 3, 64, 1, 0, WARM_UP, WINDOW),
                        new SilentListener());

        assertThat(run.open()).isZero();
        LoadResult result = run.nothing();
        assertThat(result.errors()).isEqualTo(3);
        assertThat(result.firstError()).contains("ECONNREFUSED");
    }

    @Test
    void aSmallLoadTakesTurnsAndALargeOneNeedsTwoGoroutines() throws IOException {
        try (FakeServer server = new FakeServer(Socket::close)) {
            assertThat(options(server, 1, 64, 512, 0).takesTurns()).isTrue();
            assertThat(options(server, 1, 64, 513, 0).takesTurns()).isFalse();
            assertThat(options(server, 1, 64, 1, 10).takesTurns()).isFalse();
        }
    }

    private LoadResult run(LoadOptions options) throws InterruptedException, TimeoutException {
        LoadRun run = new LoadRun(runtime, options, new SilentListener());
        assertThat(run.open()).isEqualTo(options.connections());
        return run.measure();
    }

    private static LoadOptions options(
            FakeServer server, int connections, int size, int depth, double rate) {
        return new LoadOptions(server.address(), connections, size, depth, rate, WARM_UP, WINDOW);
    }

    private static final class SilentListener implements LoadListener {

        @Override
        public void connecting(int opened, int wanted) {}

        @Override
        public void connected(int connections) {}

        @Override
        public void measuring() {}

        @Override
        public void running(double elapsedSeconds, double totalSeconds, long answered) {}

        @Override
        public void measured() {}
    }
}
