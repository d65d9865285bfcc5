package io.weft.cli;

import io.weft.PollerChoice;
import io.weft.Weft;
import java.util.Optional;
import picocli.CommandLine.Option;

/** {@code --poller}: what serves the sockets of a runtime. */
final class PollerOption {

    static final String AUTO = PollerChoice.AUTO.text();

    @Option(
            names = "--poller",
            paramLabel = "NAME",
            defaultValue = "${sys:weft.poller:-epoll}",
            description =
                    "What serves the sockets: epoll, io_uring (needs no descriptors), or auto:"
                            + " io_uring where the kernel offers it (${DEFAULT-VALUE}).")
    private String name = PollerChoice.EPOLL.text();

    /** As it was given. */
    String name() {
        return name;
    }

    /** What was asked for. */
    PollerChoice choice() throws Failure {
        try {
            return PollerChoice.of(name);
        } catch (IllegalArgumentException e) {
            throw new Failure("--poller: " + e.getMessage());
        }
    }

    /**
     * The one that will serve: epoll where the kernel refuses io_uring, and if that was asked for,
     * one line says why.
     */
    PollerChoice chosen() throws Failure {
        PollerChoice choice = choice();
        if (choice == PollerChoice.EPOLL) {
            return choice;
        }
        Optional<String> cause = Weft.unavailabilityCause(PollerChoice.IO_URING);
        if (cause.isEmpty()) {
            return PollerChoice.IO_URING;
        }
        if (choice == PollerChoice.IO_URING) {
            System.err.println("weft: io_uring cannot serve, so epoll does: " + cause.get());
        }
        return PollerChoice.EPOLL;
    }
}
