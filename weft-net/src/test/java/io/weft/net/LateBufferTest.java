package io.weft.net;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Late buffers: lent after the wait, given back, and never used by two. */
class LateBufferTest extends Loopback {

    private static final byte[] HELLO = "hello".getBytes(US_ASCII);

    private static LateBuffer held(@Nullable LateBuffer buffer) {
        if (buffer == null) {
            throw new AssertionError("the end of the stream came too early");
        }
        return buffer;
    }

    @Test
    void holdsWhatOneReadReceived() throws Exception {
        Pair pair = pair();
        pair.client().write(HELLO);
        try (LateBuffer buffer = held(pair.server().readLate())) {
            assertThat(buffer.length()).isEqualTo(5);
            assertThat(buffer.array()).startsWith(HELLO).hasSize(16 << 10);
            assertThat(buffer.asByteBuffer()).isEqualTo(ByteBuffer.wrap(HELLO));
            buffer.asByteBuffer().get();
            assertThat(buffer.asByteBuffer()).isEqualTo(ByteBuffer.wrap(HELLO));
            pair.server().write(buffer);
        }
        byte[] answer = new byte[5];
        pair.client().readFully(answer);
        assertThat(answer).isEqualTo(HELLO);
        pair.client().shutdownOutput();
        assertThat(pair.server().readLate()).isNull();
        assertThat(pair.server().readLate()).isNull();
    }

    @Test
    void hasTheSizeThatTheListenerSays() throws Exception {
        ConnOptions small = ConnOptions.defaults().withLateBufferBytes(3);
        Pair pair = pair(listen(ANY_PORT, ListenOptions.defaults().withConnections(small)));
        pair.client().write(HELLO);
        try (LateBuffer buffer = held(pair.server().readLate())) {
            assertThat(buffer.asByteBuffer()).isEqualTo(ByteBuffer.wrap(HELLO, 0, 3));
        }
        try (LateBuffer buffer = held(pair.server().readLate())) {
            assertThat(buffer.asByteBuffer()).isEqualTo(ByteBuffer.wrap(HELLO, 3, 2));
        }
    }

    @Test
    void isReusedWithItsArray() throws Exception {
        Pair pair = pair();
        pair.client().write(HELLO);
        LateBuffer first = held(pair.server().readLate());
        byte[] array = first.array();
        first.close();
        pair.client().write(HELLO);
        try (LateBuffer second = held(pair.server().readLate())) {
            assertThat(second).isSameAs(first);
            assertThat(second.array()).isSameAs(array);
        }
    }

    @Test
    void anIdleConnectionHoldsNone() throws Exception {
        Pair pair = pair();
        pair.client().write(HELLO);
        LateBuffer only = held(pair.server().readLate());
        only.close();
        Running<Integer> idle =
                go(
                        () -> {
                            try (LateBuffer buffer = held(pair.server().readLate())) {
                                return buffer.length();
                            }
                        });
        idle.awaitParked();
        LateBufferPool pool = pair.server().lateBuffers();
        LateBuffer borrowed = pool.borrow();
        assertThat(borrowed).isSameAs(only);
        pool.giveBack(borrowed);
        pair.client().write(HELLO);
        assertThat(idle.join()).isEqualTo(5);
    }

    @Test
    void useAfterCloseIsDetectedAndClosingTwiceIsHarmless() throws Exception {
        Pair pair = pair();
        pair.client().write(HELLO);
        LateBuffer buffer = held(pair.server().readLate());
        buffer.close();
        buffer.close();
        String message = "late buffer: used after close()";
        assertThatThrownBy(buffer::array)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(message);
        assertThatThrownBy(buffer::length).hasMessage(message);
        assertThatThrownBy(buffer::asByteBuffer).hasMessage(message);
        assertThatThrownBy(() -> pair.server().write(buffer)).hasMessage(message);
        LateBufferPool pool = pair.server().lateBuffers();
        assertThat(pool.borrow()).isSameAs(buffer);
        assertThat(pool.borrow()).as("what a double close must not lend twice").isNotSameAs(buffer);
    }

    @Test
    void aThreadThatDoesNotHoldItCanNeitherUseNorCloseIt() throws Exception {
        Pair pair = pair();
        pair.client().write(HELLO);
        LateBuffer buffer = held(pair.server().readLate());
        Running<byte[]> stranger = go(buffer::array);
        assertThatThrownBy(stranger::join)
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("used by a thread that does not hold it");
        go(() -> {
                    buffer.close();
                    return 0;
                })
                .join();
        assertThat(buffer.length()).isEqualTo(5);
        buffer.close();
    }

    @Test
    void moreThanThePoolKeepsAreDropped() throws Exception {
        Pair pair = pair();
        LateBufferPool pool = pair.server().lateBuffers();
        List<LateBuffer> borrowed = new ArrayList<>();
        for (int i = 0; i < LateBufferPool.SLOTS_PER_PROCESSOR + 5; i++) {
            borrowed.add(pool.borrow());
        }
        assertThat(borrowed).doesNotHaveDuplicates();
        borrowed.forEach(pool::giveBack);
        List<LateBuffer> again = new ArrayList<>();
        for (int i = 0; i < LateBufferPool.SLOTS_PER_PROCESSOR; i++) {
            again.add(pool.borrow());
        }
        assertThat(borrowed).containsAll(again);
        assertThat(borrowed).doesNotContain(pool.borrow());
    }

    @Test
    void resetIsAnError() throws Exception {
        Pair pair = pair();
        pair.client().setLingerSeconds(0);
        pair.client().close();
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> pair.server().readLate())
                    .isExactlyInstanceOf(SocketException.class)
                    .hasMessageContaining("ECONNRESET");
        }
    }

    @Test
    void shutdownInputEndsALateRead() throws Exception {
        Pair pair = pair();
        Running<Boolean> reading = go(() -> pair.server().readLate() == null);
        reading.awaitParked();
        pair.server().shutdownInput();
        assertThat(reading.join()).isTrue();
    }
}
