package io.weft.linux;

import static io.weft.linux.Sockets.AF_INET;
import static io.weft.linux.Sockets.SOCK_STREAM;
import static io.weft.linux.TcpPair.SYS;
import static io.weft.linux.TcpPair.ok;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests on sockets, by the descriptors of the process. */
@Timeout(30)
class UringSocketTest {

    private static final int GROUP = 7;

    private final TestRing ring = TestRing.open(8);
    private final TcpPair pair = TcpPair.open();
    private final Arena arena = Arena.ofShared();
    private final MemorySegment memory = arena.allocate(64);

    @AfterEach
    void close() {
        ring.close();
        pair.close();
        arena.close();
    }

    @Test
    void sendAndRecvMoveTheBytes() {
        memory.setString(0, "hello");
        int send = ring.next();
        ring.sockets.send(send, pair.client, memory.address(), 5, 0);
        assertThat(ring.succeed(send)).isEqualTo(5);

        MemorySegment target = memory.asSlice(32);
        int recv = ring.next();
        ring.sockets.recv(recv, pair.server, target.address(), 16, 0);
        assertThat(ring.succeed(recv)).isEqualTo(5);
        assertThat(target.getString(0)).isEqualTo("hello");
    }

    @Test
    void recvWaitsForTheBytes() {
        int recv = ring.next();
        ring.sockets.recv(recv, pair.server, memory.address(), 16, 0);
        ring.submit(recv, 42);
        ring.quiet();
        send("late");
        TestRing.Completion completion = ring.take();
        assertThat(completion.userData()).isEqualTo(42);
        assertThat(completion.result()).isEqualTo(4);
        assertThat(memory.getString(0)).isEqualTo("late");
    }

    @Test
    void recvThatMustNotWaitAnswersAgain() {
        int recv = ring.next();
        ring.sockets.recv(recv, pair.server, memory.address(), 16, Sockets.MSG_DONTWAIT);
        assertThat(ring.complete(recv).result()).isEqualTo(-Errno.EAGAIN);
    }

    @Test
    void recvTakesAProvidedBuffer() {
        try (ProvidedBuffers buffers = ring.provide(GROUP, new BufferShape(4, 32, 96))) {
            buffers.add(2);
            buffers.add(0);
            buffers.publish();
            assertThat(recvSelected("first", 0)).isEqualTo(text(buffers, 2, "first"));
            assertThat(recvSelected("second", 0)).isEqualTo(text(buffers, 0, "second"));
            send("third");
            int recv = ring.next();
            ring.sockets.recvSelected(recv, pair.server, GROUP, 0);
            assertThat(ring.complete(recv).result()).isEqualTo(-Errno.ENOBUFS);

            buffers.add(0);
            buffers.publish();
            int again = ring.next();
            ring.sockets.recvSelected(again, pair.server, GROUP, 3);
            assertThat(ring.succeed(again)).isEqualTo(3);
            assertThat(read(buffers, 0, 3)).isEqualTo("thi");
        }
    }

    private static String text(ProvidedBuffers buffers, int id, String expected) {
        return id + ":" + read(buffers, id, expected.length());
    }

    private static String read(ProvidedBuffers buffers, int id, int length) {
        return new String(
                buffers.segment(id).asSlice(0, length).toArray(ValueLayout.JAVA_BYTE), UTF_8);
    }

    /** What came, with the number of its buffer. */
    private String recvSelected(String text, int length) {
        send(text);
        int recv = ring.next();
        ring.sockets.recvSelected(recv, pair.server, GROUP, length);
        TestRing.Completion completion = ring.complete(recv);
        assertThat(completion.result()).isEqualTo(text.length());
        assertThat(completion.hasBuffer()).isTrue();
        return completion.buffer() + ":" + text;
    }

    @Test
    void multishotRecvGoesOnUntilItLacksABuffer() {
        try (ProvidedBuffers buffers = ring.provide(GROUP, new BufferShape(2, 32, 32))) {
            buffers.add(0);
            buffers.add(1);
            buffers.publish();
            int recv = ring.next();
            ring.sockets.recvMultishot(recv, pair.server, GROUP);
            ring.submit(recv, 9);
            for (int id = 0; id < 2; id++) {
                send("n" + id);
                TestRing.Completion completion = ring.take();
                assertThat(completion.userData()).isEqualTo(9);
                assertThat(completion.result()).isEqualTo(2);
                assertThat(completion.more()).isTrue();
                assertThat(completion.buffer()).isEqualTo(id);
                assertThat(read(buffers, id, 2)).isEqualTo("n" + id);
            }
            send("n2");
            TestRing.Completion last = ring.take();
            assertThat(last.result()).isEqualTo(-Errno.ENOBUFS);
            assertThat(last.more()).isFalse();
        }
    }

    @Test
    void multishotRecvEndsWithTheStream() {
        try (ProvidedBuffers buffers = ring.provide(GROUP, new BufferShape(2, 32, 32))) {
            buffers.add(0);
            buffers.publish();
            int recv = ring.next();
            ring.sockets.recvMultishot(recv, pair.server, GROUP);
            ring.submit(recv, 9);
            ok(SYS.shutdown(pair.client, Sockets.SHUT_WR));
            TestRing.Completion last = ring.take();
            assertThat(last.result()).isZero();
            assertThat(last.more()).isFalse();
        }
    }

    @Test
    void sendOfAllBytesWaitsForRoom() throws InterruptedException {
        int size = 8 << 20;
        MemorySegment large = arena.allocate(size);
        int send = ring.next();
        ring.sockets.send(send, pair.client, large.address(), size, Sockets.MSG_WAITALL);
        ring.submit(send, 1);
        ring.quiet();
        Thread reader = Thread.ofPlatform().start(() -> drain(size));
        assertThat(ring.take().result()).isEqualTo(size);
        reader.join();
    }

    private void drain(int size) {
        byte[] chunk = new byte[Sys.MAX_TRANSFER];
        int left = size;
        while (left > 0) {
            TcpPair.await(pair.server, Epoll.EPOLLIN);
            left -= Math.max(0, SYS.recv(pair.server, chunk, 0, chunk.length));
        }
    }

    @Test
    void sendAfterShutdownIsABrokenPipe() {
        int shutdown = ring.next();
        ring.sockets.shutdown(shutdown, pair.client, Sockets.SHUT_WR);
        assertThat(ring.succeed(shutdown)).isZero();
        int send = ring.next();
        ring.sockets.send(send, pair.client, memory.address(), 1, 0);
        assertThat(ring.complete(send).result()).isEqualTo(-Errno.EPIPE);
        assertThat(TcpPair.await(pair.server, Epoll.EPOLLIN | Epoll.EPOLLRDHUP))
                .isEqualTo(Epoll.EPOLLIN | Epoll.EPOLLRDHUP);
    }

    @Test
    void closeFreesTheDescriptor() {
        int fd = ok(SYS.socket(AF_INET, SOCK_STREAM, 0));
        int close = ring.next();
        ring.control.close(close, fd);
        assertThat(ring.succeed(close)).isZero();
        int again = ring.next();
        ring.control.close(again, fd);
        assertThat(ring.complete(again).result()).isEqualTo(-Errno.EBADF);
    }

    @Test
    void acceptAndConnectMeet() {
        int listener = TcpPair.listen();
        try {
            int accept = ring.next();
            ring.sockets.accept(accept, listener, Sockets.SOCK_NONBLOCK | Sockets.SOCK_CLOEXEC);
            ring.submit(accept, 1);
            int client = ok(SYS.socket(AF_INET, SOCK_STREAM, 0));
            int connect = ring.next();
            assertThat(
                            ring.sockets.connect(
                                    connect, client, AF_INET, TcpPair.localAddress(listener)))
                    .isZero();
            ring.submit(connect, 2);
            int accepted = -1;
            for (TestRing.Completion completion : ring.take(2)) {
                ok(completion.result());
                accepted = completion.userData() == 1 ? completion.result() : accepted;
            }
            assertThat(SYS.remoteAddress(accepted)).isEqualTo(TcpPair.localAddress(client));
            assertThat(SYS.recv(accepted, new byte[1], 0, 1)).isEqualTo(-Errno.EAGAIN);
            ok(SYS.close(accepted));
            ok(SYS.close(client));
        } finally {
            SYS.close(listener);
        }
    }

    @Test
    void connectToNobodyIsRefused() {
        int listener = TcpPair.listen();
        InetSocketAddress address = TcpPair.localAddress(listener);
        ok(SYS.close(listener));
        int client = ok(SYS.socket(AF_INET, SOCK_STREAM, 0));
        int connect = ring.next();
        ok(ring.sockets.connect(connect, client, AF_INET, address));
        assertThat(ring.complete(connect).result()).isEqualTo(-Errno.ECONNREFUSED);
        ok(SYS.close(client));
    }

    @Test
    void addressOfAnotherFamilyIsNamedAndItsEntryDoesNothing() {
        int connect = ring.next();
        InetSocketAddress address = new InetSocketAddress(TcpPair.address("::1"), 1);
        assertThat(ring.sockets.connect(connect, pair.client, AF_INET, address))
                .isEqualTo(-Errno.EAFNOSUPPORT);
        ring.submit(connect, 1);
        ring.quiet();
    }

    @Test
    void multishotAcceptTakesOneAfterTheOther() {
        int listener = TcpPair.listen();
        try {
            int accept = ring.next();
            ring.sockets.acceptMultishot(accept, listener, Sockets.SOCK_CLOEXEC);
            ring.submit(accept, 5);
            for (int i = 0; i < 3; i++) {
                int client = ok(SYS.socket(AF_INET, SOCK_STREAM, 0));
                SYS.connect(client, AF_INET, TcpPair.localAddress(listener));
                TestRing.Completion completion = ring.take();
                assertThat(completion.userData()).isEqualTo(5);
                assertThat(completion.more()).isTrue();
                ok(SYS.close(ok(completion.result())));
                ok(SYS.close(client));
            }
        } finally {
            SYS.close(listener);
        }
    }

    @Test
    void optionsAreWrittenAndRead() {
        memory.set(ValueLayout.JAVA_INT, 0, 1);
        int set = ring.next();
        ring.sockets.setOption(
                set, pair.client, Sockets.IPPROTO_TCP, Sockets.TCP_NODELAY, memory.address());
        assertThat(ring.succeed(set)).isZero();
        int[] value = new int[1];
        ok(SYS.getOption(pair.client, Sockets.IPPROTO_TCP, Sockets.TCP_NODELAY, value));
        assertThat(value[0]).isOne();

        int get = ring.next();
        ring.sockets.getOption(
                get, pair.client, Sockets.SOL_SOCKET, Sockets.SO_TYPE, memory.address());
        assertThat(ring.succeed(get)).isEqualTo(Integer.BYTES);
        assertThat(memory.get(ValueLayout.JAVA_INT, 0)).isEqualTo(SOCK_STREAM);

        int other = ring.next();
        ring.sockets.getOption(
                other, pair.client, Sockets.IPPROTO_TCP, Sockets.TCP_NODELAY, memory.address());
        assertThat(ring.complete(other).result()).isEqualTo(-Errno.EOPNOTSUPP);
    }

    private void send(String text) {
        byte[] bytes = text.getBytes(UTF_8);
        assertThat(SYS.send(pair.client, bytes, 0, bytes.length)).isEqualTo(bytes.length);
    }
}
