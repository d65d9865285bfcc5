package io.weft.linux;

import static io.weft.linux.Epoll.EPOLLET;
import static io.weft.linux.Epoll.EPOLLIN;
import static io.weft.linux.Epoll.EPOLLOUT;
import static io.weft.linux.Epoll.EPOLLRDHUP;
import static io.weft.linux.Epoll.EPOLL_CTL_ADD;
import static io.weft.linux.Epoll.EPOLL_CTL_DEL;
import static io.weft.linux.Epoll.EPOLL_CTL_MOD;
import static io.weft.linux.TcpPair.PATIENCE_NANOS;
import static io.weft.linux.TcpPair.SYS;
import static io.weft.linux.TcpPair.ok;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class EpollTest {

    private static final long DATUM = 0x8123_4567_89ab_cdefL;
    private static final int READ_EDGES = EPOLLIN | EPOLLRDHUP | EPOLLET;

    private final TcpPair pair = TcpPair.open();
    private final int epoll = ok(SYS.epollCreate());
    private final int eventfd = ok(SYS.eventfd());
    private final EpollEvents events = new EpollEvents(8);

    @AfterEach
    void close() {
        events.close();
        SYS.close(eventfd);
        SYS.close(epoll);
        pair.close();
    }

    @Test
    void pollWithoutEventsReturnsAtOnce() {
        assertThat(SYS.epollWait(epoll, events, 0)).isZero();
    }

    @Test
    void datumComesBackWithTheEvents() {
        ok(SYS.epollCtl(epoll, EPOLL_CTL_ADD, pair.server, READ_EDGES, DATUM));
        send(pair.client);
        assertThat(SYS.epollWait(epoll, events, PATIENCE_NANOS)).isEqualTo(1);
        assertThat(events.events(0)).isEqualTo(EPOLLIN);
        assertThat(events.data(0)).isEqualTo(DATUM);
    }

    @Test
    void edgeIsReportedOnceAndAgainForMoreData() {
        ok(SYS.epollCtl(epoll, EPOLL_CTL_ADD, pair.server, READ_EDGES, DATUM));
        send(pair.client);
        assertThat(SYS.epollWait(epoll, events, PATIENCE_NANOS)).isEqualTo(1);
        assertThat(SYS.epollWait(epoll, events, 0)).isZero();
        send(pair.client);
        assertThat(SYS.epollWait(epoll, events, PATIENCE_NANOS)).isEqualTo(1);
    }

    @Test
    void modifyingReportsWhatIsReadyAgain() {
        ok(SYS.epollCtl(epoll, EPOLL_CTL_ADD, pair.server, READ_EDGES, DATUM));
        send(pair.client);
        assertThat(SYS.epollWait(epoll, events, PATIENCE_NANOS)).isEqualTo(1);
        ok(SYS.epollCtl(epoll, EPOLL_CTL_MOD, pair.server, READ_EDGES | EPOLLOUT, ~DATUM));
        assertThat(SYS.epollWait(epoll, events, PATIENCE_NANOS)).isEqualTo(1);
        assertThat(events.events(0)).isEqualTo(EPOLLIN | EPOLLOUT);
        assertThat(events.data(0)).isEqualTo(~DATUM);
    }

    @Test
    void halfCloseIsReportedWithTheEdge() {
        ok(SYS.epollCtl(epoll, EPOLL_CTL_ADD, pair.server, READ_EDGES, DATUM));
        ok(SYS.shutdown(pair.client, Sockets.SHUT_WR));
        assertThat(SYS.epollWait(epoll, events, PATIENCE_NANOS)).isEqualTo(1);
        assertThat(events.events(0)).isEqualTo(EPOLLIN | EPOLLRDHUP);
    }

    @Test
    void manyEventsComeInOneBatchWithTheirOwnData() {
        ok(SYS.epollCtl(epoll, EPOLL_CTL_ADD, pair.client, EPOLLOUT, 1));
        ok(SYS.epollCtl(epoll, EPOLL_CTL_ADD, pair.server, EPOLLOUT, 2));
        ok(SYS.epollCtl(epoll, EPOLL_CTL_ADD, eventfd, EPOLLOUT, 3));
        assertThat(SYS.epollWait(epoll, events, 0)).isEqualTo(3);
        assertThat(new long[] {events.data(0), events.data(1), events.data(2)})
                .containsExactlyInAnyOrder(1, 2, 3);
        assertThat(new int[] {events.events(0), events.events(1), events.events(2)})
                .containsOnly(EPOLLOUT);
    }

    @Test
    void batchIsLimitedByTheCapacity() {
        ok(SYS.epollCtl(epoll, EPOLL_CTL_ADD, pair.client, EPOLLOUT, 1));
        ok(SYS.epollCtl(epoll, EPOLL_CTL_ADD, pair.server, EPOLLOUT, 2));
        try (EpollEvents single = new EpollEvents(1)) {
            assertThat(SYS.epollWait(epoll, single, 0)).isEqualTo(1);
        }
    }

    @Test
    void everySignalOfAnEventfdIsAnEdgeWithoutAnyRead() {
        ok(SYS.epollCtl(epoll, EPOLL_CTL_ADD, eventfd, EPOLLIN | EPOLLET, DATUM));
        for (int i = 0; i < 3; i++) {
            assertThat(SYS.eventfdSignal(eventfd)).isEqualTo(Long.BYTES);
            assertThat(SYS.epollWait(epoll, events, PATIENCE_NANOS)).isEqualTo(1);
            assertThat(SYS.epollWait(epoll, events, 0)).isZero();
        }
    }

    @Test
    void deletedDescriptorIsSilent() {
        ok(SYS.epollCtl(epoll, EPOLL_CTL_ADD, pair.server, READ_EDGES, DATUM));
        ok(SYS.epollCtl(epoll, EPOLL_CTL_DEL, pair.server, 0, 0));
        send(pair.client);
        TcpPair.await(pair.server, EPOLLIN);
        assertThat(SYS.epollWait(epoll, events, 0)).isZero();
    }

    @Test
    void misuseIsNamed() {
        ok(SYS.epollCtl(epoll, EPOLL_CTL_ADD, pair.server, READ_EDGES, DATUM));
        assertThat(SYS.epollCtl(epoll, EPOLL_CTL_ADD, pair.server, READ_EDGES, DATUM))
                .isEqualTo(-Errno.EEXIST);
        assertThat(SYS.epollCtl(epoll, EPOLL_CTL_MOD, pair.client, READ_EDGES, DATUM))
                .isEqualTo(-Errno.ENOENT);
        assertThat(SYS.epollCtl(epoll, EPOLL_CTL_ADD, -1, READ_EDGES, DATUM))
                .isEqualTo(-Errno.EBADF);
        assertThat(SYS.epollWait(-1, events, 0)).isEqualTo(-Errno.EBADF);
        assertThat(SYS.epollWait(-1, events, 1)).isEqualTo(-Errno.EBADF);
        assertThat(SYS.epollWait(pair.server, events, -1)).isEqualTo(-Errno.EINVAL);
        assertThat(SYS.eventfdSignal(-1)).isEqualTo(-Errno.EBADF);
    }

    @Test
    void waitForEverEndsWithASignal() {
        ok(SYS.epollCtl(epoll, EPOLL_CTL_ADD, eventfd, EPOLLIN | EPOLLET, DATUM));
        CompletableFuture<Integer> waiter =
                CompletableFuture.supplyAsync(() -> SYS.epollWait(epoll, events, -1));
        SYS.eventfdSignal(eventfd);
        assertThat(waiter.join()).isEqualTo(1);
        assertThat(events.data(0)).isEqualTo(DATUM);
    }

    private static void send(int fd) {
        assertThat(SYS.send(fd, new byte[] {1}, 0, 1)).isEqualTo(1);
    }
}
