package io.weft.testkit;

import static io.weft.testkit.Loopback.REAL;
import static org.assertj.core.api.Assertions.assertThat;

import io.weft.linux.BufferShape;
import io.weft.linux.CallStates;
import io.weft.linux.CompletionQueue;
import io.weft.linux.Epoll;
import io.weft.linux.Errno;
import io.weft.linux.IoUring;
import io.weft.linux.NativeUringSys;
import io.weft.linux.ProvidedBuffers;
import io.weft.linux.SubmissionQueue;
import io.weft.linux.Uring;
import io.weft.linux.UringOptions;
import io.weft.linux.UringSys;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class FaultyUringSysTest {

    private static final UringSys KERNEL = new NativeUringSys(CallStates.perThread());
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int SLOT = 2;
    private static final int GROUP = 0;
    private static final BufferShape BUFFERS = new BufferShape(2, 64, 64);

    private final FdWatcher watcher = FdWatcher.start();
    private final FaultScript script = new FaultScript();
    private final FaultyUringSys sys = new FaultyUringSys(KERNEL, script);
    private final Loopback loopback = new Loopback(REAL);
    private final byte[] bytes = new byte[16];
    private int server;

    @BeforeEach
    void connect() {
        assertThat(loopback.connect()).isIn(0, -Errno.EINPROGRESS);
        server = loopback.accept();
        Loopback.await(loopback.client, Epoll.EPOLLOUT);
    }

    @AfterEach
    void closeAndWatch() {
        REAL.close(server);
        loopback.close();
        watcher.assertNothingLeaked(PATIENCE);
    }

    /** A ring with the server's socket in a slot, and buffers. */
    private final class TestRing implements AutoCloseable {

        private final Uring ring;
        private final ProvidedBuffers buffers;

        TestRing() {
            Uring[] into = new Uring[1];
            assertThat(Uring.open(sys, UringOptions.of(8, 0), into)).isZero();
            ring = into[0];
            assertThat(ring.directTable().register(4)).isZero();
            assertThat(ring.directTable().update(SLOT, server)).isEqualTo(1);
            ProvidedBuffers[] provided = new ProvidedBuffers[1];
            assertThat(ProvidedBuffers.register(ring, GROUP, BUFFERS, provided)).isZero();
            buffers = provided[0];
            buffers.add(0);
            buffers.add(1);
            buffers.publish();
        }

        void receive() {
            int entry = ring.submissions().next();
            ring.sockets().recvSelected(entry, SLOT, GROUP, 0);
            publish(entry, 0);
        }

        void receiveAgainAndAgain() {
            int entry = ring.submissions().next();
            ring.sockets().recvMultishot(entry, SLOT, GROUP);
            publish(entry, 0);
        }

        void send(MemorySegment memory) {
            int entry = ring.submissions().next();
            int length = (int) memory.byteSize();
            ring.sockets().send(entry, SLOT, memory.address(), length, 0);
            publish(entry, IoUring.IOSQE_CQE_SKIP_SUCCESS);
        }

        private void publish(int entry, int flags) {
            SubmissionQueue submissions = ring.submissions();
            submissions.addFlags(entry, IoUring.IOSQE_FIXED_FILE | flags);
            submissions.userData(entry, 77);
            submissions.publish();
        }

        int enter() {
            return ring.enter(ring.submissions().pending(), 0, 0, 0);
        }

        /** The result of the only completion, which carries what the entry did. */
        int result() {
            CompletionQueue completions = ring.completions();
            assertThat(completions.ready()).isEqualTo(1);
            assertThat(completions.userData(0)).isEqualTo(77);
            int result = completions.result(0);
            completions.advance(1);
            return result;
        }

        @Override
        public void close() {
            ring.directTable().unregister();
            buffers.close();
            ring.close();
        }
    }

    @Test
    void aReceiveThatFailsTakesNothing() {
        script.fail(SysCall.RING_RECV, 1, Errno.ECONNRESET).end(SysCall.RING_RECV, 3);
        try (TestRing ring = new TestRing()) {
            REAL.send(loopback.client, bytes, 0, 10);
            Loopback.await(server, Epoll.EPOLLIN);
            ring.receive();
            assertThat(ring.enter()).isEqualTo(1);
            assertThat(ring.result()).isEqualTo(-Errno.ECONNRESET);
            ring.receive();
            assertThat(ring.enter()).isEqualTo(1);
            assertThat(ring.result()).isEqualTo(10);
            ring.receiveAgainAndAgain();
            assertThat(ring.enter()).isEqualTo(1);
            assertThat(ring.result()).as("the end").isZero();
            assertThat(sys.count(SysCall.RING_RECV)).isEqualTo(3);
            assertThat(sys.spoiledCalls()).isEqualTo(2);
        }
    }

    @Test
    void transfersAreCutShortAndSaySo() {
        script.shortenAll(SysCall.RING_RECV, 3).shorten(SysCall.RING_SEND, 1, 5);
        try (TestRing ring = new TestRing();
                Arena arena = Arena.ofConfined()) {
            REAL.send(loopback.client, bytes, 0, 10);
            Loopback.await(server, Epoll.EPOLLIN);
            ring.receive();
            ring.enter();
            assertThat(ring.result()).isEqualTo(3);
            ring.receiveAgainAndAgain();
            ring.enter();
            assertThat(ring.result()).isEqualTo(3);
            ring.send(arena.allocate(16));
            ring.enter();
            assertThat(ring.result()).isEqualTo(5);
            ring.send(arena.allocate(4));
            ring.enter();
            assertThat(ring.ring.completions().ready()).as("silent, as it was asked").isZero();
            Loopback.await(loopback.client, Epoll.EPOLLIN);
            assertThat(REAL.recv(loopback.client, bytes, 0, 16)).isEqualTo(9);
        }
    }

    @Test
    void aSendThatFailsIsNotSilent() {
        script.fail(SysCall.RING_SEND, 1, Errno.EPIPE);
        try (TestRing ring = new TestRing();
                Arena arena = Arena.ofConfined()) {
            ring.send(arena.allocate(16));
            ring.enter();
            assertThat(ring.result()).isEqualTo(-Errno.EPIPE);
            assertThat(REAL.recv(loopback.client, bytes, 0, 16)).isEqualTo(-Errno.EAGAIN);
            List<RecordedCall> calls = sys.recentCalls();
            assertThat(calls.getLast().toString())
                    .endsWith("RING_ENTER(" + ring.ring.fd() + ") = 1");
            assertThat(calls.get(calls.size() - 2).toString())
                    .endsWith("RING_SEND(" + SLOT + ") = EPIPE (!)");
        }
    }

    @Test
    void anEnterThatIsRefusedTakesNothing() {
        try (TestRing ring = new TestRing()) {
            script.fail(SysCall.RING_ENTER, 1, Errno.EBUSY).shorten(SysCall.RING_ENTER, 2, 1);
            ring.receive();
            ring.receive();
            assertThat(ring.enter()).isEqualTo(-Errno.EBUSY);
            assertThat(ring.enter()).isEqualTo(1);
            assertThat(ring.ring.submissions().pending()).isEqualTo(1);
            assertThat(ring.enter()).isEqualTo(1);
            assertThat(sys.count(SysCall.RING_RECV)).as("looked at once each").isEqualTo(2);
            assertThat(sys.spoiledCalls()).isEqualTo(2);
        }
    }

    @Test
    void whatARingNeedsIsRefused() {
        Uring[] into = new Uring[1];
        script.fail(SysCall.RING_SETUP, 1, Errno.EMFILE).fail(SysCall.RING_MAP, 1, Errno.ENOMEM);
        assertThat(Uring.open(sys, UringOptions.of(8, 0), into)).isEqualTo(-Errno.EMFILE);
        assertThat(Uring.open(sys, UringOptions.of(8, 0), into)).isEqualTo(-Errno.ENOMEM);
        script.fail(SysCall.RING_TABLE, 1, Errno.ENOMEM).fail(SysCall.RING_ADOPT, 1, Errno.ENOMEM);
        script.fail(SysCall.RING_BUFFERS, 1, Errno.ENOMEM);
        assertThat(Uring.open(sys, UringOptions.of(8, 0), into)).isZero();
        try (Uring ring = into[0]) {
            assertThat(ring.directTable().register(4)).isEqualTo(-Errno.ENOMEM);
            assertThat(ring.directTable().register(4)).isZero();
            assertThat(ring.directTable().update(SLOT, server)).isEqualTo(-Errno.ENOMEM);
            assertThat(ring.directTable().update(SLOT, server)).isEqualTo(1);
            assertThat(ring.directTable().clear(SLOT)).isEqualTo(1);
            assertThat(sys.count(SysCall.RING_ADOPT)).as("an empty slot is none").isEqualTo(2);
            ProvidedBuffers[] none = new ProvidedBuffers[1];
            assertThat(ProvidedBuffers.register(ring, GROUP, BUFFERS, none))
                    .isEqualTo(-Errno.ENOMEM);
        }
    }
}
