package io.weft.netpoll;

/**
 * The sizes of a ring; a test makes them small, so that it meets their bounds. Counts of buffers
 * are powers of two.
 *
 * @param entries of the submission queue
 * @param completions that fit into the completion queue; the kernel keeps what is beyond
 * @param slotsMax the most connections of one ring; the limit of descriptors bounds them as well
 * @param receiveBuffers into which the kernel receives
 * @param receiveBytes of one of them
 * @param sendBuffers a send waits in one of them for its submission
 * @param sendBytes of one of them
 */
record RingSettings(
        int entries,
        int completions,
        int slotsMax,
        int receiveBuffers,
        int receiveBytes,
        int sendBuffers,
        int sendBytes) {

    static final RingSettings DEFAULT = new RingSettings(512, 4096, 32_768, 1024, 4096, 64, 16_384);

    /**
     * The same with fewer and smaller buffers: for the further rings of a poller. They are there
     * for connections that mostly rest, and each of a million should not pay for buffers that few
     * of them use.
     */
    RingSettings frugal() {
        return new RingSettings(
                entries,
                completions,
                slotsMax,
                Math.max(receiveBuffers / 4, 1),
                Math.max(receiveBytes / 4, 1),
                Math.max(sendBuffers / 8, 1),
                Math.max(sendBytes / 4, 1));
    }

    /**
     * Entries that only who reaps may use, so that a completion can always be answered: one for
     * each of a {@link #batch}, one for each send.
     */
    int reservedEntries() {
        return entries / 4;
    }

    /** Pending entries at which a goroutine submits in the middle of a round. */
    int submitAt() {
        return entries / 8;
    }

    /** The most completions that are reaped at once. */
    int batch() {
        return Math.min(64, reservedEntries() - sendBuffers);
    }
}
