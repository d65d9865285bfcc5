package io.weft.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Writing: from which buffers, and what happens when not everything goes out. */
class TcpWriteTest extends Loopback {

    /** More than the socket buffers of both ends hold. */
    private static final int LARGE = 16 << 20;

    private static final int MEDIUM = 4 << 20;

    private static final Random RANDOM = new Random(1);

    @Test
    void writesAPartOfAnArray() throws Exception {
        Pair pair = pair();
        byte[] data = random(100);
        pair.client().write(data, 10, 80);
        pair.client().shutdownOutput();
        byte[] expected = new byte[80];
        System.arraycopy(data, 10, expected, 0, 80);
        assertThat(pair.server().inputStream().readAllBytes()).isEqualTo(expected);
        assertThatThrownBy(() -> pair.server().write(data, 50, 51))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void writesBuffersOfEveryKind() throws Exception {
        byte[] data = random(MEDIUM);
        writes(ByteBuffer.wrap(data), data);
        writes(ByteBuffer.wrap(data).asReadOnlyBuffer(), data);
        ByteBuffer direct = ByteBuffer.allocateDirect(MEDIUM).put(data).flip();
        writes(direct.duplicate(), data);
        writes(direct.asReadOnlyBuffer(), data);
    }

    private void writes(ByteBuffer source, byte[] data) throws Exception {
        Pair pair = pair();
        source.position(5).limit(MEDIUM - 3);
        Running<byte[]> reading = go(() -> pair.server().inputStream().readAllBytes());
        pair.client().write(source.slice());
        pair.client().write(source);
        pair.client().close();
        assertThat(source.position()).isEqualTo(MEDIUM - 3);
        byte[] expected = new byte[2 * (MEDIUM - 8)];
        System.arraycopy(data, 5, expected, 0, MEDIUM - 8);
        System.arraycopy(data, 5, expected, MEDIUM - 8, MEDIUM - 8);
        assertThat(reading.join()).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void gathersHeapDirectAndMixedBuffers(int kind) throws Exception {
        IntFunction<ByteBuffer> allocate =
                switch (kind) {
                    case 0 -> ByteBuffer::allocate;
                    case 1 -> ByteBuffer::allocateDirect;
                    default ->
                            size ->
                                    size % 2 == 0
                                            ? ByteBuffer.allocate(size)
                                            : ByteBuffer.allocateDirect(size);
                };
        // More buffers than one sendmsg takes, some empty, some larger than a piece.
        ByteBuffer[] sources = new ByteBuffer[2500];
        int total = 0;
        for (int i = 0; i < sources.length; i++) {
            int size = i % 500 == 499 ? 400_001 - i % 2 : RANDOM.nextInt(50);
            sources[i] = allocate.apply(size);
            total += size;
        }
        byte[] data = random(total);
        ByteBuffer rest = ByteBuffer.wrap(data);
        for (ByteBuffer source : sources) {
            source.put(rest.slice(rest.position(), source.remaining())).flip();
            rest.position(rest.position() + source.remaining());
        }
        Pair pair = pair();
        Running<byte[]> reading = go(() -> pair.server().inputStream().readAllBytes());
        assertThat(pair.client().write(sources)).isEqualTo(total);
        assertThat(pair.client().write(sources)).isZero();
        pair.client().close();
        assertThat(reading.join()).isEqualTo(data);
        assertThat(sources).noneMatch(ByteBuffer::hasRemaining);
    }

    @Test
    void aWriteToAPeerThatHasClosedFailsAndSaysSo() throws Exception {
        Pair pair = pair();
        pair.server().close();
        assertThatThrownBy(
                        () -> {
                            while (true) {
                                pair.client().write(new byte[1000]);
                            }
                        })
                .isExactlyInstanceOf(SocketException.class)
                .hasMessageStartingWith("write: ")
                .hasMessageMatching("(?s).*(EPIPE: broken pipe|ECONNRESET: connection reset).*");
        assertThat(pair.client().isOpen()).isTrue();
    }

    @Test
    void aWriteThatWasCutSaysHowMuchWasSent() throws Exception {
        Pair pair = pair();
        Running<Boolean> writing =
                go(
                        () -> {
                            pair.client().write(new byte[LARGE]);
                            return true;
                        });
        writing.awaitParked();
        pair.server().setLingerSeconds(0);
        pair.server().close();
        assertThatThrownBy(writing::join)
                .rootCause()
                .isExactlyInstanceOf(SocketException.class)
                .hasMessageMatching(".*; [\\d,]+ of 16,777,216 bytes were sent");
    }

    @Test
    void aWriteAfterShutdownOutputNamesTheCause() throws Exception {
        Pair pair = pair();
        pair.client().shutdownOutput();
        assertThatThrownBy(() -> pair.client().write(new byte[1]))
                .isExactlyInstanceOf(SocketException.class)
                .hasMessage("write: the output was ended by shutdownOutput()");
    }

    @Test
    void theOutputStreamClosesTheConnection() throws Exception {
        Pair pair = pair();
        pair.client().outputStream().close();
        assertThat(pair.client().isOpen()).isFalse();
        assertThat(pair.server().read(new byte[1])).isEqualTo(-1);
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        RANDOM.nextBytes(bytes);
        return bytes;
    }
}
