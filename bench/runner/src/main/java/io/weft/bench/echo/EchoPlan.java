package io.weft.bench.echo;

import io.weft.bench.load.Steady;
import io.weft.bench.process.Servers;
import io.weft.bench.samples.Cell;
import java.util.ArrayList;
import java.util.List;

/**
 * Which cells are measured, in which order, and about how long it takes. Cells come by ascending
 * connections, so that a server's memory grows from cell to cell and growth can be told; an open
 * loop follows the closed loop that its rate is taken from.
 *
 * @param apart cells of servers with one thread
 * @param shared cells of servers with two threads, on the same CPUs as the load
 */
public record EchoPlan(List<Cell> apart, List<Cell> shared) {

    /** Load before each window, and before the first of a cell. */
    static final double WARM_UP_SECONDS = 0.2;

    static final double FIRST_WARM_UP_SECONDS = 0.6;

    /** Warm-up of a server after its start, before the first cell and before the shared ones. */
    private static final int JVM_SLICES = 6;

    private static final int JVM_SLICES_AGAIN = 4;
    private static final int SLICES_MOST = 14;

    static final int SHARED_THREADS = 2;

    /** Shares of the slowest server's rate, in percent. */
    private static final List<Integer> OPEN_PERCENTS = List.of(30, 70);

    private static final int OPEN_CONNECTIONS_LEAST = 10;
    private static final List<Integer> SHARED_CONNECTIONS = List.of(100, 1000);
    private static final int SIZES_CONNECTIONS = 100;

    /** What a window takes beside warm-up and measuring: start of the generator, its end. */
    private static final double WINDOW_EXTRA_SECONDS = 0.05;

    /** Opening and closing a connection, both sides. */
    private static final double CONNECTION_SECONDS = 80e-6;

    private static final double JVM_START_SECONDS = 1.5;

    static EchoPlan of(EchoOptions options) {
        List<Cell> apart = new ArrayList<>();
        List<Cell> shared = new ArrayList<>();
        int depth = options.depths().getFirst();
        int size = options.sizes().getFirst();
        for (int connections : options.connections()) {
            closed(options, connections, apart);
            if (options.closedOnly()) {
                continue;
            }
            Cell first = Cell.echo(connections, depth, size);
            if (connections == 1) {
                apart.add(first.withPlacement(Cell.ONE_CORE, 1));
            }
            if (connections >= OPEN_CONNECTIONS_LEAST && options.depths().contains(1)) {
                Cell single = Cell.echo(connections, 1, size);
                OPEN_PERCENTS.forEach(percent -> apart.add(single.atPercent(percent)));
            }
            if (SHARED_CONNECTIONS.contains(connections)) {
                shared.add(first.withPlacement(Cell.SHARED, SHARED_THREADS));
            }
        }
        return new EchoPlan(List.copyOf(apart), List.copyOf(shared));
    }

    private static void closed(EchoOptions options, int connections, List<Cell> cells) {
        List<Integer> sizes = options.sizes();
        int firstDepth = options.depths().getFirst();
        for (int depth : options.depths()) {
            boolean allSizes =
                    options.fullGrid() || (depth == firstDepth && connections == nearest(options));
            for (int size : allSizes ? sizes : sizes.subList(0, 1)) {
                cells.add(Cell.echo(connections, depth, size));
            }
        }
    }

    /** Where further sizes are measured. */
    private static int nearest(EchoOptions options) {
        int nearest = options.connections().getFirst();
        for (int connections : options.connections()) {
            if (Math.abs(connections - SIZES_CONNECTIONS) < Math.abs(nearest - SIZES_CONNECTIONS)) {
                nearest = connections;
            }
        }
        return nearest;
    }

    /** About how long everything takes, without what is taken again. */
    double seconds(EchoOptions options) {
        double windows = 0;
        for (Cell cell : apart) {
            windows += seconds(cell, options);
        }
        for (Cell cell : shared) {
            windows += seconds(cell, options);
        }
        double starts = startSeconds(options, steady(options, 1));
        if (!shared.isEmpty()) {
            starts += startSeconds(options, steady(options, SHARED_THREADS));
        }
        return options.forks() * (starts + windows);
    }

    /** How servers with so many threads are warmed. */
    static Steady steady(EchoOptions options, int threads) {
        int least = threads == 1 ? JVM_SLICES : JVM_SLICES_AGAIN;
        return new Steady(options.sliceSeconds(), least, SLICES_MOST);
    }

    /** All rounds of all servers in a cell. */
    static double seconds(Cell cell, EchoOptions options) {
        int connections = cell.connections() == null ? 1 : cell.connections();
        double window =
                options.seconds()
                        + WARM_UP_SECONDS
                        + WINDOW_EXTRA_SECONDS
                        + connections * CONNECTION_SECONDS;
        return options.servers().size()
                * (options.rounds() * window + FIRST_WARM_UP_SECONDS - WARM_UP_SECONDS);
    }

    /** Start and warm-up of all servers. */
    static double startSeconds(EchoOptions options, Steady steady) {
        double sum = 0;
        for (String server : options.servers()) {
            sum += steady.secondsLeast(server) + steady.sliceSeconds();
            sum += Servers.isOnJvm(server) ? JVM_START_SECONDS : 0;
        }
        return sum;
    }
}
