package io.weft.cli.load;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The endless byte stream of one connection: word {@code i} is SplitMix64 of {@code seed + i}
 * (Steele, Lea and Flood, 2014). What is at a position is known without what went before, so both
 * directions are computed, none is stored; a byte that is lost, repeated, moved, or from another
 * connection does not fit, but for one chance in 256 for a single byte.
 *
 * <p>Immutable.
 */
public final class Pattern {

    private static final VarHandle WORDS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    private final long seed;

    /** The stream of a connection; different numbers give unrelated streams. */
    public Pattern(int connection) {
        this.seed = mix((connection + 1L) * GOLDEN_GAMMA);
    }

    /** Writes {@code length} bytes of the stream, from {@code position} on. */
    public void fill(byte[] target, int offset, int length, long position) {
        int done = 0;
        while (done < length) {
            long at = position + done;
            if ((at & 7) == 0 && length - done >= Long.BYTES) {
                WORDS.set(target, offset + done, word(at >>> 3));
                done += Long.BYTES;
            } else {
                target[offset + done] = byteAt(at);
                done++;
            }
        }
    }

    /**
     * Compares {@code length} bytes with the stream from {@code position} on.
     *
     * @return the index, from 0, of the first byte that differs, or -1
     */
    public int mismatch(byte[] source, int offset, int length, long position) {
        int done = 0;
        while (done < length) {
            long at = position + done;
            if ((at & 7) == 0 && length - done >= Long.BYTES) {
                long difference = (long) WORDS.get(source, offset + done) ^ word(at >>> 3);
                if (difference != 0) {
                    return done + (Long.numberOfTrailingZeros(difference) >>> 3);
                }
                done += Long.BYTES;
            } else {
                if (source[offset + done] != byteAt(at)) {
                    return done;
                }
                done++;
            }
        }
        return -1;
    }

    /** One byte of the stream. */
    byte byteAt(long position) {
        return (byte) (word(position >>> 3) >>> ((position & 7) << 3));
    }

    private long word(long index) {
        return mix(seed + index * GOLDEN_GAMMA);
    }

    private static long mix(long value) {
        long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
