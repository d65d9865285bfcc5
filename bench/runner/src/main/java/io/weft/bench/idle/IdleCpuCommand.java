package io.weft.bench.idle;

import io.weft.bench.Failure;
import io.weft.bench.load.Load;
import io.weft.bench.load.LoadException;
import io.weft.bench.load.LoadOptions;
import io.weft.bench.load.RestingConnections;
import io.weft.bench.machine.Cpus;
import io.weft.bench.process.Home;
import io.weft.bench.process.Lineup;
import io.weft.bench.process.ServerProcess;
import io.weft.bench.process.Servers;
import io.weft.bench.samples.Cell;
import io.weft.bench.samples.Sample;
import io.weft.bench.session.Command;
import io.weft.bench.session.GoalTable;
import io.weft.bench.session.Progress;
import io.weft.bench.session.Rows;
import io.weft.bench.session.Rows.Shown;
import io.weft.bench.session.Session;
import io.weft.bench.session.Solo;
import io.weft.bench.stats.Goal;
import io.weft.bench.stats.Goal.Verdict;
import io.weft.bench.stats.Series;
import io.weft.bench.stats.Summary;
import io.weft.bench.text.Figures;
import io.weft.bench.text.Table;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code weft bench idle-cpu}. */
@picocli.CommandLine.Command(
        name = "idle-cpu",
        sortOptions = false,
        description = {
            "CPU time of a server with many open connections and nothing to do.",
            "",
            "Share of one CPU that a server uses while N connections, which have echoed once each,"
                    + " rest. Each round starts each server anew and warms it for 3 s; the window begins"
                    + " 5 s after the last echo."
        })
public final class IdleCpuCommand implements Callable<Integer> {

    static final String PERCENT = "server_cpu_percent";

    private static final String SHARE = "server_cpu";
    private static final double PERCENT_MOST = 0.2;
    private static final int CONNECTIONS_MOST = 100_000;
    private static final int WARM_CONNECTIONS = 100;
    private static final double WARM_SECONDS = 3;
    private static final double SETTLE_SECONDS = 5;
    private static final double START_SECONDS = 3;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Mixin private Command command = new Command();

    @Option(
            names = "--connections",
            paramLabel = "N",
            defaultValue = "10000",
            description = "Idle connections (${DEFAULT-VALUE}).")
    private int connections;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "3",
            description = "Rounds (${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "20",
            description = "Measured window per server and round (${DEFAULT-VALUE}).")
    private double seconds;

    @Override
    public Integer call() throws Failure, InterruptedException {
        Command.within(spec, "--connections", connections, 1, CONNECTIONS_MOST);
        Command.within(spec, "--rounds", rounds, 1, 100);
        Command.within(spec, "--seconds", seconds, 0.1, 600);
        List<String> servers = command.servers(spec);
        Home home = Home.self();
        Cpus cpus = Cpus.choose();
        home.build(servers);
        Session.Request request =
                new Session.Request(
                        "idle-cpu", Command.line(spec), servers, cpus.text(), command.file());
        try (Session session = Session.begin(home, request)) {
            double each = START_SECONDS + WARM_SECONDS + SETTLE_SECONDS + seconds;
            Progress progress =
                    new Progress(System.err, "idle-cpu", each * rounds * servers.size());
            Load load = new Load(home);
            Cell cell = Cell.ofConnections(connections);
            LoadOptions options = LoadOptions.small(connections, String.valueOf(cpus.load()));
            new Solo(home, session, progress, Lineup.Setting.of(1, String.valueOf(cpus.server())))
                    .rounds(servers, rounds, cell, server -> measure(load, server, options));
            print(session, servers, cell);
            session.requireFigures();
        }
        return 0;
    }

    private Map<String, Double> measure(Load load, ServerProcess server, LoadOptions options)
            throws LoadException, InterruptedException {
        load.run(
                server,
                LoadOptions.small(WARM_CONNECTIONS, options.cpus()).withWindow(0, WARM_SECONDS));
        LoadOptions window = options.withWindow(SETTLE_SECONDS, seconds);
        try (RestingConnections resting = RestingConnections.openMetered(load, server, window)) {
            Map<String, Double> figures =
                    new TreeMap<>(resting.figures(SETTLE_SECONDS + seconds).numbers());
            figures.put(PERCENT, figures.getOrDefault(SHARE, Double.NaN) * 100);
            return figures;
        }
    }

    private void print(Session session, List<String> servers, Cell cell) {
        PrintWriter out = spec.commandLine().getOut();
        out.printf(
                "%nCPU share of a server with %,d idle connections; median (least–most) of %d"
                        + " rounds of %s s%n",
                connections, rounds, seconds);
        out.println(session.place());
        Table table = new Table("server", "% of a CPU", "context switches/s");
        Rows rows = new Rows(session.samples());
        for (String server : servers) {
            table.row(
                    List.of(
                            server,
                            rows.spread(cell, server, PERCENT, 3),
                            rows.median(cell, server, "switches_rate", new Shown(1, 1))));
        }
        out.print(table + rows.notes() + GoalTable.of(goals(session.samples(), cell)));
        out.flush();
    }

    private static List<Goal> goals(List<Sample> samples, Cell cell) {
        Optional<Summary> weft = Series.of(samples, cell, Servers.WEFT, PERCENT).summary();
        return List.of(
                new Goal(
                        cell.title(),
                        "Weft, % of a CPU",
                        weft.map(s -> Figures.spread(s, 3)).orElse("-"),
                        "< " + Figures.number(PERCENT_MOST, 1),
                        weft.map(s -> Verdict.of(s.median() < PERCENT_MOST))
                                .orElse(Verdict.NOT_MEASURED),
                        false));
    }
}
