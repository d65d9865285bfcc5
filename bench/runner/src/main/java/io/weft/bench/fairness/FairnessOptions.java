package io.weft.bench.fairness;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What to measure.
 *
 * @param parts in the order of {@link Part}
 * @param peers that take turns
 * @param rounds of each cell
 * @param seconds of a window of echo beside work that does not rest
 * @param timers armed to see whether one fires early
 * @param armed timers whose memory is measured
 * @param before commit with which the echo is compared, or null
 */
record FairnessOptions(
        List<Part> parts,
        List<String> peers,
        int rounds,
        double seconds,
        int timers,
        int armed,
        @Nullable String before) {

    FairnessOptions {
        parts = parts.stream().distinct().sorted().toList();
        peers = peers.stream().distinct().toList();
    }
}
