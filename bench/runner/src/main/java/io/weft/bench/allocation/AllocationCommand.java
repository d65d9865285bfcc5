package io.weft.bench.allocation;

import io.weft.bench.Failure;
import io.weft.bench.load.Load;
import io.weft.bench.load.LoadOptions;
import io.weft.bench.load.Steady;
import io.weft.bench.machine.Cpus;
import io.weft.bench.process.Home;
import io.weft.bench.process.Lineup;
import io.weft.bench.process.Servers;
import io.weft.bench.samples.Cell;
import io.weft.bench.samples.Sample;
import io.weft.bench.session.Command;
import io.weft.bench.session.GoalTable;
import io.weft.bench.session.Output;
import io.weft.bench.session.Progress;
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
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code weft bench allocation}. */
@picocli.CommandLine.Command(
        name = "allocation",
        sortOptions = false,
        description = {
            "Heap bytes that a Weft server allocates per echoed message.",
            "",
            "Each round starts a server anew, since compilers decide anew in each process what needs"
                    + " no heap, and warms it until two slices of 3 s cost the same within 3 %%, 15 s at"
                    + " least. It then puts the server under load and, while it lasts, asks it three"
                    + " times for the bytes that all threads have allocated and the messages that were"
                    + " echoed. The figure is what the long window between the questions allocated more"
                    + " than the short one, by the messages that it echoed more: what an answer allocates"
                    + " is the same in both. The goal holds for the worst round."
        })
public final class AllocationCommand implements Callable<Integer> {

    /** One object of the smallest kind, 16 bytes, for every 160 messages would already show. */
    private static final double BYTES_MOST = 0.1;

    private static final List<String> WEFT = List.of(Servers.WEFT);

    @Spec private CommandSpec spec = CommandSpec.create();

    @Mixin private Output output = new Output();

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "5",
            description = "Rounds (${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "10",
            description = "Long window; the short one takes a tenth (${DEFAULT-VALUE}).")
    private double seconds;

    @Option(
            names = "--connections",
            paramLabel = "N",
            defaultValue = "100",
            description = "Connections (${DEFAULT-VALUE}).")
    private int connections;

    @Option(
            names = "--size",
            paramLabel = "BYTES",
            defaultValue = "64",
            description = "Message size (${DEFAULT-VALUE}).")
    private int size;

    @Override
    public Integer call() throws Failure, InterruptedException {
        Command.within(spec, "--rounds", rounds, 1, 100);
        Command.within(spec, "--seconds", seconds, 1, 600);
        Command.within(spec, "--connections", connections, 1, 10_000);
        Command.within(spec, "--size", size, 1, 65_536);
        Home home = Home.self();
        Cpus cpus = Cpus.choose();
        home.build(WEFT);
        Session.Request request =
                new Session.Request(
                        "allocation", Command.line(spec), WEFT, cpus.text(), output.file());
        try (Session session = Session.begin(home, request)) {
            double each = Steady.THOROUGH.secondsLeast(Servers.WEFT) + 1.1 * seconds + 8;
            Progress progress = new Progress(System.err, "allocation", rounds * each);
            Cell cell = Cell.echo(connections, 1, size);
            LoadOptions options = LoadOptions.closed(cell, String.valueOf(cpus.load()));
            new Solo(home, session, progress, Lineup.Setting.of(1, String.valueOf(cpus.server())))
                    .rounds(
                            WEFT,
                            rounds,
                            cell,
                            new AllocationBody(new Load(home), options, seconds));
            print(session, cell);
            session.requireFigures();
        }
        return 0;
    }

    private void print(Session session, Cell cell) {
        PrintWriter out = spec.commandLine().getOut();
        out.printf("%nHeap allocated per echoed message: %s%n", cell.title());
        out.println(session.place());
        Table table =
                new Table("round", "bytes, short", "bytes, long", "messages", "bytes/message");
        for (Sample sample : session.samples()) {
            table.row(
                    List.of(
                            String.valueOf(sample.round()),
                            number(sample, AllocationBody.SHORT, 0),
                            number(sample, AllocationBody.LONG, 0),
                            number(sample, AllocationBody.MESSAGES, 0),
                            number(sample, AllocationBody.EACH, 4)));
        }
        out.print(table);
        session.samples().stream()
                .filter(sample -> !sample.isMeasured())
                .forEach(sample -> out.println("- " + sample.problem()));
        out.print(GoalTable.of(goals(session.samples(), cell)));
        out.flush();
    }

    private static String number(Sample sample, String figure, int digits) {
        return sample.isMeasured()
                ? Figures.number(sample.figure(figure).orElse(Double.NaN), digits)
                : "-";
    }

    private static List<Goal> goals(List<Sample> samples, Cell cell) {
        Optional<Summary> weft =
                Series.of(samples, cell, Servers.WEFT, AllocationBody.EACH).summary();
        return List.of(
                new Goal(
                        cell.title(),
                        "bytes per message, worst round",
                        weft.map(s -> Figures.spread(s, 4)).orElse("-"),
                        "≤ " + Figures.number(BYTES_MOST, 1),
                        weft.map(s -> Verdict.of(s.most() <= BYTES_MOST))
                                .orElse(Verdict.NOT_MEASURED),
                        false));
    }
}
