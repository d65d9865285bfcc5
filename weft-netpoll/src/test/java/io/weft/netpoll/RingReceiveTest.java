package io.weft.netpoll;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.linux.Errno;
import io.weft.testkit.SysCall;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Receiving ahead, into few buffers. */
class RingReceiveTest extends RingTest {

    RingReceiveTest() {
        super(TINY);
    }

    @Test
    void bytesComeInOrderThroughBuffersThatAreSmaller() {
        Conn conn = connect();
        peerSends(conn, pattern(0, 200));
        assertThat(receive(conn.desc(), 200)).isEqualTo(pattern(0, 200));
    }

    @Test
    void theEndOfTheStreamStaysTheEnd() {
        Conn conn = connect();
        peerSends(conn, pattern(0, 5));
        closePeer(conn.peer());
        assertThat(receive(conn.desc(), 5)).isEqualTo(pattern(0, 5));
        arm(conn.desc());
        pollUntil(() -> conn.desc().recv(new byte[1], 0, 1) == 0);
        assertThat(conn.desc().recv(new byte[1], 0, 1)).isZero();
        assertThat(conn.desc().sawHangup()).isTrue();
    }

    /** Six want a buffer, four are there: nobody's bytes are lost or mixed up. */
    @Test
    void whoFindsNoBufferAsksAgain() {
        List<Conn> crowd = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            Conn conn = connect();
            arm(conn.desc());
            crowd.add(conn);
        }
        poll();
        for (int i = 0; i < crowd.size(); i++) {
            peerSends(crowd.get(i), pattern(100 * i, 16));
        }
        // Four on the first ring, and two on the second.
        pollUntil(() -> crowd.stream().allMatch(c -> isReady(c.desc(), Direction.READ)));
        for (int i = crowd.size() - 1; i >= 0; i--) {
            assertThat(receive(crowd.get(i).desc(), 16)).isEqualTo(pattern(100 * i, 16));
        }
    }

    /** One that is ahead of its reader must not keep the last buffer: its bytes are copied. */
    @Test
    void bytesThatNobodyReadsMakeRoomWhenBuffersAreScarce() {
        Conn conn = connect();
        becomeSteady();
        arm(conn.desc());
        assertThat(conn.desc().is(DirectDesc.STEADY)).isTrue();
        poll();
        int total = 16 * 7;
        for (int i = 0; i < total; i += 16) {
            peerSends(conn, pattern(i, 16));
            pollUntil(() -> isReady(conn.desc(), Direction.READ));
            conn.desc().prepareRead();
        }
        assertThat(conn.desc().input()).as("the backlog").isNotNull();
        assertThat(conn.desc().ring.receiveBuffers().free()).isPositive();
        // Buffers are free again, but what comes now is younger than the backlog.
        assertThat(receive(conn.desc(), 32)).isEqualTo(pattern(0, 32));
        assertThat(conn.desc().ring.receiveBuffers().isScarce()).isFalse();
        peerSends(conn, pattern(total, 16));
        pollUntil(() -> isReady(conn.desc(), Direction.READ));
        assertThat(receive(conn.desc(), total - 16)).isEqualTo(pattern(32, total - 16));
        assertThat(conn.desc().input()).isNull();
    }

    @Test
    void aReadThatTimesOutLeavesTheReceiveArmedAndTheBytesForTheNext() throws Exception {
        Conn conn = connect();
        conn.desc().setReadDeadline(5);
        TestThread<Wait> reading = TestThread.start(() -> awaitRead(conn.desc())).awaitParked();
        clock.advanceTo(5);
        assertThat(reading.result()).isEqualTo(Wait.TIMED_OUT);
        assertThat(conn.desc().is(DirectDesc.RECEIVING)).isTrue();
        long receives = kernel.count(SysCall.RING_RECV);
        // The thread that armed it has ended. What it left is made anew by who reads next.
        peerSends(conn, pattern(0, 9));
        pollUntil(() -> isReady(conn.desc(), Direction.READ));
        assertThat(receive(conn.desc(), 9)).isEqualTo(pattern(0, 9));
        assertThat(kernel.count(SysCall.RING_RECV)).isLessThanOrEqualTo(receives + 1);
    }

    private static Wait awaitRead(DirectDesc desc) throws Exception {
        assertThat(desc.lockRead()).isTrue();
        try {
            desc.prepareRead();
            return desc.awaitRead();
        } finally {
            desc.unlockRead();
        }
    }

    /** The same on a thread that lives on: no second receive is needed. */
    @Test
    void bytesThatComeAfterATimeOutAreReceivedByTheFirstReceive() {
        Conn conn = connect();
        arm(conn.desc());
        poll();
        conn.desc().setReadDeadline(5);
        clock.advanceTo(5);
        assertThat(conn.desc().readTimeLeftNanos()).isNotPositive();
        peerSends(conn, pattern(0, 9));
        pollUntil(() -> isReady(conn.desc(), Direction.READ));
        assertThat(receive(conn.desc(), 9)).isEqualTo(pattern(0, 9));
        assertThat(kernel.count(SysCall.RING_RECV)).isEqualTo(1);
    }

    @Test
    void theEndOfAThreadEndsItsReceiveAndTheReaderAsksAgain() throws Exception {
        Conn conn = connect();
        TestThread.start(
                        () -> {
                            arm(conn.desc());
                            return true;
                        })
                .result();
        peerSends(conn, pattern(0, 3));
        pollUntil(() -> isReady(conn.desc(), Direction.READ));
        assertThat(receive(conn.desc(), 3)).isEqualTo(pattern(0, 3));
    }

    @Test
    void aReceiveThatGoesOnIsMadeOnceForAll() {
        Conn conn = connect();
        becomeSteady();
        for (int i = 0; i < 20; i++) {
            arm(conn.desc());
            poll();
            peerSends(conn, pattern(i, 10));
            assertThat(receive(conn.desc(), 10)).isEqualTo(pattern(i, 10));
        }
        assertThat(kernel.count(SysCall.RING_RECV)).isEqualTo(1);
    }

    @Test
    void anotherMEndsWhatGoesOnAndMakesItAnew() throws Exception {
        Conn conn = connect();
        becomeSteady();
        arm(conn.desc());
        poll();
        int epoch = poller.epoch();
        onAnotherM(this::poll);
        assertThat(poller.epoch()).isEqualTo(epoch + 1);
        peerSends(conn, pattern(0, 4));
        onAnotherM(
                () -> {
                    pollUntil(() -> isReady(conn.desc(), Direction.READ));
                    assertThat(receive(conn.desc(), 4)).isEqualTo(pattern(0, 4));
                    return true;
                });
        pollUntil(() -> !conn.desc().is(DirectDesc.RECEIVING));
        assertThat(conn.desc().recv(new byte[1], 0, 1)).isEqualTo(-Errno.EAGAIN);
        arm(conn.desc());
        assertThat(conn.desc().is(DirectDesc.STEADY)).as("the new M is too new").isFalse();
        peerSends(conn, pattern(4, 4));
        assertThat(receive(conn.desc(), 4)).isEqualTo(pattern(4, 4));
        becomeSteady();
        arm(conn.desc());
        assertThat(conn.desc().is(DirectDesc.STEADY)).isTrue();
    }

    /** Who only helps out hands over nothing that lasts. */
    @Test
    void aForeignThreadMakesASingleReceiveOfOneThatWouldGoOn() throws Exception {
        Conn conn = connect();
        Conn other = connect();
        becomeSteady();
        arm(conn.desc());
        assertThat(conn.desc().is(DirectDesc.STEADY)).isTrue();
        TestThread.start(() -> other.desc().send(pattern(0, 1), 0, 1)).result();
        assertThat(conn.desc().is(DirectDesc.RECEIVING)).isTrue();
        assertThat(conn.desc().is(DirectDesc.STEADY)).isFalse();
        peerSends(conn, pattern(0, 4));
        assertThat(receive(conn.desc(), 4)).isEqualTo(pattern(0, 4));
    }

    /** The kernel has told the send, and has only the end left for the receive. */
    @Test
    void anErrorThatASendHasMetIsNoEndOfTheStreamForTheReader() {
        Conn conn = connect();
        script.fail(SysCall.RING_SEND, 1, Errno.ECONNRESET).end(SysCall.RING_RECV, 1);
        arm(conn.desc());
        assertThat(conn.desc().send(pattern(0, 3), 0, 3)).isEqualTo(3);
        pollUntil(() -> isReady(conn.desc(), Direction.READ));
        assertThat(conn.desc().sawHangup()).isTrue();
        assertThat(conn.desc().recv(new byte[1], 0, 1)).isEqualTo(-Errno.ECONNRESET);
        assertThat(conn.desc().send(pattern(3, 3), 0, 3)).isEqualTo(-Errno.ECONNRESET);
        assertThat(conn.desc().send(pattern(3, 3), 0, 3)).isEqualTo(-Errno.ECONNRESET);
    }

    @Test
    void aShortageOfMemoryIsToldOnceAndEndsNothing() {
        Conn conn = connect();
        script.fail(SysCall.RING_RECV, 1, Errno.ENOMEM);
        peerSends(conn, pattern(0, 3));
        arm(conn.desc());
        pollUntil(() -> isReady(conn.desc(), Direction.READ));
        assertThat(conn.desc().recv(new byte[1], 0, 1)).isEqualTo(-Errno.ENOMEM);
        assertThat(receive(conn.desc(), 3)).isEqualTo(pattern(0, 3));
    }
}
