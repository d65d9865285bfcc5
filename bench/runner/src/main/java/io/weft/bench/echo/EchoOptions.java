package io.weft.bench.echo;

import java.util.List;

/**
 * What to measure.
 *
 * @param servers that take turns
 * @param connections to measure with, ascending
 * @param depths messages in flight per connection, the first is that of the reduced grid
 * @param sizes bytes per message, the first is that of the reduced grid
 * @param rounds per cell
 * @param seconds of a window
 * @param sliceSeconds of a slice of warm-up; two in a row must cost the same
 * @param fullGrid whether all depths and sizes are crossed
 * @param forks how often all servers are started anew
 * @param closedOnly whether open loops and shared CPUs are left out
 */
public record EchoOptions(
        List<String> servers,
        List<Integer> connections,
        List<Integer> depths,
        List<Integer> sizes,
        int rounds,
        double seconds,
        double sliceSeconds,
        boolean fullGrid,
        int forks,
        boolean closedOnly) {

    public EchoOptions {
        servers = List.copyOf(servers);
        connections = connections.stream().distinct().sorted().toList();
        depths = depths.stream().distinct().toList();
        sizes = sizes.stream().distinct().toList();
    }
}
