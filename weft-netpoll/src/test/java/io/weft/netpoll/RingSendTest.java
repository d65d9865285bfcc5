package io.weft.netpoll;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.linux.Errno;
import io.weft.linux.Sockets;
import io.weft.testkit.SysCall;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

/** Sending through few buffers, to peers that read late. */
class RingSendTest extends RingTest {

    RingSendTest() {
        super(TINY);
    }

    private static int send(DirectDesc desc, int first, int count) {
        return desc.send(pattern(first, count), 0, count);
    }

    @Test
    void smallWritesOfOneRoundGoOutAsOne() {
        Conn conn = connect();
        assertThat(send(conn.desc(), 0, 5)).isEqualTo(5);
        assertThat(send(conn.desc(), 5, 6)).isEqualTo(6);
        assertThat(send(conn.desc(), 11, 9)).as("what fits into the buffer").isEqualTo(5);
        assertThat(peerReceives(conn, 16)).isEqualTo(pattern(0, 16));
        assertThat(kernel.count(SysCall.RING_SEND)).isEqualTo(1);
    }

    @Test
    void whoFindsAllBuffersTakenMakesRoomByItself() {
        Conn[] conns = {connect(), connect(), connect(), connect()};
        for (int i = 0; i < conns.length; i++) {
            assertThat(send(conns[i].desc(), i, 16)).isEqualTo(16);
        }
        for (int i = 0; i < conns.length; i++) {
            assertThat(peerReceives(conns[i], 16)).isEqualTo(pattern(i, 16));
        }
    }

    /** The kernel may be reading the buffer: nothing is added, and the writer is told when to. */
    @Test
    void aBufferThatIsHandedOverIsNotAddedTo() {
        Conn conn = connect();
        refusal = Errno.EAGAIN;
        assertThat(send(conn.desc(), 0, 5)).isEqualTo(5);
        poll();
        conn.desc().prepareWrite();
        assertThat(send(conn.desc(), 5, 5)).isEqualTo(-Errno.EAGAIN);
        assertThat(conn.desc().is(DirectDesc.WRITER_WAITS)).isTrue();
        poll();
        assertThat(isReady(conn.desc(), Direction.WRITE)).isFalse();
        refusal = 0;
        poll();
        assertThat(isReady(conn.desc(), Direction.WRITE)).isTrue();
        assertThat(send(conn.desc(), 5, 5)).isEqualTo(5);
        assertThat(peerReceives(conn, 10)).isEqualTo(pattern(0, 10));
    }

    /**
     * A foreign thread is overtaken on its way into the kernel. It has told a number of entries,
     * and takes a younger one instead of those it meant: that one must not be added to any more.
     */
    @Test
    void whileAThreadIsInItsEnterNoBufferIsAddedTo() throws Exception {
        Conn foreign = connect();
        Conn mine = connect();
        Gate gate = new Gate();
        TestThread<Integer> late =
                TestThread.start(
                        () -> {
                            hooks.beforeMyNextEnter(gate::pass);
                            return send(foreign.desc(), 0, 7);
                        });
        gate.awaitArrival();
        poll(); // its entry is taken
        assertThat(send(mine.desc(), 0, 3)).isEqualTo(3);
        mine.desc().prepareWrite();
        assertThat(send(mine.desc(), 3, 3)).isEqualTo(-Errno.EAGAIN);
        gate.open();
        assertThat(late.result()).isEqualTo(7);
        pollUntil(() -> isReady(mine.desc(), Direction.WRITE));
        assertThat(send(mine.desc(), 3, 3)).isEqualTo(3);
        assertThat(peerReceives(mine, 6)).isEqualTo(pattern(0, 6));
        assertThat(peerReceives(foreign, 7)).isEqualTo(pattern(0, 7));
    }

    @Test
    void whatTheKernelDoesNotTakeIsSentWhenThereIsRoom() throws Exception {
        Conn conn = connectNarrow();
        int taken = fill(conn.desc());
        assertThat(send(conn.desc(), taken, 1)).isEqualTo(-Errno.EAGAIN);
        conn.desc().prepareWrite();
        assertThat(peerReceives(conn, taken)).isEqualTo(pattern(0, taken));
        pollUntil(() -> isReady(conn.desc(), Direction.WRITE));
        assertThat(conn.desc().is(DirectDesc.BLOCKED)).isFalse();
        assertThat(send(conn.desc(), taken, 10)).isEqualTo(10);
        assertThat(peerReceives(conn, 10)).isEqualTo(pattern(taken, 10));
    }

    @Test
    void aSendThatIsCutShortIsGoneOnWith() {
        Conn conn = connect();
        script.shortenAll(SysCall.RING_SEND, 3);
        assertThat(send(conn.desc(), 0, 16)).isEqualTo(16);
        assertThat(peerReceives(conn, 16)).isEqualTo(pattern(0, 16));
        pollUntil(() -> !conn.desc().is(DirectDesc.BLOCKED));
        assertThat(kernel.count(SysCall.RING_SEND)).isEqualTo(6);
    }

    @Test
    void aShortageOfMemoryIsMended() {
        Conn conn = connect();
        script.failRange(SysCall.RING_SEND, 1, 3, Errno.ENOMEM);
        assertThat(send(conn.desc(), 0, 16)).isEqualTo(16);
        assertThat(peerReceives(conn, 16)).isEqualTo(pattern(0, 16));
    }

    @Test
    void aWaitForRoomWhoseThreadHasEndedIsMadeAnew() throws Exception {
        Conn conn = connectNarrow();
        int taken = onAnotherM(() -> fill(conn.desc()));
        assertThat(peerReceives(conn, taken)).isEqualTo(pattern(0, taken));
        pollUntil(() -> !conn.desc().is(DirectDesc.BLOCKED));
    }

    @Test
    void anErrorWhileBlockedIsToldToEverySend() throws Exception {
        Conn conn = connectNarrow();
        fill(conn.desc());
        conn.desc().prepareWrite();
        sys.setLinger(conn.peer(), 0);
        closePeer(conn.peer()); // resets
        pollUntil(() -> isReady(conn.desc(), Direction.WRITE));
        int error = send(conn.desc(), 0, 1);
        assertThat(error).isIn(-Errno.ECONNRESET, -Errno.EPIPE);
        assertThat(send(conn.desc(), 0, 1)).isEqualTo(error);
    }

    @Test
    void theOutputIsShutAfterTheRest() throws Exception {
        Conn conn = connectNarrow();
        int taken = fill(conn.desc());
        conn.desc().prepareWrite();
        assertThat(conn.desc().shutdown(Sockets.SHUT_WR)).isZero();
        assertThat(isReady(conn.desc(), Direction.WRITE)).as("who waits for room").isTrue();
        assertThat(send(conn.desc(), taken, 1)).isEqualTo(-Errno.EPIPE);
        assertThat(peerReceives(conn, taken)).isEqualTo(pattern(0, taken));
        assertThat(peerAnswer(conn)).as("the end").isZero();
        peerSends(conn, pattern(0, 5));
        assertThat(receive(conn.desc(), 5)).isEqualTo(pattern(0, 5));
    }

    @Test
    void severalBuffersGoOutInOrder() {
        Conn conn = connect();
        MemorySegment[] parts = {
            segment(pattern(0, 7)), segment(pattern(7, 0)), segment(pattern(7, 9))
        };
        assertThat(conn.desc().sendGather(parts, 3)).isEqualTo(16);
        assertThat(peerReceives(conn, 16)).isEqualTo(pattern(0, 16));
    }

    private static MemorySegment segment(byte[] bytes) {
        MemorySegment segment = Arena.ofAuto().allocate(Math.max(bytes.length, 1));
        segment.copyFrom(MemorySegment.ofArray(bytes));
        return segment.asSlice(0, bytes.length);
    }
}
