package io.weft.linux;

import static io.weft.linux.TcpPair.PATIENCE_NANOS;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** As {@link AllocationTest}: what is done per request allocates nothing once it is compiled. */
@Timeout(120)
class UringAllocationTest {

    private static final int GROUP = 3;
    private static final int SIZE = 64;

    private final TestRing ring = TestRing.open(8);
    private final TcpPair pair = TcpPair.open();
    private final ProvidedBuffers buffers = ring.provide(GROUP, new BufferShape(4, SIZE, SIZE));
    private final Arena arena = Arena.ofShared();
    private final MemorySegment message = arena.allocate(SIZE);

    @AfterEach
    void close() {
        buffers.close();
        ring.close();
        pair.close();
        arena.close();
    }

    @Test
    void submitEnterAndReapAllocateNothing() {
        assertThat(AllocationTest.bestRound(this::pingPong)).isLessThan(AllocationTest.NOISE_BYTES);
    }

    @Test
    void waitWithATimeoutAllocatesNothing() {
        assertThat(AllocationTest.bestRound(this::waitForATimeout))
                .isLessThan(AllocationTest.NOISE_BYTES);
    }

    /** A send, and a recv into a provided buffer, in one batch: loopback delivers in between. */
    private void pingPong() {
        buffers.add(0);
        buffers.publish();
        int send = ring.submissions.next();
        ring.sockets.send(send, pair.client, message.address(), SIZE, 0);
        ring.submissions.userData(send, 1);
        int recv = ring.submissions.next();
        ring.sockets.recvSelected(recv, pair.server, GROUP, 0);
        ring.submissions.userData(recv, 2);
        ring.submissions.publish();
        require(ring.ring.enter(ring.submissions.pending(), 0, 0, 0) == 2);
        require(ring.completions.ready() == 2);
        require(ring.completions.result(0) == SIZE && ring.completions.userData(0) == 1);
        require(ring.completions.result(1) == SIZE && ring.completions.userData(1) == 2);
        require(CompletionQueue.bufferId(ring.completions.flags(1)) == 0);
        ring.completions.advance(2);
    }

    private void waitForATimeout() {
        int sqe = ring.submissions.next();
        ring.control.timeout(sqe, 1, 0, 0);
        ring.submissions.publish();
        require(ring.ring.enter(1, 1, 0, PATIENCE_NANOS) == 1);
        require(ring.completions.ready() == 1);
        require(ring.completions.result(0) == -Errno.ETIME);
        ring.completions.advance(1);
    }

    private static void require(boolean condition) {
        if (!condition) {
            throw new AssertionError("a request did not do its work");
        }
    }
}
