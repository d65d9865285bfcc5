package io.weft.bench.process;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The servers that can be measured and how each is started. */
public final class Servers {

    public static final String WEFT = "weft";
    public static final String C_EPOLL = "c-epoll";
    public static final String C_URING = "c-uring";

    /** Weft on io_uring, beside Weft on epoll. */
    public static final String WEFT_URING = "weft-uring";

    /** The C loop with the ring flags of {@link #WEFT_URING}. */
    public static final String C_URING_COOP = "c-uring-coop";

    public static final String GO = "go";
    public static final String JDK = "jdk";
    public static final String NETTY_EPOLL = "netty-epoll";
    public static final String NETTY_URING = "netty-uring";

    /** In the order in which they take turns. */
    public static final List<String> ALL =
            List.of(
                    WEFT,
                    C_EPOLL,
                    C_URING,
                    GO,
                    NETTY_EPOLL,
                    NETTY_URING,
                    JDK,
                    "tokio",
                    WEFT_URING,
                    C_URING_COOP);

    /** Those that answer a question about io_uring, and are no peers of Weft. */
    private static final Set<String> VARIANTS = Set.of(WEFT_URING, C_URING_COOP);

    public static final List<String> NETTY = List.of(NETTY_EPOLL, NETTY_URING);

    /** Those that compile while they run. */
    private static final Set<String> ON_JVM =
            Set.of(WEFT, WEFT_URING, NETTY_EPOLL, NETTY_URING, JDK);

    /** Those written in C. */
    private static final Set<String> IN_C = Set.of(C_EPOLL, C_URING, C_URING_COOP);

    private Servers() {}

    /** Checks names and removes repeated ones. */
    public static List<String> named(List<String> names) throws UnknownServer {
        for (String name : names) {
            if (!ALL.contains(name)) {
                throw new UnknownServer(
                        "--peers %s: unknown server, use some of %s"
                                .formatted(name, String.join(",", ALL)));
            }
        }
        return List.copyOf(new LinkedHashSet<>(names));
    }

    public static boolean isOnJvm(String name) {
        return ON_JVM.contains(name);
    }

    /** Whether it is Weft itself, which {@code ./weft} builds. */
    public static boolean isWeft(String name) {
        return name.equals(WEFT) || name.equals(WEFT_URING);
    }

    /** Whether Weft is to be compared with it. */
    public static boolean isPeer(String name) {
        return !name.equals(WEFT) && !VARIANTS.contains(name);
    }

    public static boolean isInC(String name) {
        return IN_C.contains(name);
    }

    /**
     * The command line of a server.
     *
     * @param threads that run its connections: event loops, carriers or Ps
     * @param bufferBytes the read buffer, where a connection owns one
     */
    public static List<String> command(Home home, String name, int threads, int bufferBytes) {
        List<String> command = new ArrayList<>();
        if (isWeft(name)) {
            command.add(home.weft().toString());
            command.addAll(List.of("echo", "--port", "0", "--procs", String.valueOf(threads)));
            command.add("--poller=" + (name.equals(WEFT) ? "epoll" : "io_uring"));
            command.add("--control");
            return command;
        }
        command.add(home.peers().resolve(name).toString());
        command.addAll(List.of("--port", "0", "--threads", String.valueOf(threads)));
        command.addAll(List.of("--buffer", String.valueOf(bufferBytes)));
        return command;
    }

    /** A name that no server has. */
    public static final class UnknownServer extends Exception {

        private static final long serialVersionUID = 1;

        UnknownServer(String message) {
            super(message);
        }
    }
}
