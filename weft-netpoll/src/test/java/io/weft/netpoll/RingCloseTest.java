package io.weft.netpoll;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.linux.Errno;
import io.weft.linux.Sockets;
import io.weft.testkit.SysCall;
import org.junit.jupiter.api.Test;

/** What a closed connection leaves: nothing, and nothing to the next owner of its slot. */
class RingCloseTest extends RingTest {

    RingCloseTest() {
        super(TINY);
    }

    @Test
    void whatWasWrittenGoesOutBeforeTheEnd() {
        Conn conn = connect();
        assertThat(conn.desc().send(pattern(0, 16), 0, 16)).isEqualTo(16);
        conn.desc().close();
        assertThat(poller.connections()).as("within the call").isZero();
        assertThat(peerReceives(conn, 16)).isEqualTo(pattern(0, 16));
        assertThat(peerAnswer(conn)).isZero();
    }

    @Test
    void whatIsLeftOverKeepsTheSocketUntilItIsSent() throws Exception {
        Conn conn = connectNarrow();
        int taken = fill(conn.desc());
        conn.desc().close();
        poll();
        assertThat(conn.desc().is(DirectDesc.LINGERING)).isTrue();
        assertThat(poller.connections()).isEqualTo(1);
        assertThat(peerReceives(conn, taken)).isEqualTo(pattern(0, taken));
        assertThat(peerAnswer(conn)).isZero();
        pollUntil(() -> poller.connections() == 0);
    }

    /** Its input may have ended: it is read no more, and that is no reason to drop the rest. */
    @Test
    void theEndOfTheInputDoesNotEndTheLingering() throws Exception {
        Conn conn = connectNarrow();
        int taken = fill(conn.desc());
        sys.shutdown(conn.peer(), Sockets.SHUT_WR);
        conn.desc().close();
        assertThat(peerReceives(conn, taken)).isEqualTo(pattern(0, taken));
        assertThat(peerAnswer(conn)).isZero();
        pollUntil(() -> poller.connections() == 0);
    }

    @Test
    void aPeerThatSendsEndsTheLingering() throws Exception {
        Conn conn = connectNarrow();
        fill(conn.desc());
        conn.desc().close();
        poll();
        assertThat(poller.connections()).isEqualTo(1);
        peerSends(conn, pattern(0, 1));
        pollUntil(() -> poller.connections() == 0);
    }

    @Test
    void unreadBytesAreNotLingeredFor() throws Exception {
        Conn conn = connectNarrow();
        arm(conn.desc());
        peerSends(conn, pattern(0, 10));
        pollUntil(() -> isReady(conn.desc(), Direction.READ));
        fill(conn.desc());
        conn.desc().close();
        pollUntil(() -> poller.connections() == 0);
    }

    @Test
    void anErrorEndsTheLingering() throws Exception {
        Conn conn = connectNarrow();
        fill(conn.desc());
        conn.desc().close();
        sys.setLinger(conn.peer(), 0);
        closePeer(conn.peer());
        pollUntil(() -> poller.connections() == 0);
    }

    /** The worker thread of the kernel looks the slot up when it comes to it. */
    @Test
    void aShutdownUnderWayKeepsTheSlot() {
        for (int i = 0; i < 200; i++) {
            Conn conn = connect();
            script.fail(SysCall.RING_SEND, kernel.count(SysCall.RING_SEND) + 1, Errno.EAGAIN);
            assertThat(conn.desc().send(pattern(0, 5), 0, 5)).isEqualTo(5);
            poll();
            assertThat(conn.desc().shutdown(Sockets.SHUT_WR)).isZero();
            pollUntil(() -> !conn.desc().is(DirectDesc.BLOCKED));
            conn.desc().close();
            Conn next = connect();
            assertThat(next.desc().send(pattern(0, 1), 0, 1)).isEqualTo(1);
            assertThat(peerReceives(next, 1)).isEqualTo(pattern(0, 1));
            assertThat(peerReceives(conn, 5)).isEqualTo(pattern(0, 5));
            assertThat(peerAnswer(conn)).isZero();
            assertThat(next.desc().send(pattern(1, 1), 0, 1)).isEqualTo(1);
            assertThat(peerReceives(next, 1)).as("its output is open").isEqualTo(pattern(1, 1));
            next.desc().close();
            pollUntil(() -> poller.connections() == 0);
            closePeer(next.peer());
            closePeer(conn.peer());
        }
    }

    @Test
    void aSlotIsUsedAgainAndTheLateCompletionOfItsFormerOwnerIsDropped() {
        Conn former = connect();
        arm(former.desc());
        poll();
        peerSends(former, pattern(50, 9));
        former.desc().close(); // its receive has completed, and nobody has looked
        assertThat(poller.connections()).isZero();
        Conn next = connect();
        assertThat(next.desc().slot()).isEqualTo(former.desc().slot());
        long stale = netpoll.counters().staleEvents();
        arm(next.desc());
        poll();
        assertThat(netpoll.counters().staleEvents()).isGreaterThan(stale);
        assertThat(isReady(next.desc(), Direction.READ)).isFalse();
        assertThat(next.desc().ring.receiveBuffers().free()).isEqualTo(4);
        peerSends(next, pattern(0, 5));
        assertThat(receive(next.desc(), 5)).isEqualTo(pattern(0, 5));
    }

    /** Entries that name the slot are still in the queue: it cannot be given to another. */
    @Test
    void aSlotIsKeptWhileTheKernelRefusesItsEntries() {
        Conn former = connect();
        refusal = Errno.EBUSY;
        arm(former.desc());
        former.desc().close();
        poll();
        assertThat(poller.connections()).isEqualTo(1);
        Conn next = connect();
        assertThat(next.desc().slot()).isNotEqualTo(former.desc().slot());
        peerSends(next, pattern(0, 7));
        refusal = 0;
        pollUntil(() -> poller.connections() == 1);
        assertThat(receive(next.desc(), 7)).isEqualTo(pattern(0, 7));
    }

    @Test
    void whatIsUnreadGivesItsBuffersBack() {
        Conn conn = connect();
        arm(conn.desc());
        peerSends(conn, pattern(0, 10));
        pollUntil(() -> isReady(conn.desc(), Direction.READ));
        assertThat(conn.desc().ring.receiveBuffers().free()).isEqualTo(3);
        conn.desc().close();
        assertThat(conn.desc().ring.receiveBuffers().free()).isEqualTo(4);
    }

    /** A receive, a wait for room, a call, a lingering one, and entries that were never taken. */
    @Test
    void theEndOfTheRuntimeEndsEverything() throws Exception {
        Conn receiving = connect();
        arm(receiving.desc());
        Conn blocked = connectNarrow();
        fill(blocked.desc());
        Conn lingering = connectNarrow();
        fill(lingering.desc());
        lingering.desc().close();
        poll();
        Conn asked = connect();
        refusal = Errno.EAGAIN;
        TestThread<Integer> call = TestThread.start(() -> asked.desc().borrowFd());
        call.awaitParked();
        arm(asked.desc());
        closeEarly();
        assertThat(call.result()).isNegative();
    }
}
