package io.weft.bench.memory;

import io.weft.bench.load.Load;
import io.weft.bench.load.LoadException;
import io.weft.bench.load.LoadOptions;
import io.weft.bench.load.RestingConnections;
import io.weft.bench.load.Steady;
import io.weft.bench.process.ChildException;
import io.weft.bench.process.ServerProcess;
import io.weft.bench.process.Servers;
import io.weft.bench.session.Solo;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Resident memory that a warmed server gains by connections that have echoed once and rest.
 *
 * @param load that opens them
 * @param loadCpus as {@code taskset -c} takes them
 * @param connections that rest
 * @param warmConnections that warm the server before, and are closed again
 * @param warmUp how long they do
 */
record MemoryBody(Load load, String loadCpus, int connections, int warmConnections, Steady warmUp)
        implements Solo.Body {

    static final String EACH = "bytes_per_connection";
    static final String BEFORE = "resident_before";
    static final String AFTER = "resident_after";
    static final String HEAP_EACH = "heap_per_connection";

    static final long SETTLE_SECONDS = 3;

    @Override
    public Map<String, Double> measure(ServerProcess server)
            throws LoadException, ChildException, InterruptedException {
        Map<String, Double> figures = new TreeMap<>();
        warmUp.warm(load, server, LoadOptions.small(warmConnections, loadCpus));
        TimeUnit.SECONDS.sleep(SETTLE_SECONDS);
        double before = server.residentBytes();
        boolean weft = server.name().equals(Servers.WEFT);
        double heapOpen = 0;
        try (RestingConnections resting =
                RestingConnections.open(load, server, loadCpus, connections)) {
            TimeUnit.SECONDS.sleep(SETTLE_SECONDS);
            resting.requireHeld();
            double after = server.residentBytes();
            figures.put(BEFORE, before);
            figures.put(AFTER, after);
            figures.put(EACH, (after - before) / connections);
            heapOpen = weft ? liveHeap(server) : 0;
        }
        if (weft) {
            server.awaitGoroutines(1);
            figures.put(HEAP_EACH, (heapOpen - liveHeap(server)) / connections);
        }
        return figures;
    }

    /** What ends in one collection may be found dead only by the next. */
    private static double liveHeap(ServerProcess weft) throws ChildException, InterruptedException {
        weft.ask("gc");
        return weft.ask("gc").get("heapBytes").getAsDouble();
    }
}
