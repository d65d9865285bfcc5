package io.weft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.net.LateBuffer;
import io.weft.net.ListenOptions;
import io.weft.net.TcpConn;
import io.weft.net.TcpListener;
import io.weft.testkit.FdWatcher;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An echo server of goroutines, with peers of every kind, over loopback. */
@Timeout(120)
class EchoServerTest {

    private final FdWatcher descriptors = FdWatcher.start();
    private final WeftRuntime runtime = Weft.builder().procs(2).build();
    private final List<TcpListener> listeners = new ArrayList<>();
    private final AtomicInteger serving = new AtomicInteger();

    /** Opens what lives as long as the JVM: the default runtime, the JDK's own pollers. */
    @BeforeAll
    static void warmUp() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Weft.run(
                    () -> {
                        try (Socket client =
                                        new Socket(server.getInetAddress(), server.getLocalPort());
                                Socket accepted = server.accept()) {
                            client.getOutputStream().write(1);
                            assertThat(accepted.getInputStream().read()).isEqualTo(1);
                            client.setSoTimeout(1);
                            assertThatThrownBy(() -> client.getInputStream().read())
                                    .isInstanceOf(SocketTimeoutException.class);
                        }
                    });
        }
    }

    @AfterEach
    void stopAndCheckThatNothingIsLeft() {
        listeners.forEach(TcpListener::close);
        runtime.close();
        descriptors.assertNothingLeaked(Duration.ofSeconds(10));
    }

    private static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    private InetSocketAddress startEcho() throws IOException {
        AtomicReference<TcpListener> listener = new AtomicReference<>();
        runtime.run(() -> listener.set(TcpListener.bind(loopback(0))));
        serve(listener.get());
        return listener.get().localAddress();
    }

    private void serve(TcpListener listener) {
        listeners.add(listener);
        runtime.go(
                () -> {
                    while (listener.isOpen()) {
                        try {
                            TcpConn conn = listener.accept();
                            runtime.go(() -> echo(conn));
                        } catch (IOException e) {
                            assertThat(listener.isOpen()).isFalse();
                        }
                    }
                });
    }

    private void echo(TcpConn conn) {
        serving.incrementAndGet();
        try (conn) {
            while (true) {
                try (LateBuffer data = conn.readLate()) {
                    if (data == null) {
                        return;
                    }
                    conn.write(data);
                }
            }
        } catch (IOException e) {
            // The peer went away; each test looks at its own end.
            assertThat(e).isNotInstanceOf(AsynchronousCloseException.class);
        } finally {
            serving.decrementAndGet();
        }
    }

    private void awaitNobodyServed() throws InterruptedException {
        while (serving.get() > 0) {
            Thread.sleep(1);
        }
    }

    /** Sends random messages and compares what comes back. */
    private static void converse(TcpConn conn, int messages, long seed) throws IOException {
        Random random = new Random(seed);
        for (int i = 0; i < messages; i++) {
            byte[] sent = new byte[1 + random.nextInt(20_000)];
            random.nextBytes(sent);
            conn.write(sent);
            byte[] got = new byte[sent.length];
            conn.readFully(got);
            assertThat(Arrays.equals(sent, got)).as("message %d of seed %d", i, seed).isTrue();
        }
    }

    @Test
    void servesGoroutinesThreadsAndTheJdkAlike() throws Exception {
        InetSocketAddress address = startEcho();
        List<Thread> clients = new ArrayList<>();
        AtomicInteger succeeded = new AtomicInteger();
        for (int c = 0; c < 60; c++) {
            int seed = c;
            Runnable client =
                    () -> {
                        try (TcpConn conn = TcpConn.connect(address)) {
                            converse(conn, 50, seed);
                            succeeded.incrementAndGet();
                        } catch (IOException e) {
                            throw new java.io.UncheckedIOException(e);
                        }
                    };
            clients.add(
                    switch (c % 3) {
                        case 0 -> runtime.go(client);
                        case 1 -> Thread.ofPlatform().start(client);
                        default -> Thread.ofVirtual().start(client);
                    });
        }
        for (Thread client : clients) {
            client.join();
        }
        assertThat(succeeded).hasValue(60);
    }

    @Test
    void jdkSocketsWorkInGoroutinesToo() throws Exception {
        InetSocketAddress address = startEcho();
        runtime.run(
                () -> {
                    try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
                        OutputStream out = socket.getOutputStream();
                        InputStream in = socket.getInputStream();
                        for (int i = 0; i < 200; i++) {
                            out.write(i);
                            assertThat(in.read()).isEqualTo(i & 0xFF);
                        }
                    }
                });
    }

    @Test
    void aThousandConnectionsAreServedAtOnce() throws Exception {
        InetSocketAddress address = startEcho();
        int count = 1_000;
        CountDownLatch connected = new CountDownLatch(count);
        CountDownLatch done = new CountDownLatch(count);
        for (int c = 0; c < count; c++) {
            int seed = c;
            runtime.go(
                    () -> {
                        try (TcpConn conn = TcpConn.connect(address)) {
                            connected.countDown();
                            connected.await();
                            converse(conn, 5, seed);
                            done.countDown();
                        } catch (IOException | InterruptedException e) {
                            throw new IllegalStateException(e);
                        }
                    });
        }
        assertThat(done.await(60, TimeUnit.SECONDS)).as(runtime.dump()).isTrue();
    }

    @Test
    void onePortCanHaveAListenerPerProcessor() throws Exception {
        AtomicReference<List<TcpListener>> bound = new AtomicReference<>();
        runtime.run(
                () ->
                        bound.set(
                                TcpListener.bindPerProcessor(
                                        loopback(0), ListenOptions.defaults())));
        assertThat(bound.get()).hasSize(2);
        bound.get().forEach(this::serve);
        InetSocketAddress address = bound.get().get(0).localAddress();
        for (int c = 0; c < 20; c++) {
            try (TcpConn conn = TcpConn.connect(address)) {
                converse(conn, 2, c);
            }
        }
    }

    @SuppressWarnings("try") // closed in the middle, which is what the test is about
    @Test
    void aPeerThatStopsReadingHoldsUpNobodyElse() throws Exception {
        InetSocketAddress address = startEcho();
        try (TcpConn deaf = TcpConn.connect(address)) {
            deaf.setReceiveBufferSize(4_096);
            Thread sender =
                    runtime.go(
                            () ->
                                    assertThatThrownBy(() -> deaf.write(new byte[64 << 20]))
                                            .isInstanceOf(AsynchronousCloseException.class));
            try (TcpConn other = TcpConn.connect(address)) {
                converse(other, 100, 1);
            }
            assertThat(sender.isAlive()).as("the writer is parked").isTrue();
            deaf.close();
            sender.join();
        }
        awaitNobodyServed();
    }

    @Test
    void peersThatVanishLeaveNothingBehind() throws Exception {
        InetSocketAddress address = startEcho();
        for (int c = 0; c < 200; c++) {
            TcpConn conn = TcpConn.connect(address);
            conn.write(new byte[100]);
            if (c % 2 == 0) {
                conn.setLingerSeconds(0); // close resets
            }
            conn.close();
        }
        awaitNobodyServed();
        try (TcpConn conn = TcpConn.connect(address)) {
            converse(conn, 1, 1);
        }
    }

    @Test
    void halfCloseIsAnEndOfStreamAndTheRestStillArrives() throws Exception {
        InetSocketAddress address = startEcho();
        try (TcpConn conn = TcpConn.connect(address)) {
            conn.write(new byte[50_000]);
            conn.shutdownOutput();
            conn.readFully(new byte[50_000]);
            assertThat(conn.read(new byte[1])).isEqualTo(-1);
        }
        awaitNobodyServed();
    }

    @Test
    void anInterruptEndsAReadAndClosesTheConnection() throws Exception {
        InetSocketAddress address = startEcho();
        TcpConn conn = TcpConn.connect(address);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        AtomicReference<Boolean> status = new AtomicReference<>();
        CountDownLatch reading = new CountDownLatch(1);
        Thread reader =
                runtime.go(
                        () -> {
                            try {
                                reading.countDown();
                                conn.read(new byte[1]);
                            } catch (IOException e) {
                                failure.set(e);
                                status.set(Thread.currentThread().isInterrupted());
                            }
                        });
        reading.await();
        reader.interrupt();
        reader.join();
        assertThat(failure.get()).isInstanceOf(ClosedByInterruptException.class);
        assertThat(status.get()).isTrue();
        assertThat(conn.isOpen()).isFalse();
    }

    @Test
    void anInterruptEndsAnAcceptAndClosesTheListener() throws Exception {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        TcpListener listener = TcpListener.bind(loopback(0));
        Thread acceptor =
                runtime.go(
                        () -> {
                            try {
                                listener.accept().close();
                            } catch (IOException e) {
                                failure.set(e);
                            }
                        });
        acceptor.interrupt();
        acceptor.join();
        assertThat(failure.get()).isInstanceOf(ClosedByInterruptException.class);
        assertThat(listener.isOpen()).isFalse();
    }

    @Test
    void connectingInALoopLeaksNothing() throws Exception {
        InetSocketAddress address = startEcho();
        byte[] message = new byte[64];
        for (int i = 0; i < 3_000; i++) {
            try (TcpConn conn = TcpConn.connect(address)) {
                conn.setLingerSeconds(0);
                conn.write(message);
                conn.readFully(message);
            }
        }
        awaitNobodyServed();
        assertThat(runtime.counters().liveGoroutines()).as("the acceptor").isEqualTo(1);
    }
}
