package io.weft.cli;

import io.weft.WeftRuntime;
import io.weft.cli.echo.Control;
import io.weft.cli.echo.EchoServer;
import io.weft.cli.echo.EchoTotals;
import io.weft.cli.echo.WarmUp;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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
                    + " is closed, then the totals are printed."
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
            description = "Goroutines that run at once (one per processor).")
    private int procs;

    @Option(
            names = "--reuseport",
            description = "One listener per P on the same port (SO_REUSEPORT).")
    private boolean reusePort;

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
        WeftRuntime runtime = Runtimes.start("echo", procs, poller);
        warmUp(runtime);
        EchoServer server = start(runtime, address);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> shutDown(server), "drain"));
        System.out.printf(
                "listening on %s procs=%d poller=%s pid=%d%n",
                Endpoint.text(server.address()),
                runtime.procs(),
                runtime.poller().text(),
                ProcessHandle.current().pid());
        System.out.flush();
        if (control) {
            obey(runtime, server);
        } else {
            // For ever: only a signal ends it, through the shutdown hook.
            new CountDownLatch(1).await();
        }
        return 0;
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

    private static void obey(WeftRuntime runtime, EchoServer server) throws Failure {
        BufferedReader commands =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try {
            new Control(runtime, server).serve(commands, System.out);
        } catch (IOException e) {
            throw new Failure("cannot read commands: " + e.getMessage());
        }
    }

    /**
     * The last thing that the process does, whatever ended it. Halting makes the status 0, where a
     * JVM that is ended by a signal would say 128 and the signal's number.
     */
    private static void shutDown(EchoServer server) {
        int status = 0;
        try {
            int cut = server.drain(TimeUnit.SECONDS.toNanos(DRAIN_SECONDS));
            if (cut > 0) {
                System.err.printf(
                        "weft echo: %d connections were cut, not drained within %d s%n",
                        cut, DRAIN_SECONDS);
            }
            EchoTotals totals = server.totals();
            System.out.printf(
                    "served connections=%d messages=%d bytes=%d errors=%d%n",
                    totals.connections(), totals.messages(), totals.bytes(), totals.errors());
        } catch (InterruptedException | RuntimeException e) {
            System.err.println("weft echo: the drain failed: " + e);
            status = Main.FAILED;
        }
        System.out.flush();
        Runtime.getRuntime().halt(status);
    }
}
