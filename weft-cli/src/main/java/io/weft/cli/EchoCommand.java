package io.weft.cli;

import io.weft.WeftRuntime;
import io.weft.cli.echo.Control;
import io.weft.cli.echo.EchoServer;
import io.weft.cli.echo.WarmUp;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code weft echo}: serves until it is told to stop by SIGTERM or SIGINT. */
@Command(
        name = "echo",
        sortOptions = false,
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "Serve TCP connections, one goroutine each, and send back every byte.",
        footer = {
            "",
            "SIGTERM or Ctrl-C stops it: no new connections, each open one finishes its echo and"
                    + " is closed, then the totals are printed.",
            "",
            "One process uses all processors, and moves work to those that are idle. Many processes"
                    + " are wanted where it must not be one: to stay under a limit of the system"
                    + " that counts per process, such as that of file descriptors; to lose only a"
                    + " share of the connections with a process that fails, or pauses; or on a"
                    + " machine so large that one heap and one table of descriptors are in the way."
                    + " They share the port and nothing else: the kernel spreads connections by a"
                    + " hash of their addresses, an idle process does not help a busy one, and each"
                    + " takes the memory of a JVM.",
            "",
            "With --processes, the exit status is 1 when a process has failed. The others serve on"
                    + " until they are told to stop."
        })
final class EchoCommand implements Callable<Integer> {

    private static final long DRAIN_SECONDS = 5;

    @Option(
            names = "--port",
            required = true,
            paramLabel = "N",
            description = "Port to listen on; 0 takes a free one.")
    private int port;

    @Option(
            names = "--bind",
            paramLabel = "ADDR",
            defaultValue = "127.0.0.1",
            description = "Address to listen on (${DEFAULT-VALUE}); 0.0.0.0 or :: for all.")
    private String bind = "";

    @Option(
            names = "--procs",
            paramLabel = "P",
            description =
                    "Goroutines that run at once, in each process (one per processor; with"
                            + " --processes, the processors divided by K).")
    private int procs;

    @Option(
            names = "--reuseport",
            description = "One listener per P on the same port (SO_REUSEPORT).")
    private boolean reusePort;

    @Option(
            names = "--processes",
            paramLabel = "K",
            description =
                    "With --reuseport: processes that share the port, 1 to "
                            + EchoProcesses.MAX_PROCESSES
                            + "; when many are wanted is told below.")
    private @Nullable Integer processes;

    @Option(
            names = "--warm-up",
            paramLabel = "N",
            defaultValue = "" + WarmUp.CONNECTIONS,
            description =
                    "Connections of its own that it serves first, so that its code is compiled and"
                            + " each later one takes less memory (${DEFAULT-VALUE}, about a"
                            + " second); 0 for none.")
    private int warmUp;

    @Option(
            names = "--read-timeout",
            paramLabel = "S",
            defaultValue = "0",
            description =
                    "Cut a connection whose peer sends nothing for so many seconds; 0 for never"
                            + " (${DEFAULT-VALUE}).")
    private int readTimeoutSeconds;

    @Mixin private PollerOption poller = new PollerOption();

    @Option(names = "--control", hidden = true)
    private boolean control;

    @Override
    public Integer call() throws Failure, InterruptedException {
        if (readTimeoutSeconds < 0) {
            throw new Failure("--read-timeout %d: use 0 or more".formatted(readTimeoutSeconds));
        }
        InetSocketAddress address = Endpoint.resolve(bind, port);
        if (processes != null) {
            int count = checked(processes);
            return EchoProcesses.serve(count, port, shared -> childArguments(count, shared));
        }
        WeftRuntime runtime = Runtimes.start("echo", procs, poller);
        warmUp(runtime);
        EchoServer server = start(runtime, address);
        Control commands = new Control(runtime, server);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> shutDown(server, commands), "drain"));
        System.out.printf(
                "listening on %s procs=%d poller=%s pid=%d%n",
                Endpoint.text(server.address()),
                runtime.procs(),
                runtime.poller().text(),
                ProcessHandle.current().pid());
        System.out.flush();
        if (control) {
            obey(commands);
        } else {
            // For ever: only a signal ends it, through the shutdown hook.
            new CountDownLatch(1).await();
        }
        return 0;
    }

    private int checked(int count) throws Failure {
        if (!reusePort) {
            throw new Failure(
                    "--processes %d: add --reuseport, by which they share the port"
                            .formatted(count));
        }
        if (count < 1 || count > EchoProcesses.MAX_PROCESSES) {
            throw new Failure(
                    "--processes %d is out of range: use 1 to %d"
                            .formatted(count, EchoProcesses.MAX_PROCESSES));
        }
        if (control) {
            throw new Failure("--control commands one process: leave --processes out");
        }
        Runtimes.checkProcs(procs);
        return count;
    }

    /** The command line of one of the processes, without the tool's name. */
    private List<String> childArguments(int count, int sharedPort) {
        int each = Math.max(1, Runtime.getRuntime().availableProcessors() / count);
        return List.of(
                "echo",
                "--reuseport",
                "--port=" + sharedPort,
                "--bind=" + bind,
                "--procs=" + (procs == 0 ? each : procs),
                "--poller=" + poller.name(),
                "--warm-up=" + warmUp,
                "--read-timeout=" + readTimeoutSeconds,
                "--control");
    }

    private void warmUp(WeftRuntime runtime) throws InterruptedException {
        try {
            if (warmUp > 0) {
                WarmUp.run(runtime, warmUp);
            }
        } catch (IOException e) {
            System.err.println("weft echo: starts without a warm-up: " + e.getMessage());
        }
    }

    private EchoServer start(WeftRuntime runtime, InetSocketAddress address) throws Failure {
        try {
            return EchoServer.start(
                    runtime, address, reusePort, Duration.ofSeconds(readTimeoutSeconds));
        } catch (IOException e) {
            throw new Failure(
                    e.getMessage() + ". Choose another --port or --bind if that is taken");
        }
    }

    private static void obey(Control server) throws Failure {
        BufferedReader commands =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try {
            server.serve(commands, System.out);
        } catch (IOException e) {
            throw new Failure("cannot read commands: " + e.getMessage());
        }
    }

    /**
     * The last thing that the process does, whatever ended it. Halting makes the status 0, where a
     * JVM that is ended by a signal would say 128 and the signal's number.
     */
    private void shutDown(EchoServer server, Control commands) {
        int status = 0;
        try {
            int cut = server.drain(TimeUnit.SECONDS.toNanos(DRAIN_SECONDS));
            if (cut > 0) {
                System.err.printf(
                        "weft echo: %d connections were cut, not drained within %d s%n",
                        cut, DRAIN_SECONDS);
            }
            if (control) {
                System.out.println(commands.usage());
            }
            System.out.println(server.totals().served());
        } catch (InterruptedException | RuntimeException e) {
            System.err.println("weft echo: the drain failed: " + e);
            status = Main.FAILED;
        }
        System.out.flush();
        Runtime.getRuntime().halt(status);
    }
}
