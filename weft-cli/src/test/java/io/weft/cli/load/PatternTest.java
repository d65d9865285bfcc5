package io.weft.cli.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PatternTest {

    private final Pattern pattern = new Pattern(3);

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5, 7, 8, 13, 1_000_003})
    void whatWasFilledFitsAtEveryAlignment(int position) {
        byte[] bytes = new byte[100];

        pattern.fill(bytes, 3, 90, position);

        assertThat(pattern.mismatch(bytes, 3, 90, position)).isEqualTo(-1);
        for (int i = 0; i < 90; i++) {
            assertThat(bytes[3 + i]).isEqualTo(pattern.byteAt((long) position + i));
        }
        assertThat(bytes[2]).isZero();
        assertThat(bytes[93]).isZero();
    }

    @Test
    void aStreamCutAnywhereIsTheSameStream() {
        byte[] whole = new byte[64];
        byte[] pieces = new byte[64];

        pattern.fill(whole, 0, 64, 0);
        pattern.fill(pieces, 0, 5, 0);
        pattern.fill(pieces, 5, 20, 5);
        pattern.fill(pieces, 25, 39, 25);

        assertThat(pieces).isEqualTo(whole);
    }

    @Test
    void everySingleWrongByteIsFound() {
        byte[] bytes = new byte[37];
        pattern.fill(bytes, 0, bytes.length, 11);

        for (int i = 0; i < bytes.length; i++) {
            bytes[i] ^= 0x10;
            assertThat(pattern.mismatch(bytes, 0, bytes.length, 11)).isEqualTo(i);
            bytes[i] ^= 0x10;
        }
    }

    @Test
    void aShiftedStreamDoesNotFit() {
        byte[] bytes = new byte[64];
        pattern.fill(bytes, 0, 64, 0);

        assertThat(pattern.mismatch(bytes, 0, 64, 1)).isNotNegative();
        assertThat(pattern.mismatch(bytes, 0, 64, 64)).isNotNegative();
    }

    @Test
    void connectionsHaveDifferentStreams() {
        byte[] bytes = new byte[64];
        new Pattern(4).fill(bytes, 0, 64, 0);

        assertThat(pattern.mismatch(bytes, 0, 64, 0)).isNotNegative();
    }
}
