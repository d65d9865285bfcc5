package io.weft.netpoll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.linux.CallStates;
import io.weft.linux.Epoll;
import io.weft.linux.Errno;
import io.weft.linux.NativeSys;
import io.weft.linux.Sockets;
import io.weft.linux.Sys;
import io.weft.testkit.FdWatcher;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A descriptor on real sockets, with a thread that polls as the scheduler would. */
@Timeout(60)
class PollDescTest {

    private final FdWatcher open = FdWatcher.start();
    private final InterceptedSys kernel = new InterceptedSys(new NativeSys(CallStates.perThread()));
    private final Sys sys = kernel.sys();
    private final Netpoll netpoll = new Netpoll(sys, 1, () -> -1);
    private final EpollPoller poller = (EpollPoller) netpoll.poller(0);
    private final PollLoop loop = new PollLoop(poller);
    private final List<PollDesc> opened = new ArrayList<>();

    /** The JDK keeps a socket for itself from its first use of one. */
    @BeforeAll
    static void loadTheSocketsOfTheJdk() throws IOException {
        try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket peer = new Socket(any.getInetAddress(), any.getLocalPort())) {
            assertThat(peer.isConnected()).isTrue();
        }
    }

    @AfterEach
    void nothingIsLeftOpen() throws Exception {
        loop.stop();
        netpoll.close();
        opened.forEach(PollDesc::awaitClosed);
        open.assertNothingLeaked(Duration.ofSeconds(5));
    }

    private PollDesc open(int fd) {
        PollDesc descriptor = netpoll.open(fd);
        opened.add(descriptor);
        return descriptor;
    }

    private int receive(PollDesc descriptor, byte[] buffer) throws IOException {
        assertThat(descriptor.lockRead()).isTrue();
        try {
            descriptor.prepareRead();
            while (true) {
                int received = sys.recv(descriptor.fd(), buffer, 0, buffer.length);
                if (received != -Errno.EAGAIN) {
                    return SocketPair.checked(received);
                }
                assertThat(descriptor.awaitRead()).isEqualTo(Wait.READY);
            }
        } finally {
            descriptor.unlockRead();
        }
    }

    private void send(PollDesc descriptor, byte[] bytes) throws IOException {
        assertThat(descriptor.lockWrite()).isTrue();
        try {
            descriptor.prepareWrite();
            int sent = 0;
            while (sent < bytes.length) {
                int result = sys.send(descriptor.fd(), bytes, sent, bytes.length - sent);
                if (result == -Errno.EAGAIN) {
                    assertThat(descriptor.awaitWrite()).isEqualTo(Wait.READY);
                } else {
                    sent += SocketPair.checked(result);
                }
            }
        } finally {
            descriptor.unlockWrite();
        }
    }

    private Wait awaitRead(PollDesc descriptor) throws IOException {
        if (!descriptor.lockRead()) {
            return Wait.CLOSED;
        }
        try {
            return descriptor.awaitRead();
        } finally {
            descriptor.unlockRead();
        }
    }

    @ParameterizedTest
    @EnumSource
    void bytesWakeTheReaderAndTheDescriptorIsRegisteredOnce(TestThread.Kind kind) throws Exception {
        SocketPair pair = SocketPair.open(sys);
        PollDesc server = open(pair.server());
        PollDesc client = open(pair.client());
        TestThread<Integer> reader =
                kind.start(
                        () -> {
                            int sum = 0;
                            for (int i = 0; i < 200; i++) {
                                byte[] one = new byte[1];
                                assertThat(receive(server, one)).isEqualTo(1);
                                sum += one[0];
                                send(server, one);
                            }
                            return sum;
                        });
        for (int i = 0; i < 200; i++) {
            send(client, new byte[] {1});
            assertThat(receive(client, new byte[1])).isEqualTo(1);
        }
        assertThat(reader.result()).isEqualTo(200);
        NetpollCounters counters = netpoll.counters();
        assertThat(counters.registrations()).isBetween(1L, 2L);
        assertThat(counters.interestChanges()).isZero();
        assertThat(server.sawHangup()).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void aFullSendBufferParksTheWriterUntilThePeerReads(TestThread.Kind kind) throws Exception {
        SocketPair pair = SocketPair.open(sys);
        PollDesc server = open(pair.server());
        PollDesc client = open(pair.client());
        byte[] much = new byte[8 << 20];
        TestThread<Boolean> writer =
                kind.start(
                        () -> {
                            send(server, much);
                            return true;
                        });
        writer.awaitParked();
        assertThat(writer.isDone()).isFalse();
        int received = 0;
        while (received < much.length) {
            received += receive(client, new byte[64 << 10]);
        }
        assertThat(writer.result()).isTrue();
    }

    @Test
    void interestInWritingIsAddedWithTheFirstWaitForIt() throws Exception {
        SocketPair pair = SocketPair.open(sys);
        PollDesc server = open(pair.server());
        open(pair.client());
        List<Integer> events = new ArrayList<>();
        kernel.on(
                "epollCtl",
                (arguments, real) -> {
                    events.add((Integer) arguments[3]);
                    return real.call();
                });
        TestThread<Wait> reader = TestThread.start(() -> awaitRead(server)).awaitParked();
        assertThat(server.lockWrite()).isTrue();
        assertThat(server.awaitWrite()).as("writable already").isEqualTo(Wait.READY);
        server.unlockWrite();
        sys.send(pair.client(), new byte[1], 0, 1);
        assertThat(reader.result()).isEqualTo(Wait.READY);
        int reading = Epoll.EPOLLIN | Epoll.EPOLLRDHUP | Epoll.EPOLLPRI | Epoll.EPOLLET;
        assertThat(events).containsExactly(reading, reading | Epoll.EPOLLOUT);
        assertThat(netpoll.counters().registrations()).isEqualTo(1);
        assertThat(netpoll.counters().interestChanges()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void closeWakesReaderAndWriterAndQueuedLockers(TestThread.Kind kind) throws Exception {
        SocketPair pair = SocketPair.open(sys);
        PollDesc server = open(pair.server());
        open(pair.client());
        List<TestThread<Wait>> waiting = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            waiting.add(kind.start(() -> awaitRead(server)).awaitParked());
            waiting.add(kind.start(() -> sendUntilClosed(server)).awaitParked());
        }
        assertThat(server.close()).isTrue();
        for (TestThread<Wait> each : waiting) {
            assertThat(each.result()).isEqualTo(Wait.CLOSED);
        }
        server.awaitClosed();
        assertThat(FdWatcher.openDescriptors()).doesNotContainKey(pair.server());
    }

    /** Sends what nobody reads: fills the buffers of both ends and then waits. */
    private Wait sendUntilClosed(PollDesc descriptor) throws IOException {
        if (!descriptor.lockWrite()) {
            return Wait.CLOSED;
        }
        try {
            Wait ended = Wait.READY;
            while (ended == Wait.READY) {
                if (sys.send(descriptor.fd(), new byte[1 << 16], 0, 1 << 16) == -Errno.EAGAIN) {
                    ended = descriptor.awaitWrite();
                }
            }
            return ended;
        } finally {
            descriptor.unlockWrite();
        }
    }

    @Test
    void anEventOfAnotherGenerationIsDropped() throws Exception {
        SocketPair pair = SocketPair.open(sys);
        PollDesc server = open(pair.server());
        open(pair.client());
        poller.deliver(
                EpollPoller.data(server.fd(), server.generation() - 1),
                Epoll.EPOLLIN | Epoll.EPOLLRDHUP);
        assertThat(server.slotVolatile(Direction.READ)).isNull();
        assertThat(server.sawHangup()).isFalse();
        assertThat(netpoll.counters().staleEvents()).isEqualTo(1);
        poller.deliver(EpollPoller.data(server.fd(), server.generation()), Epoll.EPOLLIN);
        assertThat(server.slotVolatile(Direction.READ)).isSameAs(ReadinessSlots.READY);
    }

    @ParameterizedTest
    @CsvSource({
        "EPOLLIN,    true,  false, false",
        "EPOLLOUT,   false, true,  false",
        "EPOLLPRI,   true,  false, true",
        "EPOLLRDHUP, true,  false, true",
        "EPOLLHUP,   true,  true,  true",
        "EPOLLERR,   true,  true,  true",
    })
    void anEdgeReadiesWhomItConcerns(String name, boolean reader, boolean writer, boolean hangup)
            throws Exception {
        SocketPair pair = SocketPair.open(sys);
        PollDesc server = open(pair.server());
        open(pair.client());
        server.deliver(Epoll.class.getField(name).getInt(null));
        assertThat(server.slotVolatile(Direction.READ) != null).isEqualTo(reader);
        assertThat(server.slotVolatile(Direction.WRITE) != null).isEqualTo(writer);
        assertThat(server.sawHangup()).isEqualTo(hangup);
    }

    @Test
    void theEndOfTheStreamTogetherWithBytesIsRemembered() throws Exception {
        SocketPair pair = SocketPair.open(sys);
        PollDesc server = open(pair.server());
        open(pair.client());
        sys.send(pair.client(), new byte[3], 0, 3);
        sys.shutdown(pair.client(), Sockets.SHUT_WR);
        assertThat(awaitRead(server)).isEqualTo(Wait.READY);
        assertThat(receive(server, new byte[10])).isEqualTo(3);
        assertThat(server.sawHangup()).as("a short read, but not drained").isTrue();
        assertThat(receive(server, new byte[10])).isZero();
    }

    @Test
    void aResetIsRemembered() throws Exception {
        SocketPair pair = SocketPair.open(sys);
        PollDesc server = open(pair.server());
        PollDesc client = open(pair.client());
        TestThread<Wait> reader = TestThread.start(() -> awaitRead(server)).awaitParked();
        sys.setLinger(pair.client(), 0);
        client.close();
        assertThat(reader.result()).isEqualTo(Wait.READY);
        assertThat(server.sawHangup()).isTrue();
    }

    @Test
    void urgentDataIsRememberedBecauseARecvStopsBeforeIt() throws Exception {
        int listener = SocketPair.listen(sys);
        InetSocketAddress address = Objects.requireNonNull(sys.localAddress(listener));
        try (Socket peer = new Socket(address.getAddress(), address.getPort())) {
            PollDesc server = open(SocketPair.checked(sys.accept(listener)));
            sys.close(listener);
            peer.getOutputStream().write(1);
            peer.sendUrgentData(2);
            peer.getOutputStream().write(3);
            assertThat(awaitRead(server)).isEqualTo(Wait.READY);
            while (!server.sawHangup()) {
                assertThat(awaitRead(server)).isEqualTo(Wait.READY);
            }
            assertThat(receive(server, new byte[10])).as("stops at the mark").isEqualTo(1);
            assertThat(receive(server, new byte[10])).as("goes on behind it").isEqualTo(1);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "ENOSPC, /proc/sys/fs/epoll/max_user_watches",
        "ENOMEM, no memory",
        "EPERM,  cannot watch this kind of file",
        "ELOOP,  nested",
        "EIO,    does not document",
    })
    void aKernelThatRefusesToWatchIsNamedWithTheCure(String name, String cure) throws Exception {
        SocketPair pair = SocketPair.open(sys);
        PollDesc server = open(pair.server());
        open(pair.client());
        kernel.fail("epollCtl", Errno.class.getField(name).getInt(null));
        assertThatThrownBy(() -> awaitRead(server))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("file descriptor " + pair.server())
                .hasMessageContaining(name + ":")
                .hasMessageContaining(cure);
        assertThat(server.slotVolatile(Direction.READ)).isNull();
        assertThat(netpoll.counters().registrations()).isZero();
        kernel.heal("epollCtl");
        sys.send(pair.client(), new byte[1], 0, 1);
        assertThat(awaitRead(server)).isEqualTo(Wait.READY);
    }

    @ParameterizedTest
    @ValueSource(ints = {Errno.EBADF, Errno.EEXIST, Errno.ENOENT, Errno.EINVAL, Errno.EFAULT})
    void aRegistrationThatContradictsOurBooksFaults(int errno) {
        SocketPair pair = SocketPair.open(sys);
        PollDesc server = open(pair.server());
        open(pair.client());
        kernel.fail("epollCtl", errno);
        assertThatThrownBy(() -> awaitRead(server))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("books")
                .hasMessageContaining(Errno.name(errno));
        kernel.heal("epollCtl");
    }

    @Test
    void saysInDumpsWhoWaits() throws Exception {
        SocketPair pair = SocketPair.open(sys);
        PollDesc server = open(pair.server());
        open(pair.client());
        TestThread<Wait> reader = TestThread.start(() -> awaitRead(server)).awaitParked();
        assertThat(server.toString())
                .contains("fd=" + pair.server(), "readLocked=true", "references=1", "test");
        server.close();
        assertThat(reader.result()).isEqualTo(Wait.CLOSED);
    }

    /** A million of them exist at once; counted for compact headers and compressed references. */
    @Test
    void isSmall() {
        int header = 8;
        int bytes = header;
        for (Class<?> type = PollDesc.class; type != Object.class; type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                bytes += Modifier.isStatic(field.getModifiers()) ? 0 : size(field.getType());
            }
        }
        assertThat(bytes).isLessThanOrEqualTo(48);
    }

    private static int size(Class<?> type) {
        if (type == long.class) {
            return Long.BYTES;
        }
        if (type == short.class) {
            return Short.BYTES;
        }
        return type == byte.class || type == boolean.class ? 1 : Integer.BYTES;
    }
}
