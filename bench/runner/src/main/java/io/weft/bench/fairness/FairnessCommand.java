package io.weft.bench.fairness;

import io.weft.bench.Failure;
import io.weft.bench.machine.Cpus;
import io.weft.bench.micro.Programs;
import io.weft.bench.process.Home;
import io.weft.bench.session.Command;
import io.weft.bench.session.Output;
import io.weft.bench.session.Session;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code weft bench fairness}. */
@CommandLine.Command(
        name = "fairness",
        sortOptions = false,
        description = {
            "Timers, and an echo beside work that does not rest; beside Go and the JDK.",
            "",
            "sleep     by how much one goroutine oversleeps 50 µs, 1 ms and 10 ms",
            "early     timers of mixed lengths, moved and stopped: none may fire early (Weft)",
            "reset     moving an armed timer, and the memory of a million of them; the JDK cancels"
                    + " and schedules anew",
            "deadline  echo CPU with a deadline moved before every read, against without",
            "loops     echo beside as many endless loops as Ps: 2,000 messages/s, 100 connections",
            "blocking  the same beside four times as many goroutines that block for 100 ms each",
            "readable  echo of 200 messages/s with every P busy with four ready goroutines",
            "idle      CPU of 100,000 armed timers and nothing to do",
            "price     echo CPU against an earlier commit: needs --before",
            "",
            "Weft, the JDK and Go have two Ps on two CPUs; the load of loops, blocking and readable"
                    + " shares them and goes before all else there, so that what it waits for is the"
                    + " server. For deadline and price the server has one CPU and the load another."
        })
public final class FairnessCommand implements Callable<Integer> {

    private static final int ROUNDS_MOST = 100;
    private static final int TIMERS_MOST = 1_000_000_000;
    private static final int ARMED_MOST = 10_000_000;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Mixin private Output output = new Output();

    @Option(
            names = "--only",
            split = ",",
            paramLabel = "PART",
            description = "Parts to measure (all; price with --before).")
    private List<String> only = List.of();

    @Option(
            names = "--peers",
            split = ",",
            paramLabel = "NAME",
            defaultValue = "weft,go,jdk",
            description = "Whom to measure (${DEFAULT-VALUE}).")
    private List<String> peers = List.of();

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "3",
            description = "Turns of each program (${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "4",
            description = "Window of loops, blocking and readable (${DEFAULT-VALUE}).")
    private double seconds;

    @Option(
            names = "--timers",
            paramLabel = "N",
            defaultValue = "10000000",
            description = "Timers of early (${DEFAULT-VALUE}).")
    private int timers;

    @Option(
            names = "--armed",
            paramLabel = "N",
            defaultValue = "1000000",
            description = "Timers whose memory reset measures (${DEFAULT-VALUE}).")
    private int armed;

    @Option(
            names = "--before",
            paramLabel = "COMMIT",
            description = "Commit that price compares with; it is built in a folder of its own.")
    private @Nullable String before;

    @Override
    public Integer call() throws Failure, InterruptedException {
        FairnessOptions options = options();
        Home home = Home.self();
        Cpus cpus = Cpus.choose();
        home.build(built(options));
        FairnessPrograms programs =
                new FairnessPrograms(home, Path.of(System.getProperty("java.home"), "bin", "java"));
        Session.Request request =
                new Session.Request(
                        FairnessRun.BENCH,
                        Command.line(spec),
                        options.peers(),
                        pinning(cpus),
                        output.file());
        Map<String, List<String>> commands = new LinkedHashMap<>();
        options.peers().forEach(peer -> commands.put(peer, programs.published(peer)));
        try (Session session = Session.begin(home, request, commands)) {
            new FairnessRun(programs, cpus, options, session, System.err).run();
            PrintWriter out = spec.commandLine().getOut();
            out.printf("%nTimers and fairness; median (least–most) of %d rounds%n", rounds);
            out.print(session.place());
            out.print(FairnessTable.text(session.samples()));
            out.flush();
            session.requireFigures();
        }
        return 0;
    }

    private FairnessOptions options() {
        Command.within(spec, "--rounds", rounds, 1, ROUNDS_MOST);
        Command.within(spec, "--seconds", seconds, 0.1, 600);
        Command.within(spec, "--timers", timers, 1, TIMERS_MOST);
        Command.within(spec, "--armed", armed, 1, ARMED_MOST);
        requireKnown("--peers", peers, FairnessPrograms.PEERS);
        return new FairnessOptions(parts(), peers, rounds, seconds, timers, armed, before);
    }

    private List<Part> parts() {
        requireKnown("--only", only, Part.names());
        List<Part> parts =
                new ArrayList<>(
                        only.isEmpty()
                                ? List.of(Part.values())
                                : only.stream().flatMap(p -> Part.named(p).stream()).toList());
        if (before == null && !only.isEmpty() && parts.contains(Part.PRICE)) {
            throw new ParameterException(
                    spec.commandLine(), "--only price: needs --before COMMIT to compare with");
        }
        if (before == null) {
            parts.remove(Part.PRICE);
        }
        return parts;
    }

    private void requireKnown(String option, List<String> names, List<String> known) {
        for (String name : names) {
            if (!known.contains(name)) {
                throw new ParameterException(
                        spec.commandLine(),
                        "%s %s: unknown, use some of %s"
                                .formatted(option, name, String.join(",", known)));
            }
        }
    }

    /** What {@code bench/peers/setup} is to build: servers for deadline, a program for the rest. */
    private static List<String> built(FairnessOptions options) {
        List<String> names = new ArrayList<>(options.peers());
        // Weft runs early and price, whoever is asked for.
        names.add(Programs.WEFT);
        if (names.contains(Programs.GO)) {
            names.add(FairnessPrograms.GO_PROGRAM);
        }
        return names.stream().distinct().toList();
    }

    private static String pinning(Cpus cpus) {
        return ("two Ps and the load on CPUs %d and %d; of deadline and price the server on CPU %d,"
                        + " the load on CPU %d")
                .formatted(cpus.server(), cpus.load(), cpus.server(), cpus.load());
    }
}
