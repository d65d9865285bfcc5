package io.weft.bench.micro;

import java.util.List;

/**
 * What to measure.
 *
 * @param operations in the order of {@link Operations#ALL}
 * @param peers that take turns
 * @param procs goroutines that run at once
 * @param rounds per operation and number of Ps
 * @param goroutines that sleep at once
 * @param millis length of a measured window
 */
record MicroOptions(
        List<String> operations,
        List<String> peers,
        List<Integer> procs,
        int rounds,
        int goroutines,
        int millis) {

    MicroOptions {
        operations = Operations.ALL.stream().filter(operations::contains).toList();
        peers = peers.stream().distinct().toList();
        procs = procs.stream().distinct().sorted().toList();
    }

    /** The peers that have any of the operations. */
    List<String> asked() {
        return peers.stream()
                .filter(peer -> operations.stream().anyMatch(o -> Operations.has(peer, o)))
                .toList();
    }
}
