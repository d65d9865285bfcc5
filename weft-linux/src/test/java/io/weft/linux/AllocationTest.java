package io.weft.linux;

import static io.weft.linux.TcpPair.SYS;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The calls of the hot path allocate nothing once they are compiled. Compilation takes its time on
 * a busy machine, so the test runs rounds until one of them is clean; a call that allocates at all
 * never has a clean round.
 */
@Timeout(120)
class AllocationTest {

    private static final int CALLS_PER_ROUND = 20_000;
    private static final int MAX_ROUNDS = 500;

    /** What the measurement itself, or a class loaded meanwhile, may allocate in one round. */
    static final long NOISE_BYTES = CALLS_PER_ROUND / 10;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final TcpPair pair = TcpPair.open();
    private final byte[] message = new byte[64];

    @AfterEach
    void close() {
        pair.close();
    }

    @Test
    void sendAndRecvOfAnArrayAllocateNothing() {
        assertThat(bestRound(this::pingPong)).isLessThan(NOISE_BYTES);
    }

    @Test
    void emptyRecvAllocatesNothing() {
        assertThat(bestRound(() -> SYS.recv(pair.server, message, 0, message.length)))
                .isLessThan(NOISE_BYTES);
    }

    @Test
    void pollAndSignalAllocateNothing() {
        int epoll = SYS.epollCreate();
        int eventfd = SYS.eventfd();
        SYS.epollCtl(epoll, Epoll.EPOLL_CTL_ADD, eventfd, Epoll.EPOLLIN | Epoll.EPOLLET, 1);
        try (EpollEvents events = new EpollEvents(4)) {
            long bytes =
                    bestRound(
                            () -> {
                                SYS.eventfdSignal(eventfd);
                                SYS.epollWait(epoll, events, 0);
                            });
            assertThat(bytes).isLessThan(NOISE_BYTES);
        } finally {
            SYS.close(eventfd);
            SYS.close(epoll);
        }
    }

    /** Loopback delivers within the send, so the bytes are there at once. */
    private void pingPong() {
        int sent = SYS.send(pair.client, message, 0, message.length);
        int received = SYS.recv(pair.server, message, 0, message.length);
        if (sent != message.length || received != message.length) {
            throw new AssertionError("sent " + sent + ", received " + received);
        }
    }

    static long bestRound(Runnable call) {
        long best = Long.MAX_VALUE;
        for (int round = 0; round < MAX_ROUNDS && best >= NOISE_BYTES; round++) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < CALLS_PER_ROUND; i++) {
                call.run();
            }
            best = Math.min(best, THREADS.getCurrentThreadAllocatedBytes() - before);
        }
        return best;
    }
}
