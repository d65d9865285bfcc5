package io.weft.cli;

import io.weft.PollerChoice;
import io.weft.cli.child.ChildException;
import io.weft.cli.demo.Demo;
import io.weft.cli.demo.DemoOptions;
import io.weft.cli.demo.DemoReport;
import io.weft.cli.proc.DescriptorLimit;
import io.weft.cli.text.Errors;
import io.weft.cli.text.Terminal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code weft demo}: server and load side by side, and what they cost. */
@Command(
        name = "demo",
        sortOptions = false,
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description =
                "Run an echo server and a load in stages of 1, 100, 1,000 and 10,000"
                        + " connections, and show what a connection and a message cost.",
        footer = {
            "",
            "Server and load are processes of their own on this machine; nothing is left running,"
                    + " not even after Ctrl-C."
        })
final class DemoCommand implements Callable<Integer> {

    private static final double MAX_SECONDS = 3_600;

    private static final Path DIRECTORY = Path.of("target", "demo");

    @Option(
            names = "--connections",
            paramLabel = "N",
            defaultValue = "10000",
            description = "Connections of the last stage (${DEFAULT-VALUE}).")
    private int connections;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "5",
            description = "How long each stage is measured (${DEFAULT-VALUE}).")
    private double seconds;

    @Option(
            names = "--procs",
            paramLabel = "P",
            description = "Ps of the server, and as many for the load (half of the processors).")
    private @Nullable Integer procs;

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description = "Where the figures go (target/demo/demo.json).")
    private Path json = DIRECTORY.resolve("demo.json");

    @Option(
            names = "--html",
            paramLabel = "FILE",
            description = "Where the report goes (target/demo/demo.html).")
    private Path html = DIRECTORY.resolve("demo.html");

    @Mixin private PollerOption poller = new PollerOption();

    @Override
    public Integer call() throws Failure, InterruptedException {
        check();
        Demo demo = new Demo(options(), new LiveDemo(Terminal.standard()));
        Runtime.getRuntime().addShutdownHook(new Thread(demo::abort, "abort"));
        DemoReport report = run(demo);
        System.out.println();
        System.out.print(report.table());
        System.out.println();
        ReportFile.write(json, report.json() + "\n");
        ReportFile.write(html, report.html());
        System.out.printf("figures: %s%nreport:  %s%n", json, html.toAbsolutePath().toUri());
        return report.isClean() ? 0 : Main.FAILED;
    }

    private void check() throws Failure {
        if (connections < 1) {
            throw new Failure("--connections %d: use 1 or more".formatted(connections));
        }
        if (!(seconds > 0 && seconds <= MAX_SECONDS)) {
            throw new Failure(
                    "--seconds %s: use more than 0, at most %.0f".formatted(seconds, MAX_SECONDS));
        }
        if (procs != null && procs < 1) {
            throw new Failure("--procs %d: use 1 or more".formatted(procs));
        }
    }

    private DemoOptions options() throws Failure {
        int half = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        int each = procs == null ? half : procs;
        PollerChoice chosen = poller.chosen();
        int most = chosen == PollerChoice.IO_URING ? connections : capped();
        return new DemoOptions(most, seconds, each, each, chosen.text());
    }

    /** No more connections than the limit of file descriptors allows to server and load. */
    private int capped() throws Failure {
        try {
            DescriptorLimit limit = DescriptorLimit.self();
            if (connections <= limit.room()) {
                return connections;
            }
            System.err.println("weft demo: " + limit.refusal(connections).orElseThrow());
            if (limit.room() == 0) {
                throw new Failure("no connection is possible under this limit");
            }
            System.err.printf("weft demo: goes on with %d connections%n", limit.room());
            return (int) limit.room();
        } catch (IOException e) {
            throw new Failure("cannot read the limit of file descriptors: " + e.getMessage());
        }
    }

    private static DemoReport run(Demo demo) throws Failure, InterruptedException {
        try {
            return demo.run();
        } catch (ChildException e) {
            throw new Failure(Errors.text(e));
        } catch (IOException e) {
            throw new Failure("cannot start a process: " + e.getMessage());
        }
    }
}
