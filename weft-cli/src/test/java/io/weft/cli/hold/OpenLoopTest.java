package io.weft.cli.hold;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.Weft;
import io.weft.WeftRuntime;
import io.weft.cli.echo.EchoServer;
import io.weft.net.TcpConn;
import io.weft.net.TcpListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class OpenLoopTest {

    private static final InetSocketAddress LOOPBACK =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final Progress QUIET = (_, _) -> {};

    private final WeftRuntime runtime = Weft.builder().name("hold-test").procs(2).build();

    @AfterEach
    void noGoroutineIsLeft() {
        runtime.close();
    }

    @Test
    void opensUsesAndClosesConnections() throws Exception {
        EchoServer server = EchoServer.start(runtime, LOOPBACK, false);
        Held held = new Held(600);

        OpenResult opened = open(held, server.address(), 0, 500);
        OpenResult more = open(held, server.address(), 500, 600);
        LoopResult all = loop(held, new LoopPlan(2_000, 0.5, 600), 1);
        LoopResult one = loop(held, new LoopPlan(2_000, 0.5, 1), 1_001);
        long closed = new Closing(runtime, held).run(QUIET);

        assertThat(opened.opened()).isEqualTo(500);
        assertThat(more.opened()).isEqualTo(100);
        assertThat(all.answered()).isEqualTo(1_000);
        assertThat(all.errors()).isZero();
        assertThat(one.answered()).isEqualTo(1_000);
        assertThat(one.errors()).isZero();
        assertThat(closed).isEqualTo(600);
        assertThat(held.get(0)).isNull();
        server.drain(TimeUnit.SECONDS.toNanos(5));
        assertThat(server.totals().messages()).isEqualTo(600 + 2_000);
    }

    @Test
    void whatNobodyServesFailsWithTheCause() throws Exception {
        TcpListener listener = listen();
        InetSocketAddress address = listener.localAddress();
        listener.close();

        OpenResult result = open(new Held(10), address, 0, 10);

        assertThat(result.opened()).isZero();
        assertThat(result.failed()).isPositive();
        assertThat(result.retried()).isPositive();
        assertThat(result.firstFailure()).contains("connection", "refused");
    }

    @Test
    void aWrongEchoIsAFailureAndNoReasonToTryAgain() throws Exception {
        TcpListener liar = serve(Byte.MAX_VALUE);

        OpenResult result = open(new Held(1), liar.localAddress(), 0, 1);

        assertThat(result.failed()).isEqualTo(1);
        assertThat(result.retried()).isZero();
        assertThat(result.firstFailure()).contains("connection 0, message 0", "came back wrong");
        liar.close();
    }

    @Test
    void aConnectionThatEndsFailsItsMessages() throws Exception {
        TcpListener once = serve(0);
        Held held = new Held(1);
        open(held, once.localAddress(), 0, 1);

        LoopResult result = loop(held, new LoopPlan(100, 0.1, 1), 1);

        assertThat(result.failed()).isEqualTo(10);
        assertThat(result.answered()).isZero();
        assertThat(result.errors()).isEqualTo(10);
        assertThat(result.firstFailure()).contains("connection 0");
        new Closing(runtime, held).run(QUIET);
        once.close();
    }

    @Test
    void aMessageThatIsNeverAnsweredIsLost() throws Exception {
        TcpListener silent = listen();
        CountDownLatch over = new CountDownLatch(1);
        runtime.go(() -> echoOnce(silent, 0, over));
        Held held = new Held(1);
        open(held, silent.localAddress(), 0, 1);

        LoopResult result = loop(held, new LoopPlan(100, 0.1, 1), 1);

        assertThat(result.lost()).isEqualTo(10);
        assertThat(result.failed()).isZero();
        assertThat(result.latency().max()).isGreaterThanOrEqualTo(GRACE_NANOS);
        over.countDown();
        silent.close();
    }

    private OpenResult open(Held held, InetSocketAddress address, int from, int end)
            throws InterruptedException {
        HoldOptions options = new HoldOptions(address, held.capacity(), 1);
        return new Opening(runtime, held, new Destinations(options), from, end).run(QUIET);
    }

    private LoopResult loop(Held held, LoopPlan plan, long first) throws InterruptedException {
        return new OpenLoop(runtime, held, plan, first, GRACE_NANOS).run(QUIET);
    }

    private TcpListener listen() throws IOException {
        TcpListener[] listener = new TcpListener[1];
        runtime.run(() -> listener[0] = TcpListener.bind(LOOPBACK));
        return listener[0];
    }

    /** Echoes one message of one connection, with so much added to each byte, and then ends it. */
    private TcpListener serve(int added) throws IOException {
        TcpListener listener = listen();
        runtime.go(() -> echoOnce(listener, added, new CountDownLatch(0)));
        return listener;
    }

    private static void echoOnce(TcpListener listener, int added, CountDownLatch over) {
        try (TcpConn conn = listener.accept()) {
            byte[] bytes = new byte[Held.MESSAGE_BYTES];
            conn.readFully(bytes);
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) (bytes[i] + added);
            }
            conn.write(bytes);
            over.await();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
