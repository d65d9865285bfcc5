package io.weft.bench.echo;

import io.weft.bench.Failure;
import io.weft.bench.load.LoadOptions;
import io.weft.bench.process.ChildException;
import io.weft.bench.process.Lineup;
import io.weft.bench.process.ServerProcess;
import io.weft.bench.samples.Cell;
import io.weft.bench.samples.Sample;
import io.weft.bench.session.Sampler;
import io.weft.bench.session.Session;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** Measures cells of servers that run: in each round they take turns. */
final class EchoCells {

    /** A figure of ours beside those of the generator. */
    static final String BYTES_PER_CONNECTION = "bytes_per_connection";

    /** Fewer connections than this need less memory than a look at it is exact. */
    static final int MEMORY_CONNECTIONS_LEAST = 1000;

    private static final int FAILED_CELLS_MOST = 3;

    /** A server that cleans up after many connections must not do so in another one's window. */
    private static final double SETTLE_SECONDS_PER_CONNECTION = 20e-6;

    private final EchoOptions options;
    private final Session session;
    private final Sampler sampler;
    private final Lineup lineup;

    /** Resident bytes before so many connections were open for the first time, by server. */
    private final Map<Integer, Map<String, Long>> empty = new HashMap<>();

    /** Cells in which a server failed. */
    private final Map<String, Integer> failures = new HashMap<>();

    EchoCells(EchoOptions options, Session session, Sampler sampler, Lineup lineup) {
        this.options = options;
        this.session = session;
        this.sampler = sampler;
        this.lineup = lineup;
    }

    /** All rounds of a cell; rounds are counted from the offset. */
    void measure(Cell cell, int roundOffset, LoadOptions load)
            throws Failure, InterruptedException {
        if (!cell.isOpenLoop()) {
            rounds(cell, roundOffset, load);
            return;
        }
        OptionalDouble rate = SlowestRate.of(session.samples(), cell);
        if (rate.isPresent()) {
            rounds(cell, roundOffset, load.withRate(rate.getAsDouble()));
            return;
        }
        for (String name : options.servers()) {
            String problem = "no rate: the closed loop of this cell could not be measured";
            session.add(sampler.problem(cell, name, roundOffset + 1, problem));
        }
    }

    private void rounds(Cell cell, int roundOffset, LoadOptions load)
            throws Failure, InterruptedException {
        Set<String> failed = new HashSet<>();
        for (int i = 1; i <= options.rounds(); i++) {
            double warmUp = i == 1 ? EchoPlan.FIRST_WARM_UP_SECONDS : EchoPlan.WARM_UP_SECONDS;
            LoadOptions window = load.withWindow(warmUp, options.seconds());
            for (String name : options.servers()) {
                if (!failed.contains(name)) {
                    Sample sample = take(cell, name, roundOffset + i, window);
                    session.add(sample);
                    failed.addAll(failure(sample));
                }
            }
        }
    }

    /** A server that fails is not asked again in this cell, and after a few cells not at all. */
    private Set<String> failure(Sample sample) {
        if (sample.isMeasured() || Sampler.isNotHeld(sample)) {
            return Set.of();
        }
        int cells = failures.merge(sample.server(), 1, Integer::sum);
        if (cells == FAILED_CELLS_MOST && lineup.server(sample.server()) != null) {
            lineup.drop(
                    sample.server(),
                    "%s failed in %d cells, last: %s"
                            .formatted(sample.server(), cells, sample.problem()));
        }
        return Set.of(sample.server());
    }

    private Sample take(Cell cell, String name, int round, LoadOptions window)
            throws InterruptedException {
        ServerProcess server = lineup.server(name);
        if (server == null) {
            return sampler.problem(cell, name, round, lineup.problem(name));
        }
        Sample sample;
        try {
            sample = takeWithMemory(cell, server, round, window);
        } catch (ChildException e) {
            sample = sampler.problem(cell, name, round, String.valueOf(e.getMessage()));
        }
        if (!server.isAlive()) {
            String problem =
                    "%s died in round %d of: %s (%s)"
                            .formatted(name, round, cell.title(), server.endText());
            lineup.drop(name, problem);
            return sampler.problem(cell, name, round, problem);
        }
        TimeUnit.NANOSECONDS.sleep(
                (long) (window.connections() * SETTLE_SECONDS_PER_CONNECTION * 1e9));
        return sample;
    }

    private Sample takeWithMemory(Cell cell, ServerProcess server, int round, LoadOptions window)
            throws ChildException, InterruptedException {
        if (cell.isOpenLoop() || window.connections() < MEMORY_CONNECTIONS_LEAST) {
            return sampler.take(server, cell, round, window);
        }
        Map<String, Long> before =
                empty.computeIfAbsent(window.connections(), n -> new HashMap<>());
        if (!before.containsKey(server.name())) {
            before.put(server.name(), server.roughResidentBytes());
        }
        ResidentWatch watch = new ResidentWatch(server);
        try (watch) {
            return withMemory(
                    sampler.take(server, cell, round, window),
                    watch.mostBytes() - before.getOrDefault(server.name(), 0L),
                    window.connections());
        }
    }

    private Sample withMemory(Sample sample, long growthBytes, int connections) {
        if (!sample.isMeasured()) {
            return sample;
        }
        Map<String, Double> figures = new TreeMap<>(sample.figures());
        figures.put(BYTES_PER_CONNECTION, (double) growthBytes / connections);
        return sampler.sample(
                sample.cell(), sample.server(), sample.round(), figures, sample.busy());
    }
}
