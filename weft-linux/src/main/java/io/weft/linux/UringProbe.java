package io.weft.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;

/** Asks the kernel, through small rings, which of the requirements it lacks. */
final class UringProbe {

    private static final int ENTRIES = 2;
    private static final int IORING_REGISTER_PROBE = 8;
    private static final int IO_URING_OP_SUPPORTED = 1;

    /*
     * struct io_uring_probe, and for each operation a struct io_uring_probe_op:
     *
     *   0         1       2      16     | 0    1     2       4     8
     *   | last op | count | 0 14 |      | op   | 0   | flags | 0 4 |
     */
    private static final int MAX_OPERATIONS = 256;
    private static final long HEADER_SIZE = 16;
    private static final long OPERATION_SIZE = 8;
    private static final long OPERATION_FLAGS = 2;

    /**
     * No process has memory there. A registration that the kernel knows answers {@code -EFAULT} to
     * it, one that it does not know {@code -EINVAL}.
     */
    private static final MemorySegment NOWHERE = MemorySegment.ofAddress(8);

    private final UringSys sys;
    private final UringRequirements requirements;
    private final List<UringCapability> missing = new ArrayList<>();

    private UringProbe(UringSys sys, UringRequirements requirements) {
        this.sys = sys;
        this.requirements = requirements;
    }

    /**
     * Zero, or the negated errno for which not even the simplest ring could be opened and asked.
     *
     * @param missing receives what is missing
     */
    static int ask(UringSys sys, UringRequirements requirements, List<UringCapability> missing) {
        UringProbe probe = new UringProbe(sys, requirements);
        int answer = probe.askRing();
        if (answer >= 0) {
            answer = probe.askSetup();
        }
        probe.missing.sort(Comparator.comparing(UringCapability::since));
        missing.addAll(probe.missing);
        return answer;
    }

    private int askRing() {
        Uring[] into = new Uring[1];
        int answer = Uring.open(sys, UringOptions.of(ENTRIES, 0), into);
        if (answer < 0) {
            return answer;
        }
        try (Uring ring = into[0]) {
            addBits(UringCapabilities.Kind.FEAT, requirements.features() & ~ring.features());
            askRegistrations(ring);
            return askOperations(ring);
        }
    }

    private void askRegistrations(Uring ring) {
        for (int registration : requirements.registrations()) {
            if (ring.register(registration, NOWHERE, 1) == -Errno.EINVAL) {
                add(UringCapabilities.Kind.REGISTER, registration);
            }
        }
    }

    private int askOperations(Uring ring) {
        BitSet known = new BitSet();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment probe =
                    arena.allocate(HEADER_SIZE + MAX_OPERATIONS * OPERATION_SIZE, Long.BYTES);
            int answer = ring.register(IORING_REGISTER_PROBE, probe, MAX_OPERATIONS);
            if (answer < 0) {
                return answer;
            }
            int count = Byte.toUnsignedInt(probe.get(ValueLayout.JAVA_BYTE, 1));
            for (int i = 0; i < count; i++) {
                MemorySegment entry = probe.asSlice(HEADER_SIZE + i * OPERATION_SIZE);
                short flags = entry.get(ValueLayout.JAVA_SHORT, OPERATION_FLAGS);
                known.set(
                        Byte.toUnsignedInt(entry.get(ValueLayout.JAVA_BYTE, 0)),
                        (flags & IO_URING_OP_SUPPORTED) != 0);
            }
        }
        for (int operation : requirements.operations()) {
            if (!known.get(operation)) {
                add(UringCapabilities.Kind.OP, operation);
            }
        }
        return 0;
    }

    /** Adds flag by flag, and keeps those that are taken: some are valid only with another. */
    private int askSetup() {
        int kept = 0;
        for (int bit = 0; bit < Integer.SIZE; bit++) {
            int flag = requirements.setupFlags() & 1 << bit;
            if (flag == 0) {
                continue;
            }
            Uring[] into = new Uring[1];
            int answer = Uring.open(sys, UringOptions.of(ENTRIES, kept | flag), into);
            if (answer >= 0) {
                into[0].close();
                kept |= flag;
            } else if (answer == -Errno.EINVAL) {
                add(UringCapabilities.Kind.SETUP, bit);
            } else {
                return answer;
            }
        }
        return 0;
    }

    private void addBits(UringCapabilities.Kind kind, int bits) {
        for (int bit = 0; bit < Integer.SIZE; bit++) {
            if ((bits & 1 << bit) != 0) {
                add(kind, bit);
            }
        }
    }

    private void add(UringCapabilities.Kind kind, int number) {
        missing.add(UringCapabilities.find(kind, number));
    }
}
