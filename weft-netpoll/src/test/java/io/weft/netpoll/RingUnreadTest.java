package io.weft.netpoll;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Readers that are far behind what the kernel receives for them. */
class RingUnreadTest extends RingTest {

    /** Buffers and completions for much that nobody reads. */
    private static final RingSettings ROOMY = new RingSettings(16, 256, 4, 64, 16, 2, 16);

    RingUnreadTest() {
        super(ROOMY);
    }

    /** So much that nobody reads ends a receive that would go on; it is resumed by who reads. */
    @Test
    void aReaderThatIsFarBehindEndsItsReceive() {
        Conn conn = connect();
        becomeSteady();
        arm(conn.desc());
        poll();
        int total = 16 * 40;
        peerSends(conn, pattern(0, total));
        pollUntil(() -> !conn.desc().is(DirectDesc.RECEIVING));
        assertThat(conn.desc().unread).isBetween((byte) RingReceives.UNREAD_MAX, (byte) 40);
        assertThat(receive(conn.desc(), total)).isEqualTo(pattern(0, total));
        peerSends(conn, pattern(0, 16));
        assertThat(receive(conn.desc(), 16)).isEqualTo(pattern(0, 16));
    }
}
