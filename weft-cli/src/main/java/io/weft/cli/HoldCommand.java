package io.weft.cli;

import io.weft.cli.hold.Destinations;
import io.weft.cli.hold.HoldControl;
import io.weft.cli.hold.HoldOptions;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code weft hold}: the load of the million. It obeys the process that started it, see {@link
 * HoldControl}, and ends with it.
 */
@Command(
        name = "hold",
        hidden = true,
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "Hold connections to an echo server and use them, by commands on the input.")
final class HoldCommand implements Callable<Integer> {

    private static final int CAPACITY_MOST = 100_000_000;

    /** The other side waits for the answer to each command. */
    private static final int COMMANDS_MOST = 16;

    @Option(names = "--connect", required = true, paramLabel = "HOST:PORT")
    private String target = "";

    @Option(names = "--capacity", required = true, paramLabel = "N")
    private int capacity;

    @Option(names = "--destinations", paramLabel = "K", defaultValue = "1")
    private int destinations;

    @Option(names = "--procs", paramLabel = "P")
    private int procs;

    @Mixin private PollerOption poller = new PollerOption();

    @Override
    public Integer call() throws Failure, InterruptedException {
        if (capacity < 1 || capacity > CAPACITY_MOST) {
            throw new Failure("--capacity %d: use 1 to %d".formatted(capacity, CAPACITY_MOST));
        }
        if (destinations < 1 || destinations > Destinations.MOST) {
            throw new Failure(
                    "--destinations %d: use 1 to %d".formatted(destinations, Destinations.MOST));
        }
        HoldOptions options = new HoldOptions(Endpoint.parse(target), capacity, destinations);
        HoldControl control =
                new HoldControl(Runtimes.start("hold", procs, poller), options, System.out);
        BlockingQueue<String> lines = new ArrayBlockingQueue<>(COMMANDS_MOST);
        BufferedReader input =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        // Halting closes all connections and asks nobody, whatever is going on.
        Runnable end = () -> Runtime.getRuntime().halt(Main.FAILED);
        Thread.ofPlatform().daemon().name("commands").start(HoldControl.reader(input, lines, end));
        control.serve(lines);
        return 0;
    }
}
