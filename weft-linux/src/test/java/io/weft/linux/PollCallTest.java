package io.weft.linux;

import static io.weft.linux.Epoll.EPOLLERR;
import static io.weft.linux.Epoll.EPOLLIN;
import static io.weft.linux.Epoll.EPOLLOUT;
import static io.weft.linux.Epoll.EPOLLRDHUP;
import static io.weft.linux.TcpPair.SYS;
import static io.weft.linux.TcpPair.ok;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class PollCallTest {

    private final TcpPair pair = TcpPair.open();

    @AfterEach
    void close() {
        pair.close();
    }

    @Test
    void onlyAskedEventsAreAnswered() {
        assertThat(SYS.poll(pair.server, EPOLLIN)).isZero();
        assertThat(SYS.poll(pair.server, EPOLLIN | EPOLLOUT)).isEqualTo(EPOLLOUT);
    }

    @Test
    void endOfTheStreamIsReadable() {
        ok(SYS.shutdown(pair.client, Sockets.SHUT_WR));
        TcpPair.await(pair.server, EPOLLIN);
        assertThat(SYS.poll(pair.server, EPOLLIN | EPOLLRDHUP)).isEqualTo(EPOLLIN | EPOLLRDHUP);
    }

    @Test
    void errorIsSeenAndNotConsumed() {
        ok(SYS.setLinger(pair.client, 0));
        ok(SYS.close(pair.client));
        TcpPair.await(pair.server, EPOLLIN);
        assertThat(SYS.poll(pair.server, EPOLLIN) & EPOLLERR).isNotZero();
        assertThat(SYS.poll(pair.server, EPOLLIN) & EPOLLERR).isNotZero();
        assertThat(SYS.recv(pair.server, new byte[1], 0, 1)).isEqualTo(-Errno.ECONNRESET);
    }

    @Test
    void descriptorThatIsNotOpenIsInvalid() {
        assertThat(SYS.poll(1 << 30, EPOLLIN)).isEqualTo(Epoll.POLLNVAL);
    }
}
