package io.weft.bench.fairness;

import io.weft.bench.load.Load;
import io.weft.bench.load.LoadException;
import io.weft.bench.load.LoadOptions;
import io.weft.bench.machine.Quiet;
import io.weft.bench.process.ChildException;
import io.weft.bench.process.ServerProcess;
import io.weft.bench.samples.Cell;
import io.weft.bench.samples.Sample;
import io.weft.bench.session.Retakes;
import io.weft.bench.session.Sampler;
import java.util.List;
import java.util.Map;

/**
 * An echo beside work that does not rest, on the same two CPUs as its load. The server is warmed
 * undisturbed, so that its code is compiled. Used by one thread.
 */
final class ServedEcho {

    static final String LOST = "lost";
    static final String SENT = "sent";

    /** What a problem begins with that is the echo's and not the measurement's. */
    static final String STOPS = "the echo stops";

    private static final int WARM_CONNECTIONS = 100;

    /** With more messages lost than this share, latencies say nothing. */
    private static final double LOST_MOST = 0.5;

    private final Load load;
    private final Retakes retakes;
    private final Sampler sampler;
    private final String cpus;

    ServedEcho(Load load, Retakes retakes, Sampler sampler, String cpus) {
        this.load = load;
        this.retakes = retakes;
        this.sampler = sampler;
        this.cpus = cpus;
    }

    /** Whose turn it is, and for how long. */
    record Turn(String peer, int round, double seconds) {}

    /** Starts a server, disturbs it, and loads it for a window. */
    Sample take(Cell cell, Turn turn, Disturbed how, List<String> command)
            throws InterruptedException {
        try (ServerProcess server = ServerProcess.start(turn.peer(), command, cpus, Map.of())) {
            load.run(
                    server,
                    LoadOptions.small(WARM_CONNECTIONS, cpus)
                            .withWindow(0, FairnessPlan.warmUpSeconds(turn.peer())));
            server.ask("disturb");
            LoadOptions options =
                    LoadOptions.small(how.connections(), cpus)
                            .urgentAt(how.rate())
                            .withWindow(FairnessPlan.LOAD_WARM_UP_SECONDS, turn.seconds());
            return window(cell, turn, server, options);
        } catch (ChildException | LoadException e) {
            return sampler.problem(cell, turn.peer(), turn.round(), String.valueOf(e.getMessage()));
        }
    }

    private Sample window(Cell cell, Turn turn, ServerProcess server, LoadOptions options)
            throws LoadException, InterruptedException {
        Map<String, Double> figures = load.run(server, options).numbers();
        for (int i = 0; i < Retakes.OF_A_WINDOW_MOST; i++) {
            if (stops(figures) || Quiet.isQuiet(figures) || !retakes.take(turn.seconds())) {
                break;
            }
            figures = load.run(server, options).numbers();
        }
        boolean busy = !Quiet.isQuiet(figures);
        Sample sample = sampler.sample(cell, turn.peer(), turn.round(), figures, busy);
        return stops(figures) ? stopped(sample, figures) : sample;
    }

    private static boolean stops(Map<String, Double> figures) {
        return figures.getOrDefault(LOST, 0.0) > LOST_MOST * figures.getOrDefault(SENT, 0.0);
    }

    private static Sample stopped(Sample sample, Map<String, Double> figures) {
        double lost = figures.getOrDefault(LOST, 0.0);
        double sent = figures.getOrDefault(SENT, 0.0);
        return new Sample(
                sample.run(),
                sample.bench(),
                sample.cell(),
                sample.server(),
                sample.round(),
                Map.of(LOST, lost, SENT, sent),
                sample.busy(),
                "%s: %,.0f of %,.0f messages never came back".formatted(STOPS, lost, sent));
    }
}
