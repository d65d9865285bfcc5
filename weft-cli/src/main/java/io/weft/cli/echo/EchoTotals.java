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
public record EchoTotals(long connections, long open, long messages, long bytes, long errors) {}
