package io.weft.cli.hold;

import java.net.InetSocketAddress;

/**
 * Which server to hold connections to.
 *
 * @param target the server; with several destinations only its port counts
 * @param capacity connections at most
 * @param destinations addresses of 127/8 that the connections go round, or 1 for the target alone;
 *     a connection needs a local port, and those are counted per destination
 */
public record HoldOptions(InetSocketAddress target, int capacity, int destinations) {}
