package io.weft.cli.million;

/**
 * Memory before the first connection and after the last, both after collections.
 *
 * @param empty before
 * @param after everything is closed
 */
record MemoryBack(Snapshot empty, Snapshot after) {

    /** How much larger the server is than before, in percent. */
    double serverGrowthPercent() {
        long before = empty.serverResidentBytes();
        return 100.0 * (after.serverResidentBytes() - before) / before;
    }

    /** For a person. */
    String line() {
        return "all closed: server %s (%s before), load %s (%s before), kernel %s more than before"
                .formatted(
                        Bytes.text(after.serverResidentBytes()),
                        Bytes.text(empty.serverResidentBytes()),
                        Bytes.text(after.loadResidentBytes()),
                        Bytes.text(empty.loadResidentBytes()),
                        Bytes.text(after.kernelBytes() - empty.kernelBytes()));
    }
}
