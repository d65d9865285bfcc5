package io.weft.bench.load;

import io.weft.bench.samples.Cell;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What the load generator is asked to do.
 *
 * @param cpus as {@code taskset -c} takes them
 * @param threads of the generator
 * @param connections open at once
 * @param depth messages in flight per connection
 * @param size bytes per message
 * @param rate messages per second of an open loop, or 0 for a closed loop
 * @param warmUpSeconds before the window
 * @param seconds of the window
 * @param urgent whether the open loop sleeps between messages and goes before all else on its CPUs,
 *     for a server that never rests and shares them
 */
public record LoadOptions(
        String cpus,
        int threads,
        int connections,
        int depth,
        int size,
        double rate,
        double warmUpSeconds,
        double seconds,
        boolean urgent) {

    /** From so many connections on they are spread over source addresses, so that ports suffice. */
    private static final int SPREAD_FROM = 10_000;

    private static final int SOURCES = 8;

    /** Messages of 64 bytes, one in flight per connection. */
    public static LoadOptions small(int connections, String cpus) {
        return new LoadOptions(cpus, 1, connections, 1, 64, 0, 0, 1, false);
    }

    /** A closed loop of one thread. */
    public static LoadOptions closed(Cell cell, String cpus) {
        return new LoadOptions(
                cpus,
                1,
                or(cell.connections(), 1),
                or(cell.depth(), 1),
                or(cell.size(), 64),
                0,
                0,
                1,
                false);
    }

    private static int or(@org.jspecify.annotations.Nullable Integer value, int otherwise) {
        return value == null ? otherwise : value;
    }

    public LoadOptions withWindow(double warmUpSeconds, double seconds) {
        return new LoadOptions(
                cpus, threads, connections, depth, size, rate, warmUpSeconds, seconds, urgent);
    }

    public LoadOptions withRate(double rate) {
        return new LoadOptions(
                cpus, threads, connections, depth, size, rate, warmUpSeconds, seconds, urgent);
    }

    /** An open loop on CPUs that the server keeps busy. */
    public LoadOptions urgentAt(double rate) {
        return new LoadOptions(
                cpus, threads, connections, depth, size, rate, warmUpSeconds, seconds, true);
    }

    public LoadOptions withThreads(int threads) {
        return new LoadOptions(
                cpus, threads, connections, depth, size, rate, warmUpSeconds, seconds, urgent);
    }

    /** The arguments of the generator, apart from the server. */
    List<String> arguments() {
        List<String> arguments = new ArrayList<>();
        add(arguments, "--connections", connections);
        add(arguments, "--depth", depth);
        add(arguments, "--size", size);
        add(arguments, "--warmup", String.format(Locale.ROOT, "%.3f", warmUpSeconds));
        add(arguments, "--seconds", String.format(Locale.ROOT, "%.3f", seconds));
        if (threads > 1) {
            add(arguments, "--threads", threads);
        }
        if (rate > 0) {
            add(arguments, "--rate", String.format(Locale.ROOT, "%.0f", rate));
        }
        if (urgent) {
            arguments.addAll(List.of("--sleepy", "--urgent"));
        }
        if (connections >= SPREAD_FROM) {
            add(arguments, "--sources", SOURCES);
        }
        return arguments;
    }

    private static void add(List<String> arguments, String name, Object value) {
        arguments.add(name);
        arguments.add(String.valueOf(value));
    }
}
