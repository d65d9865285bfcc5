package io.weft.cli.million;

import io.weft.cli.proc.MemoryRoom;
import java.util.Optional;

/**
 * Memory that so many connections will take on this machine, which has both ends of each.
 *
 * @param connections how many
 */
record Estimate(int connections) {

    /** Socket, inode, file and what waits for it. */
    private static final long KERNEL_BYTES_PER_SOCKET = 4_700;

    private static final long SERVER_BYTES = 1_000;

    private static final long LOAD_BYTES = 600;

    private static final long BYTES_EACH = 2 * KERNEL_BYTES_PER_SOCKET + SERVER_BYTES + LOAD_BYTES;

    /** Two JVMs without connections, and what the machine needs besides. */
    private static final long FIXED_BYTES = 500_000_000;

    long totalBytes() {
        return connections * BYTES_EACH + FIXED_BYTES;
    }

    /** Why so many do not fit, with the sum and the cure; empty when they do. */
    Optional<String> refusal(MemoryRoom room) {
        if (totalBytes() <= room.bytes()) {
            return Optional.empty();
        }
        long most = (room.bytes() - FIXED_BYTES) / BYTES_EACH;
        String cure =
                most > 0
                        ? "free memory, or use --connections %d".formatted(most)
                        : "free memory, this is too little for any connection";
        return Optional.of(
                "too little memory: %s, and %s leaves %s: %s"
                        .formatted(text(), room.source(), Bytes.text(room.bytes()), cure));
    }

    /** The sum and its parts. */
    String text() {
        return "%,d connections need %s (kernel, both ends: %s, server: %s, load: %s, fixed: %s)"
                .formatted(
                        connections,
                        Bytes.text(totalBytes()),
                        Bytes.text(2 * KERNEL_BYTES_PER_SOCKET * connections),
                        Bytes.text(SERVER_BYTES * connections),
                        Bytes.text(LOAD_BYTES * connections),
                        Bytes.text(FIXED_BYTES));
    }
}
