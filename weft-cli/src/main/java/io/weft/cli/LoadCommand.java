package io.weft.cli;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import io.weft.cli.load.ControlListener;
import io.weft.cli.load.LiveListener;
import io.weft.cli.load.LoadListener;
import io.weft.cli.load.LoadOptions;
import io.weft.cli.load.LoadResult;
import io.weft.cli.load.LoadRun;
import io.weft.cli.proc.DescriptorLimit;
import io.weft.cli.text.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code weft load}: a client for an echo server that checks every byte. */
@Command(
        name = "load",
        sortOptions = false,
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "Put load on an echo server, a goroutine per connection; check every byte.",
        footer = {
            "",
            "Without --rate the loop is closed: each answer sends the next message. With --rate it"
                    + " is open: messages are due by a fixed schedule, and latency counts from when"
                    + " a message was due, so that a server which stalls shows in the latencies.",
            "",
            "What counts: the clock starts when every connection has echoed a message; --warm-up"
                    + " seconds later a window of --seconds begins. Throughput is what was answered"
                    + " within it, latency that of the messages sent (or due) within it.",
            "",
            "The exit status is 1 when a connection failed, a byte was wrong or nothing was"
                    + " connected."
        })
final class LoadCommand implements Callable<Integer> {

    private static final int MAX_MESSAGE_BYTES = 1 << 20;

    private static final int MAX_DEPTH = 1 << 16;

    private static final double MAX_SECONDS = 86_400;

    @Option(
            names = "--connect",
            required = true,
            paramLabel = "HOST:PORT",
            description = "The server.")
    private String target = "";

    @Option(
            names = "--connections",
            required = true,
            paramLabel = "N",
            description = "Connections to open.")
    private int connections;

    @Option(
            names = "--size",
            paramLabel = "B",
            defaultValue = "64",
            description = "Bytes per message (${DEFAULT-VALUE}).")
    private int size;

    @Option(
            names = "--depth",
            paramLabel = "D",
            defaultValue = "1",
            description = "Most messages in flight per connection (${DEFAULT-VALUE}).")
    private int depth;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "10",
            description = "Length of the window that counts (${DEFAULT-VALUE}).")
    private double seconds;

    @Option(
            names = "--warm-up",
            paramLabel = "S",
            defaultValue = "2",
            description = "Load before the window (${DEFAULT-VALUE}).")
    private double warmUp;

    @Option(
            names = "--rate",
            paramLabel = "R",
            description = "Messages per second, all connections together: the open loop.")
    private @Nullable Double rate;

    @Option(
            names = "--procs",
            paramLabel = "P",
            description = "Goroutines that run at once (one per processor).")
    private int procs;

    @Mixin private PollerOption poller = new PollerOption();

    @Option(names = "--json", paramLabel = "FILE", description = "Write the result as JSON.")
    private @Nullable Path json;

    /** Obeys and informs the process that started this one; see {@code ControlListener}. */
    @Option(names = "--control", hidden = true)
    private boolean control;

    @Override
    public Integer call() throws Failure, InterruptedException {
        check();
        LoadOptions options = options();
        LoadListener listener =
                control ? new ControlListener(System.out) : new LiveListener(Terminal.standard());
        LoadRun run = new LoadRun(Runtimes.start("load", procs, poller), options, listener);
        int open = open(run);
        if (control && open > 0) {
            StartSignal.await(System.in);
        }
        LoadResult result = open == 0 ? run.nothing() : run.measure();
        report(result);
        return result.isClean() ? 0 : Main.FAILED;
    }

    private void check() throws Failure {
        require(connections >= 1, "--connections %d: use 1 or more".formatted(connections));
        require(
                size >= 1 && size <= MAX_MESSAGE_BYTES,
                "--size %d: use 1 to %d bytes".formatted(size, MAX_MESSAGE_BYTES));
        require(
                depth >= 1 && depth <= MAX_DEPTH,
                "--depth %d: use 1 to %d".formatted(depth, MAX_DEPTH));
        require(
                seconds > 0 && seconds <= MAX_SECONDS,
                "--seconds %s: use more than 0, at most %.0f".formatted(seconds, MAX_SECONDS));
        require(
                warmUp >= 0 && warmUp <= MAX_SECONDS,
                "--warm-up %s: use 0 to %.0f".formatted(warmUp, MAX_SECONDS));
        require(rate == null || rate > 0, "--rate %s: use more than 0".formatted(rate));
        try {
            String refusal = DescriptorLimit.self().refusal(connections).orElse(null);
            if (refusal != null) {
                throw new Failure(refusal);
            }
        } catch (IOException e) {
            throw new Failure("cannot read the limit of file descriptors: " + e.getMessage());
        }
    }

    private static void require(boolean holds, String message) throws Failure {
        if (!holds) {
            throw new Failure(message);
        }
    }

    private LoadOptions options() throws Failure {
        return new LoadOptions(
                Endpoint.parse(target),
                connections,
                size,
                depth,
                rate == null ? 0 : rate,
                nanos(warmUp),
                nanos(seconds));
    }

    private static long nanos(double seconds) {
        return (long) (seconds * TimeUnit.SECONDS.toNanos(1));
    }

    private static int open(LoadRun run) throws Failure, InterruptedException {
        try {
            return run.open();
        } catch (TimeoutException e) {
            throw new Failure(e.getMessage() + "; is the server overloaded?");
        }
    }

    private void report(LoadResult result) throws Failure {
        if (result.firstError() != null) {
            System.err.printf(
                    "weft load: %d errors, the first: %s%n", result.errors(), result.firstError());
        }
        if (result.unsent() > 0) {
            System.err.printf(
                    "weft load: %d scheduled messages were never sent, the server cannot keep this"
                            + " rate; their waiting is part of the latencies%n",
                    result.unsent());
        }
        if (json != null) {
            Gson gson = new GsonBuilder().setPrettyPrinting().create();
            try {
                Files.writeString(json, gson.toJson(result) + "\n");
            } catch (IOException e) {
                throw new Failure("cannot write %s: %s".formatted(json, e));
            }
        }
        System.out.println(control ? new Gson().toJson(result) : result.summary());
    }
}
