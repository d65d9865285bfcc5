package io.weft.bench.process;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The servers that can be measured and how each is started. */
public final class Servers {

    public static final String WEFT = "weft";
    public static final String C_EPOLL = "c-epoll";
    public static final String GO = "go";
    public static final String JDK = "jdk";
    public static final String NETTY_EPOLL = "netty-epoll";
    public static final String NETTY_URING = "netty-uring";

    /** In the order in which they take turns. */
    public static final List<String> ALL =
            List.of(WEFT, C_EPOLL, "c-uring", GO, NETTY_EPOLL, NETTY_URING, JDK, "tokio");

    public static final List<String> NETTY = List.of(NETTY_EPOLL, NETTY_URING);

    /** Those that compile while they run. */
    private static final Set<String> ON_JVM = Set.of(WEFT, NETTY_EPOLL, NETTY_URING, JDK);

    /** Those written in C. */
    private static final Set<String> IN_C = Set.of(C_EPOLL, "c-uring");

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
        if (name.equals(WEFT)) {
            command.add(home.weft().toString());
            command.addAll(List.of("echo", "--port", "0", "--procs", String.valueOf(threads)));
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
