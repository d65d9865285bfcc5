package io.weft.bench.echo;

import io.weft.bench.Failure;
import io.weft.bench.load.Load;
import io.weft.bench.load.LoadException;
import io.weft.bench.load.LoadOptions;
import io.weft.bench.load.Steady;
import io.weft.bench.machine.Cpus;
import io.weft.bench.process.Home;
import io.weft.bench.process.Lineup;
import io.weft.bench.process.ServerProcess;
import io.weft.bench.samples.Cell;
import io.weft.bench.session.Progress;
import io.weft.bench.session.Retakes;
import io.weft.bench.session.Sampler;
import io.weft.bench.session.Session;
import java.io.PrintStream;
import java.util.Collections;

/** Takes all samples of a plan: starts servers, warms them, measures cell by cell. */
final class EchoRun {

    private static final int WARM_CONNECTIONS = 100;

    private final Home home;
    private final Cpus cpus;
    private final EchoOptions options;
    private final EchoPlan plan;
    private final Session session;
    private final Load load;
    private final Progress progress;
    private final Sampler sampler;

    EchoRun(Home home, Cpus cpus, EchoOptions options, Session session, PrintStream err) {
        this.home = home;
        this.cpus = cpus;
        this.options = options;
        this.plan = EchoPlan.of(options);
        this.session = session;
        this.load = new Load(home);
        double seconds = plan.seconds(options);
        this.progress = new Progress(err, "echo", seconds);
        this.sampler =
                new Sampler(
                        load,
                        new Retakes(seconds),
                        session.header().run(),
                        session.header().bench());
    }

    void run() throws Failure, InterruptedException {
        String both = cpus.server() + "," + cpus.load();
        for (int fork = 0; fork < options.forks(); fork++) {
            phase(plan.apart(), fork, 1, String.valueOf(cpus.server()));
            if (!plan.shared().isEmpty()) {
                phase(plan.shared(), fork, EchoPlan.SHARED_THREADS, both);
            }
        }
    }

    private void phase(Iterable<Cell> cells, int fork, int threads, String serverCpus)
            throws Failure, InterruptedException {
        Steady steady = EchoPlan.steady(options, threads);
        // Who owns a buffer per connection would else read a large message in several pieces.
        int largest = Collections.max(options.sizes());
        Lineup.Setting setting = Lineup.Setting.of(threads, serverCpus).forMessages(largest);
        progress.next("starting and warming servers");
        try (Lineup lineup = Lineup.start(home, options.servers(), setting)) {
            for (ServerProcess server : lineup.running()) {
                warm(lineup, server, steady, threads);
            }
            progress.done(EchoPlan.startSeconds(options, steady));
            EchoCells runner = new EchoCells(options, session, sampler, lineup);
            for (Cell cell : cells) {
                progress.next(cell.title());
                runner.measure(cell, fork * options.rounds(), loadOptions(cell));
                progress.done(EchoPlan.seconds(cell, options));
            }
        }
    }

    private void warm(Lineup lineup, ServerProcess server, Steady steady, int threads)
            throws InterruptedException {
        Cell cell = Cell.echo(WARM_CONNECTIONS, 1, options.sizes().getFirst());
        Cell placed = threads == 1 ? cell : cell.withPlacement(Cell.SHARED, threads);
        try {
            steady.warm(load, server, loadOptions(placed));
        } catch (LoadException e) {
            lineup.drop(
                    server.name(),
                    "%s failed while it was warmed: %s".formatted(server.name(), e.getMessage()));
        }
    }

    private LoadOptions loadOptions(Cell cell) {
        String placement = String.valueOf(cell.placement());
        return switch (placement) {
            case Cell.ONE_CORE -> LoadOptions.closed(cell, String.valueOf(cpus.server()));
            case Cell.SHARED ->
                    LoadOptions.closed(cell, cpus.server() + "," + cpus.load())
                            .withThreads(EchoPlan.SHARED_THREADS);
            default -> LoadOptions.closed(cell, String.valueOf(cpus.load()));
        };
    }
}
