package io.weft.cli.million;

import org.jspecify.annotations.Nullable;

/**
 * What a server in another language needs.
 *
 * @param name what it is
 * @param connections that one process had open
 * @param residentBytes growth of its resident memory per connection, or null where unknown
 * @param how where the figure comes from, or why there is none
 */
record Peer(String name, int connections, @Nullable Double residentBytes, String how) {}
