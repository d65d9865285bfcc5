package io.weft.bench.memory;

import io.weft.bench.Failure;
import io.weft.bench.load.Load;
import io.weft.bench.load.Steady;
import io.weft.bench.machine.Cpus;
import io.weft.bench.process.Home;
import io.weft.bench.process.Lineup;
import io.weft.bench.samples.Cell;
import io.weft.bench.session.Command;
import io.weft.bench.session.Progress;
import io.weft.bench.session.Session;
import io.weft.bench.session.Solo;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code weft bench memory}. */
@picocli.CommandLine.Command(
        name = "memory",
        sortOptions = false,
        description = {
            "Process memory per idle connection: Weft beside other echo servers.",
            "",
            "Resident memory (Rss of smaps_rollup) that a server's process gains per connection, when"
                    + " N connections have echoed one 64-byte message each and rest. Each round starts"
                    + " each server anew. Before the first reading it is warmed until two slices of 3 s"
                    + " under load from --warm connections cost the same within 3 %% (a JVM for 15 s at"
                    + " least), so that code is compiled and the server's common memory is in place;"
                    + " these connections are closed again. The second reading follows 3 s after the"
                    + " last echo. No garbage collection is asked for. What the warm-up leaves to be used"
                    + " again counts for the server, so --warm is small beside N. Peers that own a read"
                    + " buffer per connection get one of --buffer bytes; Weft holds none while a"
                    + " connection rests. All JVMs get a young generation of 8 MiB.",
            "",
            "For Weft the live heap per connection is shown too: the heap after collections with the"
                    + " connections open, less that after they were closed. It may exceed the growth of"
                    + " resident memory, where objects went to pages that the warm-up had used."
        })
public final class MemoryCommand implements Callable<Integer> {

    private static final int CONNECTIONS_MOST = 100_000;
    private static final int BUFFER_MOST = 1 << 20;

    /** As ./weft echo: garbage of opening connections adds no pages. */
    private static final Map<String, String> JVM_OPTIONS = Map.of("BENCH_JAVA_OPTS", "-Xmn8m");

    private static final double START_SECONDS = 2;
    private static final double SECONDS_PER_CONNECTION = 200e-6;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Mixin private Command command = new Command();

    @Option(
            names = "--connections",
            paramLabel = "N",
            defaultValue = "18000",
            description = "Idle connections (${DEFAULT-VALUE}).")
    private int connections;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "3",
            description = "Rounds (${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--warm",
            paramLabel = "N",
            defaultValue = "100",
            description = "Connections of the warm-up (${DEFAULT-VALUE}).")
    private int warm;

    @Option(
            names = "--buffer",
            paramLabel = "BYTES",
            defaultValue = "1024",
            description = "Read buffer of peers that own one per connection (${DEFAULT-VALUE}).")
    private int buffer;

    @Override
    public Integer call() throws Failure, InterruptedException {
        Command.within(spec, "--connections", connections, 1, CONNECTIONS_MOST);
        Command.within(spec, "--rounds", rounds, 1, 100);
        Command.within(spec, "--warm", warm, 1, CONNECTIONS_MOST);
        Command.within(spec, "--buffer", buffer, 64, BUFFER_MOST);
        List<String> servers = command.servers(spec);
        Home home = Home.self();
        Cpus cpus = Cpus.choose();
        home.build(servers);
        try (Session session = Session.begin(home, request(servers, cpus))) {
            Progress progress = new Progress(System.err, "memory", plannedSeconds(servers));
            String serverCpu = String.valueOf(cpus.server());
            Solo solo =
                    new Solo(
                            home,
                            session,
                            progress,
                            new Lineup.Setting(1, buffer, serverCpu, JVM_OPTIONS));
            Cell cell = Cell.ofConnections(connections);
            MemoryBody body =
                    new MemoryBody(
                            new Load(home),
                            String.valueOf(cpus.load()),
                            connections,
                            warm,
                            Steady.THOROUGH);
            solo.rounds(servers, rounds, cell, body);
            print(session, servers, cell);
            session.requireFigures();
        }
        return 0;
    }

    private Session.Request request(List<String> servers, Cpus cpus) {
        return new Session.Request(
                "memory", Command.line(spec), servers, cpus.text(), command.file());
    }

    private void print(Session session, List<String> servers, Cell cell) {
        PrintWriter out = spec.commandLine().getOut();
        out.printf(
                "%nProcess memory per idle connection: %,d connections, each echoed once;"
                        + " median (least–most) of %d rounds%n",
                connections, rounds);
        out.println(session.place());
        out.print(MemoryTable.text(servers, session.samples(), cell));
        out.flush();
    }

    private double plannedSeconds(List<String> servers) {
        double sum = 0;
        for (String server : servers) {
            sum += Steady.THOROUGH.secondsLeast(server) + START_SECONDS;
            sum += 2 * MemoryBody.SETTLE_SECONDS + connections * SECONDS_PER_CONNECTION;
        }
        return rounds * sum;
    }
}
