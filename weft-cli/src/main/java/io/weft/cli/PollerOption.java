package io.weft.cli;

import io.weft.cli.million.MillionOptions;
import java.util.List;
import picocli.CommandLine.Option;

/** {@code --poller}: what a runtime waits with. */
final class PollerOption {

    static final String AUTO = "auto";

    static final String EPOLL = "epoll";

    /** Keeps connections in tables of the ring, so that they need no file descriptors. */
    static final String IO_URING = MillionOptions.IO_URING;

    /** What a runtime of this build can wait with. */
    private static final List<String> AVAILABLE = List.of(EPOLL);

    @Option(names = "--poller", hidden = true, paramLabel = "NAME", defaultValue = AUTO)
    private String name = AUTO;

    /** Whether this build has it. */
    static boolean isAvailable(String poller) {
        return AVAILABLE.contains(poller);
    }

    /** As it was given. */
    String name() {
        return name;
    }

    /** The one that a runtime will wait with. */
    String chosen() throws Failure {
        String chosen = name.equals(AUTO) ? EPOLL : name;
        if (!isAvailable(chosen)) {
            throw new Failure(
                    "--poller %s is not to be had: use auto or %s"
                            .formatted(name, String.join(", ", AVAILABLE)));
        }
        return chosen;
    }
}
