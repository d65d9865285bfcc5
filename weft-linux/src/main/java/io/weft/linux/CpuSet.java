package io.weft.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.BitSet;
import java.util.Objects;

/**
 * A set of CPUs as the kernel reads it: a bit for each, in words of 64. Immutable; may be used by
 * several threads at once. The memory is freed by the garbage collector.
 */
public final class CpuSet {

    /** The kernel can be built for this many at most, on the architectures of this package. */
    public static final int CPUS_MAX = 8192;

    static final long BYTES_MAX = CPUS_MAX / Byte.SIZE;

    private final BitSet cpus;
    private final MemorySegment mask;

    private CpuSet(BitSet cpus) {
        this.cpus = cpus;
        long[] words = cpus.toLongArray();
        mask = Arena.ofAuto().allocate((long) Math.max(1, words.length) * Long.BYTES, Long.BYTES);
        MemorySegment.copy(words, 0, mask, ValueLayout.JAVA_LONG, 0, words.length);
    }

    /**
     * A set of these CPUs.
     *
     * @throws IndexOutOfBoundsException if a number is negative or not below {@link #CPUS_MAX}
     */
    public static CpuSet of(int... cpus) {
        BitSet bits = new BitSet();
        for (int cpu : cpus) {
            bits.set(Objects.checkIndex(cpu, CPUS_MAX));
        }
        return new CpuSet(bits);
    }

    /** Copies what the kernel wrote. */
    static CpuSet read(MemorySegment mask) {
        return new CpuSet(BitSet.valueOf(mask.asByteBuffer()));
    }

    MemorySegment mask() {
        return mask;
    }

    /** Whether it has that CPU. */
    public boolean contains(int cpu) {
        return cpu >= 0 && cpus.get(cpu);
    }

    /** How many CPUs it has. */
    public int size() {
        return cpus.cardinality();
    }

    /** The CPUs in rising order. */
    public int[] toArray() {
        return cpus.stream().toArray();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CpuSet set && cpus.equals(set.cpus);
    }

    @Override
    public int hashCode() {
        return cpus.hashCode();
    }

    /** As {@code taskset} writes it: {@code 0-3,8}. */
    @Override
    public String toString() {
        StringBuilder out = new StringBuilder();
        for (int first = cpus.nextSetBit(0); first >= 0; ) {
            int end = cpus.nextClearBit(first);
            out.append(out.isEmpty() ? "" : ",").append(first);
            if (end - first > 1) {
                out.append('-').append(end - 1);
            }
            first = cpus.nextSetBit(end);
        }
        return out.toString();
    }
}
