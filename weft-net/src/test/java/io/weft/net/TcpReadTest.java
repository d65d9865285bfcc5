package io.weft.net;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.InputStreamReader;
import java.net.SocketException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** Reading: into which buffers, when it waits, and what it costs. */
class TcpReadTest extends Loopback {

    private static final byte[] HELLO = "hello".getBytes(US_ASCII);

    @Test
    void readsIntoAPartOfAnArray() throws Exception {
        Pair pair = pair();
        pair.client().write(HELLO);
        byte[] buffer = new byte[10];
        assertThat(pair.server().read(buffer, 3, 4)).isEqualTo(4);
        assertThat(pair.server().read(buffer, 7, 3)).isEqualTo(1);
        assertThat(buffer).isEqualTo("\0\0\0hello\0\0".getBytes(US_ASCII));
    }

    @Test
    void refusesAPartThatIsNotInTheArray() throws Exception {
        Pair pair = pair();
        byte[] buffer = new byte[10];
        assertThatThrownBy(() -> pair.server().read(buffer, 5, 6))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> pair.server().read(buffer, -1, 2))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void readsIntoHeapBuffers() throws Exception {
        ByteBuffer whole = ByteBuffer.allocate(20);
        readsInto(whole.position(4).slice().position(1).limit(9));
        assertThat(whole.get(6)).isEqualTo((byte) 'o');
    }

    @Test
    void readsIntoDirectBuffers() throws Exception {
        readsInto(ByteBuffer.allocateDirect(20).position(1).limit(9));
    }

    /** Expects room for eight bytes from position 1. */
    private void readsInto(ByteBuffer target) throws Exception {
        Pair pair = pair();
        pair.client().write(HELLO);
        assertThat(pair.server().read(target)).isEqualTo(5);
        assertThat(target.position()).isEqualTo(6);
        pair.client().write(HELLO);
        assertThat(pair.server().read(target)).isEqualTo(3);
        assertThat(pair.server().read(target)).isZero();
        byte[] came = new byte[8];
        target.get(1, came);
        assertThat(came).isEqualTo("hellohel".getBytes(US_ASCII));
        pair.client().close();
        target.position(1);
        assertThat(pair.server().read(target)).isEqualTo(2);
        assertThat(pair.server().read(target)).isEqualTo(-1);
        assertThat(target.position()).isEqualTo(3);
    }

    @Test
    void refusesReadOnlyBuffers() throws Exception {
        Pair pair = pair();
        ByteBuffer readOnly = ByteBuffer.allocate(1).asReadOnlyBuffer();
        assertThatThrownBy(() -> pair.server().read(readOnly))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void readFullySaysHowMuchCameBeforeTheEnd() throws Exception {
        Pair pair = pair();
        pair.client().write(HELLO);
        pair.client().close();
        assertThatThrownBy(() -> pair.server().readFully(new byte[8]))
                .isInstanceOf(EOFException.class)
                .hasMessage("end of stream after 5 of 8 bytes");
    }

    @Test
    void theInputStreamReadsLinesAndSingleBytes() throws Exception {
        Pair pair = pair();
        pair.client().outputStream().write(0xFF);
        pair.client().outputStream().write("one\ntwo\n".getBytes(US_ASCII));
        pair.client().shutdownOutput();
        assertThat(pair.server().inputStream().read()).isEqualTo(0xFF);
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(pair.server().inputStream(), US_ASCII))) {
            assertThat(lines.lines()).containsExactly("one", "two");
        }
        assertThat(pair.server().isOpen()).isFalse();
    }

    @Test
    void aDrainedSocketIsNotAskedAgain() throws Exception {
        Pair pair = pair();
        int rounds = 500;
        Running<Integer> echo =
                go(
                        () -> {
                            byte[] buffer = new byte[64];
                            int count = pair.server().read(buffer);
                            while (count >= 0) {
                                pair.server().write(buffer, 0, count);
                                count = pair.server().read(buffer);
                            }
                            return count;
                        });
        byte[] buffer = new byte[64];
        for (int i = 0; i < rounds; i++) {
            pair.client().write(HELLO);
            assertThat(pair.client().read(buffer)).isEqualTo(HELLO.length);
        }
        pair.client().close();
        echo.join();
        // Without the rule it is one for every wait, of which each round has up to two. What is
        // left comes from edges that were delivered after the read they announced.
        assertThat(netpoll().counters().wouldBlocks()).isLessThan(rounds / 5);
    }

    @Test
    void awaitReadableReturnsForDataAndConsumesNothing() throws Exception {
        Pair pair = pair();
        Running<Integer> reading =
                go(
                        () -> {
                            pair.server().awaitReadable();
                            pair.server().awaitReadable();
                            byte[] buffer = new byte[2];
                            int first = pair.server().read(buffer);
                            pair.server().awaitReadable();
                            return first + pair.server().read(new byte[64]);
                        });
        reading.awaitParked();
        pair.client().write(HELLO);
        assertThat(reading.join()).isEqualTo(HELLO.length);
    }

    @Test
    void awaitReadableWaitsAgainOnceTheDataIsRead() throws Exception {
        Pair pair = pair();
        pair.client().write(HELLO);
        pair.server().awaitReadable();
        assertThat(pair.server().read(new byte[64])).isEqualTo(HELLO.length);
        Running<Integer> waiting =
                go(
                        () -> {
                            pair.server().awaitReadable();
                            return pair.server().read(new byte[64]);
                        });
        waiting.awaitParked();
        pair.client().write(new byte[3]);
        assertThat(waiting.join()).isEqualTo(3);
    }

    @Test
    void awaitReadableReturnsForTheEnd() throws Exception {
        Pair pair = pair();
        pair.client().shutdownOutput();
        pair.server().awaitReadable();
        assertThat(pair.server().read(new byte[1])).isEqualTo(-1);
        pair.server().awaitReadable();
        pair.client().shutdownInput();
        pair.client().awaitReadable();
    }

    @Test
    void awaitReadableLeavesTheErrorToTheRead() throws Exception {
        Pair pair = pair();
        Running<Boolean> waiting =
                go(
                        () -> {
                            pair.server().awaitReadable();
                            return true;
                        });
        waiting.awaitParked();
        pair.client().setLingerSeconds(0);
        pair.client().close();
        assertThat(waiting.join()).isTrue();
        pair.server().awaitReadable();
        assertThatThrownBy(() -> pair.server().read(new byte[1]))
                .isExactlyInstanceOf(SocketException.class)
                .hasMessageStartingWith("read: ECONNRESET: connection reset by peer");
        pair.server().awaitReadable();
    }
}
