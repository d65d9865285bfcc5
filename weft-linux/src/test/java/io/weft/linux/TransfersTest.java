package io.weft.linux;

import static io.weft.linux.Sockets.SHUT_RDWR;
import static io.weft.linux.Sockets.SHUT_WR;
import static io.weft.linux.TcpPair.SYS;
import static io.weft.linux.TcpPair.ok;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** recv, send, shutdown and close on a real connection. */
@Timeout(30)
class TransfersTest {

    private final TcpPair pair = TcpPair.open();

    @AfterEach
    void close() {
        pair.close();
    }

    @Test
    void bytesArriveInAPartOfAnArray() {
        byte[] message = "-hello-".getBytes(UTF_8);
        assertThat(SYS.send(pair.client, message, 1, 5)).isEqualTo(5);
        byte[] buffer = new byte[10];
        TcpPair.await(pair.server, Epoll.EPOLLIN);
        assertThat(SYS.recv(pair.server, buffer, 2, 8)).isEqualTo(5);
        assertThat(new String(buffer, UTF_8)).isEqualTo("\0\0hello\0\0\0");
    }

    @Test
    void recvNeverWritesBeyondItsLength() {
        SYS.send(pair.client, new byte[] {1, 2, 3, 4}, 0, 4);
        byte[] buffer = new byte[4];
        TcpPair.await(pair.server, Epoll.EPOLLIN);
        assertThat(SYS.recv(pair.server, buffer, 0, 2)).isEqualTo(2);
        assertThat(buffer).containsExactly(1, 2, 0, 0);
    }

    @Test
    void nativeAndHeapSegmentsCarryTheSameBytes() {
        MemorySegment nativeSource = Arena.ofAuto().allocate(3).fill((byte) 7);
        assertThat(SYS.send(pair.client, nativeSource, 3)).isEqualTo(3);
        TcpPair.await(pair.server, Epoll.EPOLLIN);
        byte[] array = new byte[5];
        assertThat(SYS.recv(pair.server, MemorySegment.ofArray(array).asSlice(1), array.length - 1))
                .isEqualTo(3);
        assertThat(array).containsExactly(0, 7, 7, 7, 0);

        assertThat(SYS.send(pair.server, MemorySegment.ofArray(array), array.length)).isEqualTo(5);
        TcpPair.await(pair.client, Epoll.EPOLLIN);
        MemorySegment target = Arena.ofAuto().allocate(8);
        assertThat(SYS.recv(pair.client, target, 8)).isEqualTo(5);
        assertThat(target.toArray(ValueLayout.JAVA_BYTE)).containsExactly(0, 7, 7, 7, 0, 0, 0, 0);
    }

    @Test
    void oneCallMovesNoMoreThanItsLimit() {
        int size = Sys.MAX_TRANSFER + 1;
        ok(SYS.setOption(pair.client, Sockets.SOL_SOCKET, Sockets.SO_SNDBUF, 4 * size));
        assertThat(SYS.send(pair.client, new byte[size], 0, size)).isEqualTo(Sys.MAX_TRANSFER);
        assertThat(SYS.send(pair.client, MemorySegment.ofArray(new byte[size]), size))
                .isEqualTo(Sys.MAX_TRANSFER);
    }

    @Test
    void rangesOutsideTheArrayAreRefused() {
        byte[] buffer = new byte[4];
        assertThatThrownBy(() -> SYS.recv(pair.server, buffer, 2, 3))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> SYS.recv(pair.server, buffer, 0, 5))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> SYS.send(pair.server, buffer, -1, 2))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void emptySocketAnswersAgain() {
        assertThat(SYS.recv(pair.server, new byte[1], 0, 1)).isEqualTo(-Errno.EAGAIN);
    }

    @Test
    void fullSocketAnswersAgain() {
        byte[] chunk = new byte[Sys.MAX_TRANSFER];
        int answer = chunk.length;
        for (int i = 0; i < 10_000 && answer > 0; i++) {
            answer = SYS.send(pair.client, chunk, 0, chunk.length);
        }
        assertThat(answer).isEqualTo(-Errno.EAGAIN);
    }

    @Test
    void halfCloseIsTheEndOfTheStreamAndLeavesTheOtherDirection() {
        ok(SYS.shutdown(pair.client, SHUT_WR));
        TcpPair.await(pair.server, Epoll.EPOLLIN);
        assertThat(SYS.recv(pair.server, new byte[1], 0, 1)).isZero();
        assertThat(SYS.send(pair.server, new byte[] {9}, 0, 1)).isEqualTo(1);
        TcpPair.await(pair.client, Epoll.EPOLLIN);
        assertThat(SYS.recv(pair.client, new byte[1], 0, 1)).isEqualTo(1);
    }

    @Test
    void sendingAfterShutdownIsABrokenPipeAndNoSignal() {
        ok(SYS.shutdown(pair.client, SHUT_RDWR));
        assertThat(SYS.send(pair.client, new byte[1], 0, 1)).isEqualTo(-Errno.EPIPE);
        MemorySegment[] nativeBuffers = {Arena.ofAuto().allocate(1)};
        assertThat(SYS.sendGather(pair.client, nativeBuffers, 1)).isEqualTo(-Errno.EPIPE);
    }

    @Test
    void closeWithLingerZeroResetsThePeer() {
        ok(SYS.setLinger(pair.client, 0));
        ok(SYS.close(pair.client));
        int events = TcpPair.await(pair.server, Epoll.EPOLLIN | Epoll.EPOLLRDHUP);
        assertThat(events & Epoll.EPOLLERR).isNotZero();
        assertThat(SYS.recv(pair.server, new byte[1], 0, 1)).isEqualTo(-Errno.ECONNRESET);
    }

    @Test
    void closedDescriptorIsBad() {
        int socket = ok(SYS.socket(Sockets.AF_INET, Sockets.SOCK_STREAM, 0));
        int beyondTheLimit = 1 << 30;
        ok(SYS.close(socket));
        assertThat(SYS.close(beyondTheLimit)).isEqualTo(-Errno.EBADF);
        assertThat(SYS.recv(beyondTheLimit, new byte[1], 0, 1)).isEqualTo(-Errno.EBADF);
        assertThat(SYS.send(-1, new byte[1], 0, 1)).isEqualTo(-Errno.EBADF);
        assertThat(SYS.shutdown(-1, SHUT_WR)).isEqualTo(-Errno.EBADF);
        assertThat(SYS.listen(-1, 1)).isEqualTo(-Errno.EBADF);
        assertThat(SYS.accept(-1)).isEqualTo(-Errno.EBADF);
        assertThat(SYS.localAddress(-1)).isNull();
    }
}
