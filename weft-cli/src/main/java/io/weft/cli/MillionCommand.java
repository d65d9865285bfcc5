package io.weft.cli;

import io.weft.PollerChoice;
import io.weft.Weft;
import io.weft.cli.child.ChildException;
import io.weft.cli.million.Million;
import io.weft.cli.million.MillionOptions;
import io.weft.cli.million.MillionReport;
import io.weft.cli.proc.DescriptorLimit;
import io.weft.cli.text.Errors;
import io.weft.cli.text.Terminal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code weft million}: very many connections to one server, and what they cost. */
@Command(
        name = "million",
        sortOptions = false,
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Open a million connections to one echo server, over loopback, from one load process."
                    + " Every connection echoes a message; then they rest, then all of them take"
                    + " part in an open loop at a steady rate, then a small share does. At last all"
                    + " are closed, and the memory has to come back. Each stage adds connections to"
                    + " those of the stage before: a hundredth, a tenth, all."
        },
        footer = {
            "",
            "Before it starts it sums up the memory that it needs, and refuses when that is not"
                    + " there. It raises the limits of the kernel that are too low for so many"
                    + " connections, as far as it may, says which and why, and gives them back at"
                    + " the end, unless it is killed by SIGKILL; those that it may not raise it"
                    + " names.",
            "",
            "No process is left running, not even after Ctrl-C or the death of one of them.",
            "",
            "Goals are listed with the figures, met or missed. The exit status is 1 when a"
                    + " connection failed, or a message was lost, wrong or never sent; a goal that"
                    + " is missed does not change it."
        })
final class MillionCommand implements Callable<Integer> {

    private static final int CONNECTIONS_MOST = 20_000_000;

    private static final double RATE_MOST = 10_000_000;

    private static final double SECONDS_MOST = 3_600;

    private static final Path DIRECTORY = Path.of("target", "million");

    @Option(
            names = "--connections",
            paramLabel = "N",
            defaultValue = "1000000",
            description = "Connections of the last stage (${DEFAULT-VALUE}).")
    private int connections;

    @Option(
            names = "--active",
            paramLabel = "PERCENT",
            defaultValue = "1",
            description = "Share of the connections that the second loop uses (${DEFAULT-VALUE}).")
    private double activePercent;

    @Option(
            names = "--rate",
            paramLabel = "R",
            defaultValue = "20000",
            description = "Messages per second of each loop (${DEFAULT-VALUE}).")
    private double rate;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "10",
            description = "How long each loop lasts (${DEFAULT-VALUE}).")
    private double seconds;

    @Option(
            names = "--procs",
            paramLabel = "P",
            description = "Ps of the server (half of the processors). The load has one for each.")
    private @Nullable Integer procs;

    @Option(
            names = "--no-peers",
            description = "Do not measure what one process of Go and of the JDK needs.")
    private boolean withoutPeers;

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description = "Where the figures go (target/million/million.json).")
    private Path json = DIRECTORY.resolve("million.json");

    @Option(
            names = "--html",
            paramLabel = "FILE",
            description = "Where the report goes (target/million/million.html).")
    private Path html = DIRECTORY.resolve("million.html");

    /** The launcher says where they are. */
    @Option(names = "--peers", hidden = true, paramLabel = "DIR")
    private @Nullable Path peers;

    @Option(
            names = "--poller",
            paramLabel = "NAME",
            description =
                    "What serves the sockets of both processes: epoll, io_uring or auto (io_uring"
                            + " when there are more connections than descriptors).")
    private @Nullable String poller;

    @Override
    public Integer call() throws Failure, InterruptedException {
        check();
        Million million = new Million(options(), new LiveMillion(Terminal.standard()));
        Runtime.getRuntime().addShutdownHook(new Thread(million::abort, "abort"));
        MillionReport report = run(million);
        System.out.println();
        System.out.print(report.table());
        System.out.println();
        ReportFile.write(json, report.json() + "\n");
        ReportFile.write(html, report.html());
        System.out.printf("figures: %s%nreport:  %s%n", json, html.toAbsolutePath().toUri());
        return report.isClean() ? 0 : Main.FAILED;
    }

    private void check() throws Failure {
        require(
                connections >= 1 && connections <= CONNECTIONS_MOST,
                "--connections %d: use 1 to %d".formatted(connections, CONNECTIONS_MOST));
        require(
                activePercent > 0 && activePercent <= 100,
                "--active %s: use more than 0, at most 100".formatted(activePercent));
        require(
                rate >= 1 && rate <= RATE_MOST,
                "--rate %s: use 1 to %.0f".formatted(rate, RATE_MOST));
        require(
                seconds > 0 && seconds <= SECONDS_MOST,
                "--seconds %s: use more than 0, at most %.0f".formatted(seconds, SECONDS_MOST));
        require(procs == null || procs >= 1, "--procs %d: use 1 or more".formatted(procs));
    }

    private static void require(boolean holds, String message) throws Failure {
        if (!holds) {
            throw new Failure(message);
        }
    }

    private MillionOptions options() throws Failure {
        int half = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        return new MillionOptions(
                connections,
                activePercent,
                rate,
                seconds,
                procs == null ? half : procs,
                chosenPoller().text(),
                withoutPeers ? null : peers);
    }

    /** By itself, io_uring is taken where there are not descriptors enough. */
    private PollerChoice chosenPoller() throws Failure {
        String refusal = descriptorRefusal();
        PollerChoice choice = poller == null ? PollerChoice.AUTO : choice(poller);
        if (choice == PollerChoice.EPOLL || (choice == PollerChoice.AUTO && refusal == null)) {
            if (refusal != null) {
                throw new Failure(refusal);
            }
            return PollerChoice.EPOLL;
        }
        String cause = Weft.unavailabilityCause(PollerChoice.IO_URING).orElse(null);
        if (cause == null) {
            return PollerChoice.IO_URING;
        }
        if (refusal != null) {
            throw new Failure(
                    "io_uring cannot serve: %s. And by epoll, %s".formatted(cause, refusal));
        }
        System.err.println("weft million: io_uring cannot serve, so epoll does: " + cause);
        return PollerChoice.EPOLL;
    }

    private static PollerChoice choice(String name) throws Failure {
        try {
            return PollerChoice.of(name);
        } catch (IllegalArgumentException e) {
            throw new Failure("--poller: " + e.getMessage());
        }
    }

    /** Why each connection cannot have a descriptor, or null. */
    private @Nullable String descriptorRefusal() throws Failure {
        try {
            return DescriptorLimit.self().refusal(connections).orElse(null);
        } catch (IOException e) {
            throw new Failure("cannot read the limit of file descriptors: " + e.getMessage());
        }
    }

    private static MillionReport run(Million million) throws Failure, InterruptedException {
        try {
            return million.run();
        } catch (Million.Refusal | ChildException e) {
            throw new Failure(Errors.text(e));
        } catch (IOException e) {
            throw new Failure("cannot start a process or read about one: " + e.getMessage());
        }
    }
}
