package io.weft.linux;

/**
 * How many provided buffers there are and how they lie in memory.
 *
 * @param count a power of two
 * @param size bytes that the kernel may fill in each
 * @param stride bytes from the start of one buffer to that of the next, not less than the size. A
 *     stride that is no power of two spreads the starts of the buffers, which are read most, over
 *     all sets of the processor's caches
 */
public record BufferShape(int count, int size, int stride) {

    /** The most buffers in one group. */
    public static final int MAX_COUNT = 32_768;

    /**
     * @throws IllegalArgumentException if a number is out of its range
     */
    public BufferShape {
        if (count < 1 || count > MAX_COUNT || Integer.bitCount(count) != 1) {
            throw new IllegalArgumentException(
                    "count of buffers must be a power of two up to " + MAX_COUNT + ": " + count);
        }
        if (size < 1 || stride < size) {
            throw new IllegalArgumentException(
                    "size of a buffer must be in 1..stride (" + stride + "): " + size);
        }
    }
}
