package io.weft.bench.session;

import io.weft.bench.process.Servers;
import io.weft.bench.process.Servers.UnknownServer;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Options that all measurements beside other servers have, and checks of options. */
public final class Command extends Output {

    @Option(
            names = "--peers",
            split = ",",
            paramLabel = "NAME",
            defaultValue = "weft,c-epoll,c-uring,go,netty-epoll,netty-uring,jdk,tokio",
            description = "Servers to measure (${DEFAULT-VALUE}).")
    private List<String> peers = List.of();

    /** The servers, or an error that lists the names. */
    public List<String> servers(CommandSpec spec) {
        try {
            return Servers.named(peers);
        } catch (UnknownServer e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()));
        }
    }

    /** The command line as it was given. */
    public static String line(CommandSpec spec) {
        return "./weft bench "
                + String.join(" ", spec.root().commandLine().getParseResult().originalArgs());
    }

    /** Checks that a number is within bounds, or says which they are. */
    public static void within(
            CommandSpec spec, String option, double value, double least, double most) {
        if (!(value >= least && value <= most)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "%s %s: use a number from %s to %s"
                            .formatted(option, plain(value), plain(least), plain(most)));
        }
    }

    /** The same for each of some whole numbers. */
    public static void within(
            CommandSpec spec, String option, List<Integer> values, int least, int most) {
        values.forEach(value -> within(spec, option, value, least, most));
    }

    private static String plain(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? String.valueOf((long) value)
                : String.valueOf(value);
    }
}
