package io.weft.bench.samples;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a sample is a sample of, apart from the server. What a measurement does not vary is null and
 * absent from its JSON.
 *
 * @param connections to the server
 * @param depth messages in flight per connection
 * @param size bytes per message
 * @param threads of the server that run its connections
 * @param placement {@code apart}: server and load on a CPU each; {@code one-core}: both on the
 *     same; {@code shared}: both on the same two
 * @param rate {@code max} for a closed loop, otherwise the share in percent of the slowest server's
 *     rate at which messages are sent
 * @param operation of a microbenchmark
 * @param procs of a microbenchmark: goroutines that run at once
 */
public record Cell(
        @Nullable Integer connections,
        @Nullable Integer depth,
        @Nullable Integer size,
        @Nullable Integer threads,
        @Nullable String placement,
        @Nullable String rate,
        @Nullable String operation,
        @Nullable Integer procs) {

    public static final String APART = "apart";
    public static final String ONE_CORE = "one-core";
    public static final String SHARED = "shared";

    /** The rate of a closed loop. */
    public static final String MAX = "max";

    /** A closed loop of one server thread, on a CPU apart from the load. */
    public static Cell echo(int connections, int depth, int size) {
        return new Cell(connections, depth, size, 1, APART, MAX, null, null);
    }

    /** Connections that rest, or come and go. */
    public static Cell ofConnections(int connections) {
        return new Cell(connections, null, null, null, null, null, null, null);
    }

    public static Cell micro(String operation, int procs) {
        return new Cell(null, null, null, null, null, null, operation, procs);
    }

    public Cell withPlacement(String placement, int threads) {
        return new Cell(connections, depth, size, threads, placement, rate, operation, procs);
    }

    /** The same under an open loop at a share, in percent, of the slowest server's rate. */
    public Cell atPercent(int percent) {
        String share = String.valueOf(percent);
        return new Cell(connections, depth, size, threads, placement, share, operation, procs);
    }

    /** The closed loop of the same cell. */
    public Cell atMost() {
        return new Cell(connections, depth, size, threads, placement, MAX, operation, procs);
    }

    /** Whether messages are sent on a schedule. */
    public boolean isOpenLoop() {
        return rate != null && !rate.equals(MAX);
    }

    /**
     * For people: {@code 1,000 connections, 64 B, depth 1, at 70 %}, or the operation. What is as
     * it is by default goes without saying.
     */
    public String title() {
        if (operation != null) {
            return procs == null ? operation : operation + ", procs " + procs;
        }
        StringBuilder title = new StringBuilder();
        if (connections != null) {
            title.append(String.format(Locale.ROOT, "%,d", connections));
            title.append(connections == 1 ? " connection" : " connections");
        }
        if (size != null) {
            title.append(String.format(Locale.ROOT, ", %,d B", size));
        }
        if (depth != null) {
            title.append(", depth ").append(depth);
        }
        if (isOpenLoop()) {
            title.append(", at ").append(rate).append(" %");
        }
        return title.append(places()).toString();
    }

    private String places() {
        return switch (String.valueOf(placement)) {
            case ONE_CORE -> ", one CPU for both";
            case SHARED -> ", two CPUs for both";
            default -> "";
        };
    }
}
