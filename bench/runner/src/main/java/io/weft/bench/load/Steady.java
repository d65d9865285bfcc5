package io.weft.bench.load;

import io.weft.bench.process.ServerProcess;
import io.weft.bench.process.Servers;

/**
 * Warms a server until two slices of load in a row cost it the same.
 *
 * @param sliceSeconds length of a slice
 * @param jvmSlices at least for a server that compiles while it runs
 * @param slicesMost after which it is taken as it is
 */
public record Steady(double sliceSeconds, int jvmSlices, int slicesMost) {

    private static final int SLICES_LEAST = 2;

    /** The costs of two slices differ by no more than this part. */
    private static final double TOLERANCE = 0.03;

    /** As long as it takes; for measurements with few cells. */
    public static final Steady THOROUGH = new Steady(3, 5, 20);

    /** How a warm-up ended: after how long, and whether the last two slices cost the same. */
    public record Outcome(double seconds, boolean steady) {}

    public Outcome warm(Load load, ServerProcess server, LoadOptions options)
            throws LoadException, InterruptedException {
        LoadOptions slice = options.withWindow(0, sliceSeconds);
        int least = Servers.isOnJvm(server.name()) ? jvmSlices : SLICES_LEAST;
        double previous = 0;
        for (int i = 1; i <= slicesMost; i++) {
            double cost = load.run(server, slice).numbers().getOrDefault("server_ns", 0.0);
            if (i >= least && Math.abs(cost - previous) < TOLERANCE * previous) {
                return new Outcome(i * sliceSeconds, true);
            }
            previous = cost;
        }
        return new Outcome(slicesMost * sliceSeconds, false);
    }

    /** What a warm-up takes of a server that is steady as soon as it may be. */
    public double secondsLeast(String server) {
        return sliceSeconds * (Servers.isOnJvm(server) ? jvmSlices : SLICES_LEAST);
    }
}
