package io.weft.bench.echo;

import io.weft.bench.Failure;
import io.weft.bench.machine.Cpus;
import io.weft.bench.process.Home;
import io.weft.bench.session.Command;
import io.weft.bench.session.GoalTable;
import io.weft.bench.session.Progress;
import io.weft.bench.session.Session;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code weft bench echo}. */
@picocli.CommandLine.Command(
        name = "echo",
        abbreviateSynopsis = true,
        sortOptions = false,
        description = {
            "CPU per message, rate, latency: Weft beside other echo servers.",
            "",
            "All servers run throughout, pinned to one CPU, and only one is under load at a time; the"
                    + " load generator is pinned to another CPU. Servers take turns round by round, after"
                    + " each was warmed until it was steady. Cells in which both sides share CPUs say so."
                    + " A window in which other processes or other guests used the machine is taken"
                    + " again, within limits; a figure that still is of a busy machine has a *."
        })
public final class EchoCommand implements Callable<Integer> {

    private static final int CONNECTIONS_MOST = 20_000;
    private static final int DEPTH_MOST = 1024;
    private static final int SIZE_MOST = 65_536;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Mixin private Command command = new Command();

    @Option(
            names = "--connections",
            split = ",",
            paramLabel = "N",
            defaultValue = "1,10,100,1000,10000",
            description = "Connections (${DEFAULT-VALUE}).")
    private List<Integer> connections = List.of();

    @Option(
            names = "--depth",
            split = ",",
            paramLabel = "D",
            defaultValue = "1,16",
            description = "Messages in flight per connection (${DEFAULT-VALUE}).")
    private List<Integer> depths = List.of();

    @Option(
            names = "--size",
            split = ",",
            paramLabel = "BYTES",
            defaultValue = "64,1024,16384",
            description = {
                "Message sizes (${DEFAULT-VALUE}).",
                "Those after the first are measured at 100 connections and the first depth."
            })
    private List<Integer> sizes = List.of();

    @Option(
            names = "--grid",
            paramLabel = "GRID",
            defaultValue = "reduced",
            description = "full: every size with every depth and connections (${DEFAULT-VALUE}).")
    private String grid = "";

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "3",
            description = "Rounds per cell (${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "0.8",
            description = "Measured window per cell, server and round (${DEFAULT-VALUE}).")
    private double seconds;

    @Option(
            names = "--warm-up",
            paramLabel = "S",
            defaultValue = "1.5",
            description = {
                "Length of a slice of warm-up (${DEFAULT-VALUE}).",
                "A server is warm when two slices cost the same within 3 %%, a JVM after 6 at least."
            })
    private double sliceSeconds;

    @Option(
            names = "--forks",
            paramLabel = "N",
            defaultValue = "1",
            description = "Start and warm all servers anew N times (${DEFAULT-VALUE}).")
    private int forks;

    @Option(
            names = "--closed",
            description = "Only closed loops with server and load on CPUs of their own.")
    private boolean closedOnly;

    @Override
    public Integer call() throws Failure, InterruptedException {
        EchoOptions options = options();
        Home home = Home.self();
        Cpus cpus = Cpus.choose();
        PrintWriter out = spec.commandLine().getOut();
        home.build(options.servers());
        System.err.printf(
                "weft bench echo: %s in all%n",
                Progress.text(EchoPlan.of(options).seconds(options)));
        Session.Request request =
                new Session.Request(
                        "echo",
                        Command.line(spec),
                        options.servers(),
                        pinning(cpus),
                        command.file());
        try (Session session = Session.begin(home, request)) {
            new EchoRun(home, cpus, options, session, System.err).run();
            out.printf(
                    "%nEcho: Weft beside others, median (least–most) of %d × %d rounds of %s s%n",
                    options.forks(), options.rounds(), options.seconds());
            out.print(session.place());
            out.print(new EchoTables(options.servers(), session.samples()).text());
            out.print(GoalTable.of(EchoGoals.of(session.samples())));
            out.flush();
            session.requireFigures();
        }
        return 0;
    }

    private static String pinning(Cpus cpus) {
        return String.format(
                Locale.ROOT,
                "server with one thread on CPU %d, load on CPU %d; one CPU for both: CPU %d; two CPUs"
                        + " for both: 2 threads each on CPUs %d and %d",
                cpus.server(),
                cpus.load(),
                cpus.server(),
                cpus.server(),
                cpus.load());
    }

    private EchoOptions options() {
        Command.within(spec, "--connections", connections, 1, CONNECTIONS_MOST);
        Command.within(spec, "--depth", depths, 1, DEPTH_MOST);
        Command.within(spec, "--size", sizes, 1, SIZE_MOST);
        Command.within(spec, "--rounds", rounds, 1, 100);
        Command.within(spec, "--seconds", seconds, 0.1, 60);
        Command.within(spec, "--warm-up", sliceSeconds, 0.1, 60);
        Command.within(spec, "--forks", forks, 1, 20);
        if (!grid.equals("reduced") && !grid.equals("full")) {
            throw new ParameterException(
                    spec.commandLine(), "--grid %s: use reduced or full".formatted(grid));
        }
        return new EchoOptions(
                command.servers(spec),
                connections,
                depths,
                sizes,
                rounds,
                seconds,
                sliceSeconds,
                grid.equals("full"),
                forks,
                closedOnly);
    }
}
