package io.weft.cli.hold;

import io.weft.cli.load.LoadResult.Latency;
import org.jspecify.annotations.Nullable;

/**
 * What an open loop has come to. Latency counts from the moment at which a message was due, and
 * each that was due is part of it.
 *
 * @param connections that took part
 * @param scheduled messages that were due
 * @param answered that came back whole and right
 * @param messagesPerSecond those of them that came back before the end, per second
 * @param latency in nanoseconds
 * @param unsent messages that were never sent, since too many others were outstanding
 * @param waited messages that had to wait since too many others were outstanding; most were sent
 * @param lost messages that were sent and never came back
 * @param failed messages whose connection failed, or whose bytes came back wrong
 * @param firstFailure what the first of them said, or null
 */
public record LoopResult(
        int connections,
        long scheduled,
        long answered,
        double messagesPerSecond,
        Latency latency,
        long unsent,
        long waited,
        long lost,
        long failed,
        @Nullable String firstFailure) {

    /** Messages that did not come back as they should. */
    public long errors() {
        return unsent + lost + failed;
    }
}
