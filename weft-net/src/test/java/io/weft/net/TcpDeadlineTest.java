package io.weft.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.linux.CallStates;
import io.weft.linux.Errno;
import io.weft.linux.NativeSys;
import io.weft.testkit.FaultScript;
import io.weft.testkit.FaultySys;
import io.weft.testkit.LogRecorder;
import io.weft.testkit.SysCall;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Deadlines of every call of this module; what the contract does not know of. */
class TcpDeadlineTest extends Loopback {

    private static final Duration SOON = Duration.ofMillis(20);
    private static final int LARGE = 16 << 20;

    private static SocketTimeoutException timeOutOf(Callable<?> call) throws Exception {
        Object result;
        try {
            result = call.call();
        } catch (SocketTimeoutException timeOut) {
            return timeOut;
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof SocketTimeoutException timeOut) {
                return timeOut;
            }
            throw failed;
        }
        throw new AssertionError("it should have timed out, and returned " + result);
    }

    private static SocketTimeoutException timeOutOf(Body body) throws Exception {
        return timeOutOf(
                () -> {
                    body.run();
                    return "nothing";
                });
    }

    /** Sets the client's deadlines once it waits in the middle of something. */
    private static SocketTimeoutException timeOutWhenParked(Pair pair, Body body) throws Exception {
        Running<Boolean> running =
                go(
                        () -> {
                            body.run();
                            return true;
                        });
        running.awaitParked();
        pair.client().setDeadline(soon());
        return timeOutOf(running::join);
    }

    /** Something that may fail. */
    private interface Body {
        void run() throws Exception;
    }

    private static Deadline soon() {
        return Deadline.after(SOON);
    }

    private static Deadline passed() {
        return Deadline.after(Duration.ZERO);
    }

    private static byte[] randomBytes(int length) {
        byte[] bytes = new byte[length];
        new Random(1).nextBytes(bytes);
        return bytes;
    }

    /** A way to read one byte, or to wait for it. */
    enum Reading {
        ARRAY {
            @Override
            void run(TcpConn conn) throws IOException {
                assertThat(conn.read(new byte[10])).isEqualTo(1);
            }
        },
        DIRECT_BUFFER {
            @Override
            void run(TcpConn conn) throws IOException {
                assertThat(conn.read(ByteBuffer.allocateDirect(10))).isEqualTo(1);
            }
        },
        FULLY {
            @Override
            void run(TcpConn conn) throws IOException {
                conn.readFully(new byte[1]);
            }
        },
        LATE {
            @Override
            void run(TcpConn conn) throws IOException {
                try (LateBuffer buffer = conn.readLate()) {
                    assertThat(buffer).isNotNull();
                }
            }
        },
        AWAIT {
            @Override
            void run(TcpConn conn) throws IOException {
                conn.awaitReadable();
                assertThat(conn.read(new byte[10])).isEqualTo(1);
            }
        },
        STREAM {
            @Override
            void run(TcpConn conn) throws IOException {
                assertThat(conn.inputStream().read()).isNotNegative();
            }
        };

        abstract void run(TcpConn conn) throws IOException;
    }

    @ParameterizedTest
    @EnumSource
    void everyWayToReadObeysItsDeadline(Reading reading) throws Exception {
        Pair pair = pair();
        TcpConn conn = pair.client();
        conn.setReadDeadline(soon());
        assertThat(timeOutOf(() -> reading.run(conn))).hasMessageStartingWith("read: the deadline");
        pair.server().write(new byte[1]);
        assertThat(timeOutOf(() -> reading.run(conn))).hasMessageContaining("Deadline.NONE");
        conn.setReadDeadline(Deadline.NONE);
        reading.run(conn);
    }

    static Stream<Arguments> pairsOfReadings() {
        return Stream.of(Reading.values())
                .flatMap(
                        first ->
                                Stream.of(Reading.values())
                                        .map(second -> Arguments.of(first, second)));
    }

    /** After a short read only an edge can bring more: a time-out in between must not lose it. */
    @ParameterizedTest
    @MethodSource("pairsOfReadings")
    void noEdgeIsLostToATimeOut(Reading timesOut, Reading goesOn) throws Exception {
        Pair pair = pair();
        TcpConn conn = pair.client();
        for (int i = 0; i < 5; i++) {
            pair.server().write(new byte[1]);
            conn.setReadDeadline(Deadline.NONE);
            Reading.ARRAY.run(conn);
            conn.setReadDeadline(i % 2 == 0 ? passed() : Deadline.after(Duration.ofMillis(1)));
            timeOutOf(() -> timesOut.run(conn));
            pair.server().write(new byte[1]);
            timeOutOf(() -> timesOut.run(conn));
            conn.setReadDeadline(Deadline.NONE);
            goesOn.run(conn);
        }
    }

    /**
     * After a short read, with the next edge in the slot already, the deadline passes at every
     * point of a read: the edge is either used or left where it is.
     */
    @Tag("epoll")
    @ParameterizedTest
    @EnumSource
    void anEdgeThatIsThereOutlastsADeadlineThatPassesMeanwhile(Reading reading) throws Exception {
        Pair pair = pair();
        TcpConn conn = pair.client();
        awaitFirstEdge(pair, reading);
        for (int i = 0; i < 2_000; i++) {
            pair.server().write(new byte[1]);
            while (!conn.desc().toString().contains("reader=READY")) {
                Thread.yield();
            }
            conn.setReadDeadline(Deadline.after(Duration.ofNanos(10L * i)));
            try {
                reading.run(conn);
            } catch (SocketTimeoutException timeOut) {
                conn.setReadDeadline(Deadline.NONE);
                reading.run(conn);
            }
        }
    }

    /** Until then nothing is registered, and no edge comes. */
    private static void awaitFirstEdge(Pair pair, Reading reading) throws Exception {
        Running<Boolean> first =
                go(
                        () -> {
                            reading.run(pair.client());
                            return true;
                        });
        first.awaitParked();
        pair.server().write(new byte[1]);
        first.join();
    }

    /** The same of bytes that a ring has received ahead. */
    @Tag("io_uring")
    @ParameterizedTest
    @EnumSource
    void bytesThatAreThereOutlastADeadlineThatPassesMeanwhile(Reading reading) throws Exception {
        Pair pair = pair();
        TcpConn conn = pair.client();
        for (int i = 0; i < 2_000; i++) {
            pair.server().write(new byte[1]);
            conn.awaitReadable();
            conn.setReadDeadline(Deadline.after(Duration.ofNanos(10L * i)));
            try {
                reading.run(conn);
            } catch (SocketTimeoutException timeOut) {
                conn.setReadDeadline(Deadline.NONE);
                reading.run(conn);
            }
            conn.setReadDeadline(Deadline.NONE);
        }
    }

    @Test
    void readFullySaysHowMuchCame() throws Exception {
        Pair pair = pair();
        byte[] buffer = new byte[10];
        pair.server().write(new byte[] {1, 2, 3});
        SocketTimeoutException timeOut =
                timeOutWhenParked(pair, () -> pair.client().readFully(buffer, 2, 8));
        assertThat(timeOut).hasMessageContaining("3 of 8 bytes were received");
        assertThat(timeOut.bytesTransferred).isEqualTo(3);
        assertThat(buffer).containsExactly(0, 0, 1, 2, 3, 0, 0, 0, 0, 0);
    }

    @Test
    void theEndOfTheStreamIsStillReadAfterATimeOut() throws Exception {
        Pair pair = pair();
        pair.client().setReadDeadline(soon());
        timeOutOf(() -> pair.client().read(new byte[1]));
        pair.server().shutdownOutput();
        timeOutOf(() -> pair.client().read(new byte[1]));
        pair.client().setReadDeadline(Deadline.NONE);
        assertThat(pair.client().read(new byte[1])).isEqualTo(-1);
    }

    @Test
    void aPassedDeadlineFailsCallsOfNoLengthToo() throws Exception {
        Pair pair = pair();
        pair.client().setDeadline(passed());
        timeOutOf(() -> pair.client().read(new byte[0]));
        timeOutOf(() -> pair.client().write(new byte[0]));
        timeOutOf(() -> pair.client().write(ByteBuffer.allocate(0)));
    }

    @Test
    void aWriteOfABufferThatTimesOutMovesItsPosition() throws Exception {
        Pair pair = pair();
        ByteBuffer source = ByteBuffer.wrap(randomBytes(LARGE));
        SocketTimeoutException timeOut = timeOutWhenParked(pair, () -> pair.client().write(source));
        assertThat(timeOut.bytesTransferred).isPositive().isEqualTo(source.position());
        assertRestArrives(pair, source.array(), source);
    }

    /** All of heap, all direct, and mixed: small ones first, then one that fills every buffer. */
    @ParameterizedTest
    @EnumSource
    void aGatherWriteThatTimesOutCanGoOn(Kind kind) throws Exception {
        Pair pair = pair();
        byte[] data = randomBytes(LARGE);
        ByteBuffer[] sources = {
            kind.buffer(data, 0, 100, 0),
            kind.buffer(data, 100, 20_000, 1),
            kind.buffer(data, 20_100, 0, 2),
            kind.buffer(data, 20_100, LARGE - 30_100, 3),
            kind.buffer(data, LARGE - 10_000, 10_000, 4)
        };
        SocketTimeoutException timeOut =
                timeOutWhenParked(pair, () -> pair.client().write(sources));
        int left = Stream.of(sources).mapToInt(ByteBuffer::remaining).sum();
        assertThat(timeOut.bytesTransferred).isPositive().isEqualTo(LARGE - left);
        assertThat(timeOut).hasMessageContaining("%,d of %,d bytes".formatted(LARGE - left, LARGE));
        assertRestArrives(pair, data, sources);
    }

    enum Kind {
        HEAP,
        DIRECT,
        MIXED;

        ByteBuffer buffer(byte[] data, int offset, int length, int number) {
            return this == HEAP || (this == MIXED && number % 2 == 0)
                    ? ByteBuffer.wrap(data, offset, length)
                    : ByteBuffer.allocateDirect(length).put(data, offset, length).flip();
        }
    }

    private static void assertRestArrives(Pair pair, byte[] data, ByteBuffer... rest)
            throws Exception {
        pair.client().setWriteDeadline(Deadline.NONE);
        Running<Long> writing = go(() -> pair.client().write(rest));
        byte[] received = new byte[data.length];
        pair.server().readFully(received);
        assertThat(received).isEqualTo(data);
        writing.join();
    }

    @Test
    void aWriteOfALateBufferObeysItsDeadline() throws Exception {
        Pair pair = pair();
        pair.server().write(new byte[] {1, 2, 3});
        try (LateBuffer buffer = pair.client().readLate()) {
            LateBuffer held = present(buffer);
            pair.client().setWriteDeadline(passed());
            assertThat(timeOutOf(() -> pair.client().write(held)))
                    .hasMessageContaining("after 0 of 3 bytes");
            pair.client().setWriteDeadline(soon());
            SocketTimeoutException timeOut = timeOutOf(() -> writeForEver(pair.client(), held));
            assertThat(timeOut.bytesTransferred).isBetween(0, 2);
        }
    }

    private static LateBuffer present(@Nullable LateBuffer buffer) {
        if (buffer == null) {
            throw new AssertionError("the end of the stream came too early");
        }
        return buffer;
    }

    private static void writeForEver(TcpConn conn, LateBuffer buffer) throws IOException {
        while (true) {
            conn.write(buffer);
        }
    }

    @Test
    void writersThatQueueTimeOutTogether() throws Exception {
        Pair pair = pair();
        byte[] large = new byte[LARGE];
        Running<Boolean> first = go(() -> write(pair.client(), large));
        first.awaitParked();
        Running<Boolean> second = go(() -> write(pair.client(), large));
        second.awaitParked();
        pair.client().setWriteDeadline(soon());
        assertThat(timeOutOf(first::join).bytesTransferred).isPositive();
        assertThat(timeOutOf(second::join).bytesTransferred).isZero();
    }

    private static boolean write(TcpConn conn, byte[] bytes) throws IOException {
        conn.write(bytes);
        return true;
    }

    @Test
    void aConnectWithoutTimeFailsAtOnce() throws Exception {
        TcpListener listener = listen();
        InetSocketAddress address = listener.localAddress();
        ConnectOptions any = ConnectOptions.defaults();
        List<ConnectOptions> withoutTime =
                List.of(
                        any.withTimeout(Duration.ZERO),
                        any.withTimeout(Duration.ofSeconds(Long.MIN_VALUE)),
                        any.withDeadline(passed()),
                        any.withDeadline(passed()).withTimeout(Duration.ofHours(1)));
        for (ConnectOptions options : withoutTime) {
            assertThat(timeOutOf(() -> connect(address, options)))
                    .hasMessageStartingWith("connect 127.0.0.1:" + address.getPort() + ": ");
        }
    }

    @Test
    void aConnectThatIsNotAnsweredTimesOutAndLeavesNoDescriptor() throws Exception {
        // Once the backlog is full the kernel drops what else comes, and connect waits.
        TcpListener full = listen(ANY_PORT, ListenOptions.defaults().withBacklog(1));
        connect(full.localAddress());
        connect(full.localAddress());
        ConnectOptions timeout = ConnectOptions.defaults().withTimeout(SOON);
        for (int i = 0; i < 3; i++) {
            long start = System.nanoTime();
            assertThat(timeOutOf(() -> connect(full.localAddress(), timeout)))
                    .hasMessageContaining("did not answer");
            assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(SOON.toNanos());
        }
        ConnectOptions deadline = ConnectOptions.defaults().withDeadline(soon());
        timeOutOf(() -> connect(full.localAddress(), deadline.withTimeout(Duration.ofHours(1))));
    }

    @Test
    void theTimeForAConnectDoesNotBindTheConnection() throws Exception {
        TcpListener listener = listen();
        Duration longest = Duration.ofSeconds(Long.MAX_VALUE);
        for (Duration timeout : new Duration[] {Duration.ofMillis(500), longest}) {
            ConnectOptions options = ConnectOptions.defaults().withTimeout(timeout);
            TcpConn client = connect(listener.localAddress(), options);
            TcpConn server = closing(listener.accept());
            if (timeout.compareTo(longest) < 0) {
                Thread.sleep(timeout);
            }
            client.write(new byte[] {1});
            assertThat(server.read(new byte[2])).isEqualTo(1);
            server.write(new byte[] {2});
            assertThat(client.read(new byte[2])).isEqualTo(1);
        }
    }

    @Test
    void aDeadlineEndsABackOff() throws Exception {
        FaultScript faults = new FaultScript();
        use(new FaultySys(new NativeSys(CallStates.perThread()), faults));
        faults.failRange(SysCall.ACCEPT, 1, 2, Errno.EMFILE);
        long hourNanos = Duration.ofHours(1).toNanos();
        AcceptBackoff backoff = new AcceptBackoff(hourNanos, hourNanos);
        TcpListener listener =
                closing(TcpListener.bind(netpoll(), ANY_PORT, ListenOptions.defaults(), backoff));
        try (LogRecorder log = new LogRecorder("io.weft.net")) {
            Running<TcpConn> accepting = go(listener::accept);
            accepting.awaitParked();
            listener.setDeadline(passed());
            assertThat(timeOutOf(accepting::join)).hasMessageStartingWith("accept 127.0.0.1:");
            assertThat(log.warnings()).hasSize(1);
        }
        listener.setDeadline(soon());
        timeOutOf(listener::accept);
        listener.setDeadline(Deadline.NONE);
        connect(listener.localAddress());
        closing(listener.accept());
    }

    @Tag("epoll")
    @Test
    void aShortageOfMemoryDoesNotLoseTheEdgeThatCameBeforeIt() throws Exception {
        FaultScript faults = new FaultScript();
        FaultySys sys = new FaultySys(new NativeSys(CallStates.perThread()), faults);
        use(sys);
        Pair pair = pair();
        pair.server().write(new byte[1]);
        Reading.ARRAY.run(pair.client());
        faults.fail(SysCall.RECV, sys.count(SysCall.RECV) + 1, Errno.ENOMEM);
        pair.server().write(new byte[1]);
        assertThatThrownBy(() -> Reading.ARRAY.run(pair.client()))
                .isExactlyInstanceOf(SocketException.class)
                .hasMessageContaining("ENOMEM");
        Reading.ARRAY.run(pair.client());
    }
}
