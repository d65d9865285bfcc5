package io.weft.netpoll;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.testkit.SysCall;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Many that have bytes, and few buffers: who finds none is fed later. */
class RingStarvedTest extends RingTest {

    private static final int CROWD = 20;
    private static final int BUFFERS = 4;

    /** Room for a crowd, and a completion queue that one of its rounds fits into. */
    private static final RingSettings FEW_BUFFERS =
            new RingSettings(16, 32, 64, BUFFERS, 16, 2, 16);

    RingStarvedTest() {
        super(FEW_BUFFERS);
    }

    /**
     * Connections whose bytes are there when their receive is queued; the first get the buffers.
     */
    private List<Conn> starvingCrowd() {
        List<Conn> crowd = new ArrayList<>();
        for (int i = 0; i < CROWD; i++) {
            Conn conn = connect();
            peerSends(conn, pattern(100 * i, 16));
            crowd.add(conn);
        }
        crowd.forEach(conn -> arm(conn.desc()));
        return crowd;
    }

    private boolean isReady(Conn conn) {
        return isReady(conn.desc(), Direction.READ);
    }

    private static boolean isStarved(Conn conn) {
        return conn.desc().is(DirectDesc.STARVED);
    }

    /** Nobody reads, and yet all are served; none asks the kernel more than twice. */
    @Test
    void whoFindsNoBufferIsFedLaterAndOnlyOnce() {
        List<Conn> crowd = starvingCrowd();
        pollUntil(() -> crowd.stream().anyMatch(RingStarvedTest::isStarved));
        pollUntil(() -> crowd.stream().allMatch(this::isReady));
        assertThat(kernel.count(SysCall.RING_RECV)).isBetween(CROWD + 1L, 2L * CROWD);
        for (int i = CROWD - 1; i >= 0; i--) {
            assertThat(receive(crowd.get(i).desc(), 16)).isEqualTo(pattern(100 * i, 16));
        }
    }

    /** It could only ask again, and would find no buffer again. */
    @Test
    void theReaderOfAStarvedReceiveIsNotReadied() {
        List<Conn> crowd = starvingCrowd();
        pollUntil(() -> crowd.stream().anyMatch(RingStarvedTest::isStarved));
        assertThat(crowd).filteredOn(RingStarvedTest::isStarved).noneMatch(this::isReady);
        pollUntil(() -> crowd.stream().allMatch(this::isReady));
    }

    @Test
    void theMDoesNotSleepWhileSomebodyStarves() throws Exception {
        List<Conn> crowd = starvingCrowd();
        pollUntil(() -> crowd.stream().anyMatch(RingStarvedTest::isStarved));
        onAnotherM(
                () -> {
                    while (!crowd.stream().allMatch(this::isReady)) {
                        poller.block(-1); // for ever, if it slept
                    }
                    return true;
                });
    }

    /** The kernel knows nothing of the receive, so nothing is cancelled, and the slot is free. */
    @Test
    void aStarvedConnectionCanBeClosed() {
        List<Conn> crowd = starvingCrowd();
        pollUntil(() -> crowd.stream().filter(RingStarvedTest::isStarved).count() > 1);
        List<Conn> hungry = crowd.stream().filter(RingStarvedTest::isStarved).toList();
        hungry.forEach(conn -> conn.desc().close());
        Conn next = connect();
        assertThat(next.desc().slot()).as("a slot of those").isLessThan(CROWD);
        peerSends(next, pattern(7, 16));
        assertThat(receive(next.desc(), 16)).isEqualTo(pattern(7, 16));
        pollUntil(() -> crowd.stream().filter(c -> !hungry.contains(c)).allMatch(this::isReady));
    }

    /** A wait that ended by its deadline has left its receive behind; the next one finds it. */
    @Test
    void whoAsksAgainWhileStarvedQueuesNoSecondReceive() {
        List<Conn> crowd = starvingCrowd();
        pollUntil(() -> crowd.stream().anyMatch(RingStarvedTest::isStarved));
        long receives = kernel.count(SysCall.RING_RECV);
        crowd.stream().filter(RingStarvedTest::isStarved).forEach(conn -> arm(conn.desc()));
        assertThat(kernel.count(SysCall.RING_RECV)).isEqualTo(receives);
        pollUntil(() -> crowd.stream().allMatch(this::isReady));
        assertThat(kernel.count(SysCall.RING_RECV)).isLessThanOrEqualTo(2L * CROWD);
    }
}
