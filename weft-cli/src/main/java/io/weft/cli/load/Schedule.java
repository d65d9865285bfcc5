package io.weft.cli.load;

/**
 * When a connection's messages are due in the open loop. Message {@code n} of the whole run is due
 * {@code n / rate} after the start; they go round the connections in turn. Each time is computed
 * from the start and not from the message before, so a late message makes no later one late.
 *
 * @param startNanos when message 0 of the run is due, by {@link System#nanoTime}
 * @param messagesPerSecond the rate of the whole run, above 0
 * @param connections how many connections share the rate
 * @param connection which of them this is, from 0
 */
record Schedule(long startNanos, double messagesPerSecond, int connections, int connection) {

    private static final double NANOS_PER_SECOND = 1e9;

    /** When this connection's message {@code index}, from 0, is due. */
    long dueNanos(long index) {
        double number = (double) index * connections + connection;
        return startNanos + (long) (number * NANOS_PER_SECOND / messagesPerSecond);
    }
}
