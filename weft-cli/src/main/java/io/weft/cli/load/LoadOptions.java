package io.weft.cli.load;

import java.net.InetSocketAddress;

/**
 * What load to put on which server.
 *
 * @param target the server
 * @param connections how many to open, each with a goroutine
 * @param messageBytes length of a message
 * @param depth most messages in flight per connection
 * @param messagesPerSecond rate of the open loop over all connections, or 0 for the closed loop,
 *     where an answer is what sends the next message
 * @param warmUpNanos how long load runs before anything counts
 * @param windowNanos how long it counts
 */
public record LoadOptions(
        InetSocketAddress target,
        int connections,
        int messageBytes,
        int depth,
        double messagesPerSecond,
        long warmUpNanos,
        long windowNanos) {

    /**
     * What may be in flight on a connection while one goroutine both sends and receives. The least
     * socket buffers of both ends hold it, so that a send never waits for the receive that comes
     * after it.
     */
    private static final long MAX_TURN_BYTES = 32 * 1024;

    boolean isOpenLoop() {
        return messagesPerSecond > 0;
    }

    /** Whether sending and receiving take turns in one goroutine, or need one each. */
    boolean takesTurns() {
        return !isOpenLoop() && (long) messageBytes * depth <= MAX_TURN_BYTES;
    }
}
