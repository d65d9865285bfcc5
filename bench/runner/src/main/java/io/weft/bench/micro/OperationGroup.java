package io.weft.bench.micro;

import java.util.List;

/**
 * Operations that are shown together, since the same peers have them.
 *
 * @param title for people
 * @param file what the names of its charts begin with
 * @param operations in the order in which they are measured
 * @param peers in the order in which they take turns, Weft first
 */
public record OperationGroup(
        String title, String file, List<String> operations, List<String> peers) {

    /** All but Weft, which it is compared with. */
    public List<String> others() {
        return peers.subList(1, peers.size());
    }
}
