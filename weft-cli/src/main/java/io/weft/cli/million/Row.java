package io.weft.cli.million;

import io.weft.cli.hold.LoopResult;
import org.jspecify.annotations.Nullable;

/**
 * The figures of one stage: so many connections are open, and each has echoed. Memory is the growth
 * since no connection was open, both after a collection.
 *
 * @param connections open
 * @param opened of them in this stage
 * @param openedPerSecond opened and verified
 * @param retried attempts to open one that were made again
 * @param heapBytes heap of the server per connection, or null when they are too few to tell
 * @param residentBytes the same for its resident memory
 * @param kernelBytes all that the kernel allocated, per socket; a connection has two
 * @param namedKernelBytes the same of the caches that are known to hold connections; null also when
 *     they cannot be read
 * @param loadBytes resident memory of the load per connection
 * @param idleSwitchesPerSecond context switches of the server while nothing is sent
 * @param idleCpus CPUs that the server uses meanwhile
 * @param switchesPerSecond context switches of the server during the loop over all
 * @param serverCpus CPUs that it uses meanwhile
 * @param all the loop over all connections
 * @param active the loop over the active share
 * @param pauses collections of the server that nobody asked for, from opening to the last loop
 * @param longestPauseMillis the longest of them
 */
record Row(
        int connections,
        int opened,
        double openedPerSecond,
        long retried,
        @Nullable Double heapBytes,
        @Nullable Double residentBytes,
        @Nullable Double kernelBytes,
        @Nullable Double namedKernelBytes,
        @Nullable Double loadBytes,
        double idleSwitchesPerSecond,
        double idleCpus,
        double switchesPerSecond,
        double serverCpus,
        LoopResult all,
        LoopResult active,
        long pauses,
        long longestPauseMillis) {

    /** Messages of both loops that did not come back as they should. */
    long errors() {
        return all.errors() + active.errors();
    }
}
