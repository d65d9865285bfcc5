package io.weft.bench.churn;

import com.google.gson.JsonObject;
import io.weft.bench.Failure;
import io.weft.bench.load.Load;
import io.weft.bench.load.LoadException;
import io.weft.bench.machine.Cpus;
import io.weft.bench.process.ChildException;
import io.weft.bench.process.Home;
import io.weft.bench.process.Lineup;
import io.weft.bench.process.ServerProcess;
import io.weft.bench.process.Servers;
import io.weft.bench.samples.Cell;
import io.weft.bench.session.Command;
import io.weft.bench.session.Output;
import io.weft.bench.session.Progress;
import io.weft.bench.session.Session;
import io.weft.bench.session.Solo;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code weft bench churn}. */
@picocli.CommandLine.Command(
        name = "churn",
        sortOptions = false,
        description = {
            "What a Weft server keeps of connections that have come and gone.",
            "",
            "Runs cycles of connect, echo, close against ./weft echo and compares before and after:"
                    + " open descriptors, live goroutines and heap (as the server tells after a garbage"
                    + " collection), and resident memory. The server is warmed with --warm cycles first,"
                    + " so that code is compiled and its heap has the size that it keeps. Half of the"
                    + " cycles close with FIN and half with RST."
        })
public final class ChurnCommand implements Callable<Integer> {

    private static final long SETTLE_SECONDS = 2;
    private static final double SECONDS_PER_CYCLE = 50e-6;
    private static final int CYCLES_MOST = 10_000_000;
    private static final List<String> WEFT = List.of(Servers.WEFT);

    @Spec private CommandSpec spec = CommandSpec.create();

    @Mixin private Output output = new Output();

    @Option(
            names = "--cycles",
            paramLabel = "N",
            defaultValue = "200000",
            description = "Cycles to compare over (${DEFAULT-VALUE}).")
    private int cycles;

    @Option(
            names = "--warm",
            paramLabel = "N",
            defaultValue = "100000",
            description = "Cycles before (${DEFAULT-VALUE}).")
    private int warm;

    @Override
    public Integer call() throws Failure, InterruptedException {
        Command.within(spec, "--cycles", cycles, 2, CYCLES_MOST);
        Command.within(spec, "--warm", warm, 2, CYCLES_MOST);
        Home home = Home.self();
        Cpus cpus = Cpus.choose();
        home.build(WEFT);
        Session.Request request =
                new Session.Request("churn", Command.line(spec), WEFT, cpus.text(), output.file());
        try (Session session = Session.begin(home, request)) {
            double seconds = SECONDS_PER_CYCLE * (cycles + warm) + 4 * SETTLE_SECONDS;
            Progress progress = new Progress(System.err, "churn", seconds);
            Load load = new Load(home);
            String loadCpus = String.valueOf(cpus.load());
            Lineup.Setting setting = Lineup.Setting.of(1, String.valueOf(cpus.server()));
            new Solo(home, session, progress, setting)
                    .rounds(
                            WEFT,
                            1,
                            Cell.ofConnections(cycles),
                            server -> measure(load, server, loadCpus));
            session.requireFigures();
            print(session);
        }
        return 0;
    }

    private Map<String, Double> measure(Load load, ServerProcess server, String loadCpus)
            throws LoadException, ChildException, InterruptedException {
        Map<String, Double> figures = new TreeMap<>();
        churn(load, server, loadCpus, warm, new TreeMap<>());
        read(server, ChurnTable.BEFORE, figures);
        churn(load, server, loadCpus, cycles, figures);
        read(server, ChurnTable.AFTER, figures);
        return figures;
    }

    private static void churn(
            Load load, ServerProcess server, String cpus, int cycles, Map<String, Double> figures)
            throws LoadException, InterruptedException {
        int half = cycles / 2;
        Map<String, Double> fin = load.churn(server, cpus, cycles - half, false).numbers();
        Map<String, Double> rst = load.churn(server, cpus, half, true).numbers();
        figures.put(ChurnTable.FIN_RATE, fin.getOrDefault("rate", 0.0));
        figures.put(ChurnTable.RST_RATE, rst.getOrDefault("rate", 0.0));
    }

    private static void read(ServerProcess server, String when, Map<String, Double> figures)
            throws ChildException, InterruptedException {
        TimeUnit.SECONDS.sleep(SETTLE_SECONDS);
        server.awaitGoroutines(1);
        server.ask("gc");
        JsonObject answer = server.ask("gc");
        figures.put(when + ChurnTable.DESCRIPTORS, (double) server.descriptors());
        figures.put(when + ChurnTable.GOROUTINES, answer.get("liveGoroutines").getAsDouble());
        figures.put(when + ChurnTable.HEAP, answer.get("heapBytes").getAsDouble());
        figures.put(when + ChurnTable.RESIDENT, (double) server.residentBytes());
    }

    private void print(Session session) {
        PrintWriter out = spec.commandLine().getOut();
        out.printf("%n%,d cycles of connect, echo, close, after %,d to warm up%n", cycles, warm);
        out.println(session.place());
        out.print(new ChurnTable(session.samples().getFirst(), cycles).text());
        out.flush();
    }
}
