package io.weft.bench.micro;

import io.weft.bench.Failure;
import io.weft.bench.machine.Cpus;
import io.weft.bench.process.Home;
import io.weft.bench.session.Command;
import io.weft.bench.session.Session;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code weft bench micro}. */
@CommandLine.Command(
        name = "micro",
        description = {
            "yield, park, spawn, hand-off, fan-out, skynet, a million asleep; beside Go and the JDK.",
            "Channels and select; beside Go, Jox and Kotlin. Locks and contexts; beside Go.",
            "",
            "Each program runs in a process of its own, warms up until it is steady, checks its own"
                    + " result and takes turns with the others, round by round."
        })
public final class MicroCommand implements Callable<Integer> {

    private static final int ROUNDS_MOST = 1_000;
    private static final int PROCS_MOST = 2;
    private static final int GOROUTINES_MOST = 100_000_000;
    private static final int MILLIS_LEAST = 10;
    private static final int MILLIS_MOST = 60_000;

    @Spec private @Nullable CommandSpec spec;

    @Option(
            names = "--operations",
            split = ",",
            paramLabel = "NAME",
            defaultValue =
                    "yield,park,spawn-join,spawn-batch,hand-off,fan,skynet,sleepers,"
                            + "channel,channel-100,select,mutex,mutex-100,context-cancel",
            description = "What to measure (${DEFAULT-VALUE}).")
    private List<String> operations = List.of();

    @Option(
            names = "--peers",
            split = ",",
            paramLabel = "NAME",
            defaultValue = "weft,go,jdk,jox,kotlin",
            description = "Whom to measure (${DEFAULT-VALUE}).")
    private List<String> peers = List.of();

    @Option(
            names = "--procs",
            split = ",",
            paramLabel = "N",
            defaultValue = "1,2",
            description = "Goroutines that run at once, 1 or 2 (${DEFAULT-VALUE}).")
    private List<Integer> procs = List.of();

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "3",
            description = "Turns of each program (${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--goroutines",
            paramLabel = "N",
            defaultValue = "1000000",
            description = "How many sleep at once (${DEFAULT-VALUE}).")
    private int goroutines;

    @Option(
            names = "--millis",
            paramLabel = "N",
            defaultValue = "400",
            description = "Length of a measured window (${DEFAULT-VALUE}).")
    private int millis;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "Append every sample to FILE, one JSON object per line.")
    private @Nullable Path out;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this text.")
    @SuppressWarnings("UnusedVariable") // picocli writes and reads it
    private boolean help;

    @Override
    public Integer call() throws Failure, InterruptedException {
        CommandSpec command = Objects.requireNonNull(spec);
        MicroOptions options = options(command);
        Pinning pinning = new Pinning(Cpus.choose());
        Home home = Home.self();
        home.buildPrograms(
                options.asked().stream()
                        .filter(Programs.BUILT::containsKey)
                        .map(Programs.BUILT::get)
                        .toList());
        Programs programs =
                new Programs(home, Path.of(System.getProperty("java.home"), "bin", "java"));
        Session.Request request =
                new Session.Request(
                        MicroRun.BENCH,
                        Command.line(command),
                        options.asked(),
                        pinning.text(),
                        out);
        try (Session session = Session.begin(home, request, commands(programs, options))) {
            new MicroRun(options, programs, pinning, leftOut(home), session).measure();
            session.requireFigures();
            System.out.print(session.place());
            System.out.println();
            System.out.print(new MicroTable(session.samples()));
        }
        return 0;
    }

    private MicroOptions options(CommandSpec command) {
        requireKnown(command, "--operations", operations, Operations.ALL);
        requireKnown(command, "--peers", peers, Programs.PEERS);
        Command.within(command, "--procs", procs, 1, PROCS_MOST);
        Command.within(command, "--rounds", rounds, 1, ROUNDS_MOST);
        Command.within(command, "--goroutines", goroutines, 1, GOROUTINES_MOST);
        Command.within(command, "--millis", millis, MILLIS_LEAST, MILLIS_MOST);
        return new MicroOptions(operations, peers, procs, rounds, goroutines, millis);
    }

    private static void requireKnown(
            CommandSpec command, String option, List<String> names, List<String> known) {
        for (String name : names) {
            if (!known.contains(name)) {
                throw new ParameterException(
                        command.commandLine(),
                        "%s %s: unknown, use some of %s"
                                .formatted(option, name, String.join(",", known)));
            }
        }
    }

    private static Map<String, List<String>> commands(Programs programs, MicroOptions options) {
        Map<String, List<String>> commands = new LinkedHashMap<>();
        for (String peer : options.asked()) {
            commands.put(peer, programs.publicCommand(peer, options));
        }
        return commands;
    }

    /** Setup knows the programs of peers by names of its own. */
    private static Map<String, String> leftOut(Home home) {
        Map<String, String> reasons = new LinkedHashMap<>();
        Programs.BUILT.forEach(
                (peer, program) -> {
                    String reason = home.leftOut().get(program);
                    if (reason != null) {
                        reasons.put(peer, reason);
                    }
                });
        return reasons;
    }
}
