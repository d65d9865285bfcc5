package io.weft.linux;

import static io.weft.linux.IoUring.IOSQE_FIXED_FILE;
import static io.weft.linux.Sockets.AF_INET;
import static io.weft.linux.Sockets.SOCK_STREAM;
import static io.weft.linux.TcpPair.SYS;
import static io.weft.linux.TcpPair.ok;
import static io.weft.linux.UringOps.IORING_FILE_INDEX_ALLOC;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sockets that have a slot of the ring's table and no descriptor. */
@Timeout(30)
class DirectTableTest {

    private static final int SLOTS = 4;

    private final TestRing ring = TestRing.open(8);
    private final DirectTable table = ring.ring.directTable();
    private final Arena arena = Arena.ofShared();
    private final MemorySegment memory = arena.allocate(64);

    DirectTableTest() {
        ok(table.register(SLOTS));
    }

    @AfterEach
    void close() {
        ring.close();
        arena.close();
    }

    /** The whole life of a connection: no descriptor anywhere. */
    @Test
    void socketsLiveInSlotsAlone() {
        socket(0);
        bind(0, new InetSocketAddress(TcpPair.ipv4Loopback(), 0));
        int listen = ring.next();
        ring.sockets.listen(listen, 0, 16);
        direct(listen);
        assertThat(ring.succeed(listen)).isZero();
        InetSocketAddress address = address(0);

        int accept = ring.next();
        ring.sockets.accept(accept, 0, 0);
        ring.submissions.directSlot(accept, 3);
        direct(accept);
        ring.submit(accept, 1);
        int client = socket(IORING_FILE_INDEX_ALLOC);
        assertThat(client).isEqualTo(1);
        int connect = ring.next();
        ok(ring.sockets.connect(connect, client, AF_INET, address));
        direct(connect);
        ring.submit(connect, 2);
        assertThat(ring.take(2)).allMatch(completion -> completion.result() == 0);

        memory.setString(0, "hello");
        int send = ring.next();
        ring.sockets.send(send, client, memory.address(), 5, 0);
        direct(send);
        assertThat(ring.succeed(send)).isEqualTo(5);
        int recv = ring.next();
        ring.sockets.recv(recv, 3, memory.address() + 32, 16, 0);
        direct(recv);
        assertThat(ring.succeed(recv)).isEqualTo(5);
        assertThat(memory.getString(32)).isEqualTo("hello");

        int shutdown = ring.next();
        ring.sockets.shutdown(shutdown, client, Sockets.SHUT_RDWR);
        direct(shutdown);
        assertThat(ring.succeed(shutdown)).isZero();
        List.of(0, 1, 3).forEach(slot -> assertThat(closeSlot(slot)).isZero());
        assertThat(closeSlot(0)).isEqualTo(-Errno.EBADF);
    }

    @Test
    void fullTableIsNamedAndAFreedSlotIsUsedAgain() {
        for (int slot = 0; slot < SLOTS; slot++) {
            assertThat(socket(IORING_FILE_INDEX_ALLOC)).isEqualTo(slot);
        }
        assertThat(socket(IORING_FILE_INDEX_ALLOC)).isEqualTo(-Errno.ENFILE);
        assertThat(closeSlot(2)).isZero();
        assertThat(socket(IORING_FILE_INDEX_ALLOC)).isEqualTo(2);
        assertThat(table.clear(1)).isEqualTo(1);
        assertThat(socket(IORING_FILE_INDEX_ALLOC)).isEqualTo(1);
    }

    @Test
    void multishotAcceptEndsWhenTheTableIsFull() {
        int listener = TcpPair.listen();
        InetSocketAddress address = TcpPair.localAddress(listener);
        assertThat(table.update(0, listener)).isEqualTo(1);
        ok(SYS.close(listener));
        int accept = ring.next();
        ring.sockets.acceptMultishot(accept, 0, 0);
        ring.submissions.directSlot(accept, IORING_FILE_INDEX_ALLOC);
        direct(accept);
        ring.submit(accept, 1);
        int[] clients = new int[SLOTS];
        for (int i = 0; i < SLOTS; i++) {
            clients[i] = ok(SYS.socket(AF_INET, SOCK_STREAM, 0));
            SYS.connect(clients[i], AF_INET, address);
            TestRing.Completion completion = ring.take();
            boolean fits = i < SLOTS - 1;
            assertThat(completion.result()).isEqualTo(fits ? i + 1 : -Errno.ENFILE);
            assertThat(completion.more()).isEqualTo(fits);
        }
        assertThat(TcpPair.await(clients[SLOTS - 1], Epoll.EPOLLRDHUP) & Epoll.EPOLLRDHUP)
                .as("the connection without a slot is closed")
                .isNotZero();
        for (int client : clients) {
            ok(SYS.close(client));
        }
    }

    @Test
    void descriptorIsPutInAndTakenOut() {
        try (TcpPair pair = TcpPair.open()) {
            assertThat(table.update(2, pair.client)).isEqualTo(1);
            assertThat(table.update(SLOTS, pair.client)).isEqualTo(-Errno.EINVAL);
            assertThat(table.update(2, 1 << 30)).isEqualTo(-Errno.EBADF);
            assertThat(table.update(2, pair.client)).isEqualTo(1);
            assertThat(send(2)).isEqualTo(1);
            assertThat(table.clear(2)).isEqualTo(1);
            assertThat(send(2)).isEqualTo(-Errno.EBADF);
        }
    }

    @Test
    void requestPutsDescriptorsIntoSlots() {
        try (TcpPair pair = TcpPair.open()) {
            memory.set(ValueLayout.JAVA_INT, 0, pair.client);
            memory.set(ValueLayout.JAVA_INT, 4, pair.server);
            int update = ring.next();
            ring.control.filesUpdate(update, 1, memory.address(), 2);
            assertThat(ring.succeed(update)).isEqualTo(2);
            assertThat(send(1)).isEqualTo(1);
            assertThat(send(2)).isEqualTo(1);

            int chosen = ring.next();
            ring.control.filesUpdate(chosen, IORING_FILE_INDEX_ALLOC, memory.address(), 1);
            assertThat(ring.succeed(chosen)).isEqualTo(1);
            int slot = memory.get(ValueLayout.JAVA_INT, 0);
            assertThat(slot).isIn(0, 3);
            assertThat(send(slot)).isEqualTo(1);
            assertThat(send(3 - slot)).isEqualTo(-Errno.EBADF);
        }
    }

    @Test
    void requestsOnASlotAreCancelled() {
        try (TcpPair pair = TcpPair.open()) {
            ok(table.update(0, pair.client));
            int recv = ring.next();
            ring.sockets.recv(recv, 0, memory.address(), 8, 0);
            direct(recv);
            ring.submit(recv, 1);
            int cancel = ring.next();
            ring.control.cancelFd(cancel, 0, UringOps.IORING_ASYNC_CANCEL_FD_FIXED);
            ring.submit(cancel, 2);
            assertThat(ring.take(2).stream().map(TestRing.Completion::result))
                    .containsExactlyInAnyOrder(0, -Errno.ECANCELED);
        }
    }

    @Test
    void allocationKeepsToItsRange() {
        ok(table.allocationRange(2, 2));
        assertThat(socket(IORING_FILE_INDEX_ALLOC)).isEqualTo(2);
        assertThat(socket(IORING_FILE_INDEX_ALLOC)).isEqualTo(3);
        assertThat(socket(IORING_FILE_INDEX_ALLOC)).isEqualTo(-Errno.ENFILE);
        assertThat(socket(0)).isZero();
        assertThat(table.allocationRange(2, SLOTS)).isEqualTo(-Errno.EINVAL);
    }

    @Test
    void tableIsRegisteredOnceAtATime() {
        assertThat(table.register(1)).isEqualTo(-Errno.EBUSY);
        assertThat(table.unregister()).isZero();
        assertThat(table.unregister()).isEqualTo(-Errno.ENXIO);
        assertThat(table.update(0, -1)).isEqualTo(-Errno.ENXIO);
        assertThat(table.register(0)).isEqualTo(-Errno.EINVAL);
        assertThat(table.register(1)).isZero();
    }

    /** Over a socket of the table, for its address. */
    private InetSocketAddress address(int slot) {
        int install = ring.next();
        ring.control.fixedFdInstall(install, slot, 0);
        int fd = ring.succeed(install);
        InetSocketAddress address = TcpPair.localAddress(fd);
        ok(SYS.close(fd));
        return address;
    }

    /** The slot that was chosen, 0 where it was given, or a negated errno. */
    private int socket(int slot) {
        int sqe = ring.next();
        ring.sockets.socket(sqe, AF_INET, SOCK_STREAM, 0);
        ring.submissions.directSlot(sqe, slot);
        return ring.complete(sqe).result();
    }

    private void bind(int slot, InetSocketAddress address) {
        int sqe = ring.next();
        ok(ring.sockets.bind(sqe, slot, AF_INET, address));
        direct(sqe);
        assertThat(ring.succeed(sqe)).isZero();
    }

    private int send(int slot) {
        int sqe = ring.next();
        ring.sockets.send(sqe, slot, memory.address(), 1, 0);
        direct(sqe);
        return ring.complete(sqe).result();
    }

    private int closeSlot(int slot) {
        int sqe = ring.next();
        ring.control.closeSlot(sqe, slot);
        return ring.complete(sqe).result();
    }

    private void direct(int sqe) {
        ring.submissions.addFlags(sqe, IOSQE_FIXED_FILE);
    }
}
