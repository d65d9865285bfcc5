package io.weft.linux;

import static io.weft.linux.TcpPair.SYS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class GatherTest {

    private final TcpPair pair = TcpPair.open();
    private final Arena arena = Arena.ofShared();

    @AfterEach
    void close() {
        pair.close();
        arena.close();
    }

    @Test
    void buffersArriveInOrderAndEmptyOnesAreSkipped() {
        MemorySegment[] buffers = {bytes(1, 2), bytes(), bytes(3), bytes(4, 5, 6)};
        assertThat(SYS.sendGather(pair.client, buffers, buffers.length)).isEqualTo(6);
        assertThat(receive(10)).containsExactly(1, 2, 3, 4, 5, 6);
    }

    @Test
    void onlyTheFirstCountBuffersAreSent() {
        MemorySegment[] buffers = {bytes(1), bytes(2), bytes(3)};
        assertThat(SYS.sendGather(pair.client, buffers, 2)).isEqualTo(2);
        assertThat(receive(10)).containsExactly(1, 2);
    }

    @Test
    void atMostTheKernelsLimitOfBuffersIsSent() {
        MemorySegment[] buffers = new MemorySegment[Sys.MAX_GATHER + 1];
        Arrays.fill(buffers, bytes(1));
        assertThat(SYS.sendGather(pair.client, buffers, buffers.length)).isEqualTo(Sys.MAX_GATHER);
        assertThat(SYS.sysconf(Sysconf.SC_IOV_MAX)).isEqualTo(Sys.MAX_GATHER);
    }

    @Test
    void heapBuffersAreRefused() {
        MemorySegment[] buffers = {bytes(1), MemorySegment.ofArray(new byte[1])};
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SYS.sendGather(pair.client, buffers, 2))
                .withMessageContaining("gather buffer 1");
    }

    private MemorySegment bytes(int... values) {
        MemorySegment segment = arena.allocate(values.length);
        for (int i = 0; i < values.length; i++) {
            segment.set(ValueLayout.JAVA_BYTE, i, (byte) values[i]);
        }
        return segment;
    }

    private byte[] receive(int length) {
        byte[] buffer = new byte[length];
        TcpPair.await(pair.server, Epoll.EPOLLIN);
        return Arrays.copyOf(buffer, SYS.recv(pair.server, buffer, 0, length));
    }
}
