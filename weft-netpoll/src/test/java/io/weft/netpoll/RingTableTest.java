package io.weft.netpoll;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.linux.Errno;
import io.weft.testkit.SysCall;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tables that are full, further rings, and connections for which there is none. */
class RingTableTest extends RingTest {

    RingTableTest() {
        super(TINY);
    }

    private List<Conn> connectMany(int count) {
        List<Conn> conns = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            conns.add(connect());
        }
        return conns;
    }

    private void assertServes(Conn conn, int seed) {
        peerSends(conn, pattern(seed, 30));
        assertThat(receive(conn.desc(), 30)).isEqualTo(pattern(seed, 30));
        int sent = 0;
        while (sent < 30) {
            byte[] rest = pattern(seed + sent, 30 - sent);
            sent += Math.max(conn.desc().send(rest, 0, rest.length), 0);
            poll();
        }
        assertThat(peerReceives(conn, 30)).isEqualTo(pattern(seed, 30));
    }

    @Test
    void furtherRingsServeLikeTheFirst() {
        List<Conn> conns = connectMany(11);
        assertThat(poller.ringCount()).isEqualTo(3);
        assertThat(poller.connections()).isEqualTo(11);
        for (int i = 0; i < conns.size(); i++) {
            assertServes(conns.get(i), 1_000 * i);
        }
    }

    @Test
    void aRingThatNobodyUsesIsClosed() {
        List<Conn> conns = connectMany(9);
        assertThat(poller.ringCount()).isEqualTo(3);
        conns.forEach(conn -> conn.desc().close());
        pollUntil(() -> poller.ringCount() == 1);
        assertServes(connect(), 7);
    }

    /** The thread that closed it may still be on its way into the kernel, which is done by then. */
    @Test
    void aRingIsNotClosedUnderWhoClosesTheLastConnection() throws Exception {
        List<Conn> conns = connectMany(5);
        DirectDesc last = conns.getLast().desc();
        assertThat(last.ring.index()).isEqualTo(1);
        conns.subList(0, 4).forEach(conn -> conn.desc().close());
        Gate gate = new Gate();
        TestThread<Boolean> closing =
                TestThread.start(
                        () -> {
                            hooks.beforeMyNextEnter(gate::pass);
                            last.close();
                            return true;
                        });
        gate.awaitArrival();
        pollUntil(() -> poller.connections() == 0);
        poll();
        gate.open();
        assertThat(closing.result()).isTrue();
        pollUntil(() -> poller.ringCount() == 1);
    }

    @Test
    void whoFindsNoRingIsServedByEpollAndNobodyIsLost() throws Exception {
        List<Conn> conns = connectMany(4);
        script.fail(SysCall.RING_SETUP, 2, Errno.EMFILE);
        SocketPair pair = SocketPair.open(sys);
        PollDesc fallback = netpoll.openConnected(pair.server());
        assertThat(fallback).isNotInstanceOf(DirectDesc.class);
        assertThat(log.warnings()).hasSize(1);
        assertThat(log.warnings().getFirst())
                .contains("further connections use epoll")
                .contains("EMFILE")
                .contains("ulimit -n");
        SocketPair another = SocketPair.open(sys);
        PollDesc second = netpoll.openConnected(another.server());
        assertThat(kernel.count(SysCall.RING_SETUP)).as("not tried at once").isEqualTo(2);
        assertThat(log.warnings()).hasSize(1);
        fallback.ensureArmed(Direction.READ);
        sys.send(pair.client(), pattern(0, 4), 0, 4);
        pollUntil(() -> isReady(fallback, Direction.READ));
        byte[] got = new byte[4];
        assertThat(fallback.recv(got, 0, 4)).isEqualTo(4);
        assertThat(got).isEqualTo(pattern(0, 4));
        conns.getFirst().desc().close();
        assertThat(connect().desc().ring.index()).as("a slot is free again").isZero();
        second.close();
        closePeerLater(pair.client());
        closePeerLater(another.client());
    }

    @Test
    void aSocketThatCannotBeEnteredIsServedByEpoll() {
        script.fail(SysCall.RING_ADOPT, 1, Errno.ENOMEM);
        SocketPair pair = SocketPair.open(sys);
        PollDesc fallback = netpoll.openConnected(pair.server());
        assertThat(fallback).isNotInstanceOf(DirectDesc.class);
        assertThat(poller.connections()).isZero();
        closePeerLater(pair.client());
        assertServes(connect(), 3);
    }

    /** A ring of which a part was refused leaves nothing behind, and is opened later. */
    @Test
    void aRingThatIsOpenedInPartIsClosedAgain() {
        script.fail(SysCall.RING_TABLE, 2, Errno.ENOMEM);
        connectMany(4);
        SocketPair pair = SocketPair.open(sys);
        assertThat(netpoll.openConnected(pair.server())).isNotInstanceOf(DirectDesc.class);
        closePeerLater(pair.client());
        assertThat(poller.ringCount()).isEqualTo(1);
    }
}
