package io.weft.cli.echo;

/**
 * What an echo server has served so far.
 *
 * @param connections accepted
 * @param open not ended yet
 * @param messages reads that were answered; a read takes what has come, so with one message in
 *     flight per connection it is a message of the client
 * @param bytes echoed
 * @param errors connections that ended by anything but the peer's end of stream
 */
public record EchoTotals(long connections, long open, long messages, long bytes, long errors) {

    /** What {@link #served} begins with. */
    public static final String SERVED = "served ";

    public static final EchoTotals NONE = new EchoTotals(0, 0, 0, 0, 0);

    /** The sums with another server's. */
    public EchoTotals plus(EchoTotals other) {
        return new EchoTotals(
                connections + other.connections,
                open + other.open,
                messages + other.messages,
                bytes + other.bytes,
                errors + other.errors);
    }

    /** The line that a server ends with. */
    public String served() {
        return SERVED
                + "connections=%d messages=%d bytes=%d errors=%d"
                        .formatted(connections, messages, bytes, errors);
    }
}
