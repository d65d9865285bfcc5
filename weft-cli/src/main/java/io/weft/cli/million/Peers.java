package io.weft.cli.million;

import io.weft.cli.child.ChildException;
import io.weft.cli.hold.OpenResult;
import io.weft.cli.million.Million.Listener;
import io.weft.cli.proc.DescriptorLimit;
import io.weft.cli.text.Errors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What one process of Go, and of JDK virtual threads, needs for a connection. They have one file
 * descriptor for each, so there are as many as the limit of descriptors allows, nearly. Where such
 * a server cannot be built or run, its last published figure stands in, and is called so.
 */
final class Peers {

    private static final double SECONDS_EACH = 12;

    /** Of the limit; the rest is for the server's own and for the load's. */
    private static final double SHARE_OF_LIMIT = 0.9;

    /** Where the limit is far off, more of them tell nothing more. */
    private static final int CONNECTIONS_MOST = 100_000;

    /** All go to one address, and leave ports to others. */
    private static final double SHARE_OF_PORTS = 0.8;

    /**
     * As many lives of connections as our own server has before the first; few at a time, since
     * what they leave is used again, and would not be seen to grow.
     */
    private static final int WARM_UP_ROUNDS = 20;

    private static final int WARM_UP_CONNECTIONS = 400;

    private static final double WARM_UP_SECONDS = 0.1;

    private static final long SETTLE_SECONDS = 1;

    private static final long SETUP_SECONDS = 180;

    private final MillionOptions options;
    private final Crew crew;
    private final Course course;
    private final Listener listener;

    Peers(MillionOptions options, Crew crew, Course course, Listener listener) {
        this.options = options;
        this.crew = crew;
        this.course = course;
        this.listener = listener;
    }

    static double expectedSeconds() {
        return 2 * SECONDS_EACH;
    }

    List<Peer> measure() throws IOException, InterruptedException {
        Path directory = options.peers();
        List<Peer> peers = new ArrayList<>();
        if (directory == null) {
            peers.add(new Peer("Go", 0, null, "left out"));
            peers.add(new Peer("JDK", 0, null, "left out"));
            return peers;
        }
        build(directory);
        peers.add(peer(directory, "go", "Go"));
        peers.add(peer(directory, "jdk", "JDK"));
        peers.forEach(peer -> listener.line(line(peer)));
        return peers;
    }

    private static String line(Peer peer) {
        Double bytes = peer.residentBytes();
        return "one process of %s: %s (%s)"
                .formatted(
                        peer.name(),
                        bytes == null ? "-" : "%,.0f bytes per connection".formatted(bytes),
                        peer.how());
    }

    /** Builds what is missing and can be built with what is installed. */
    private void build(Path directory) throws InterruptedException {
        course.begin("building servers in other languages", 0);
        Path setup = directory.resolve("setup");
        ProcessBuilder builder =
                new ProcessBuilder(setup.toString(), "--quiet", "--no-install", "go", "jdk")
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.DISCARD);
        try {
            Process process = builder.start();
            try {
                process.getOutputStream().close();
                process.waitFor(SETUP_SECONDS, TimeUnit.SECONDS);
            } finally {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        } catch (IOException e) {
            listener.line("cannot run %s: %s".formatted(setup, Errors.text(e)));
        }
    }

    private Peer peer(Path directory, String server, String name)
            throws IOException, InterruptedException {
        Path program = directory.resolve("target").resolve(server);
        course.begin("one process of " + name, SECONDS_EACH);
        String obstacle;
        if (Files.isExecutable(program)) {
            try {
                return measured(program, name);
            } catch (ChildException | IOException e) {
                obstacle = Errors.text(e);
            }
        } else {
            obstacle = leftOut(directory, server);
        }
        Path published = directory.resolve("../../docs/benchmarks/memory.json");
        return new PublishedPeers(published)
                .find(server, name)
                .orElse(new Peer(name, 0, null, obstacle));
    }

    /** Why it is not built, as the builder has written it down. */
    private static String leftOut(Path directory, String server) throws IOException {
        Path file = directory.resolve("target/left-out");
        if (Files.exists(file)) {
            for (String line : Files.readAllLines(file)) {
                if (line.startsWith(server + "\t")) {
                    return line.substring(server.length() + 1);
                }
            }
        }
        return "it is not built: bench/peers/setup " + server;
    }

    private Peer measured(Path program, String name)
            throws IOException, ChildException, InterruptedException {
        int connections = connections();
        try (PeerProcess server = PeerProcess.start(program, options.procs())) {
            crew.add(server.child());
            try (HoldProcess load = HoldProcess.start(arguments(server.port(), connections))) {
                crew.add(load.child());
                warmUp(load);
                TimeUnit.SECONDS.sleep(SETTLE_SECONDS);
                long before = server.residentBytes();
                open(load, connections);
                TimeUnit.SECONDS.sleep(SETTLE_SECONDS);
                double each = (double) (server.residentBytes() - before) / connections;
                crew.remove(load.child());
                crew.remove(server.child());
                String how = "measured now, %,d connections".formatted(connections);
                return new Peer(name, connections, each, how);
            }
        }
    }

    private static int connections() throws IOException {
        double allowed = DescriptorLimit.self().soft() * SHARE_OF_LIMIT;
        double ports = new SysctlPlan(1, Path.of("/proc/sys")).ports() * SHARE_OF_PORTS;
        return (int) Math.clamp(Math.min(allowed, ports), 1, CONNECTIONS_MOST);
    }

    private List<String> arguments(int port, int connections) {
        return List.of(
                "hold",
                "--connect=127.0.0.1:" + port,
                "--capacity=" + connections,
                "--procs=" + options.procs(),
                "--poller=epoll");
    }

    private void warmUp(HoldProcess load) throws ChildException, InterruptedException {
        for (int round = 0; round < WARM_UP_ROUNDS; round++) {
            open(load, WARM_UP_CONNECTIONS);
            load.loop(options.rate(), WARM_UP_SECONDS, WARM_UP_CONNECTIONS, (_, _) -> {});
            load.closeAll((_, _) -> {});
            course.at((double) round / WARM_UP_ROUNDS, "warm-up");
        }
    }

    private static void open(HoldProcess load, int connections)
            throws ChildException, InterruptedException {
        OpenResult opened = load.open(connections, (_, _) -> {});
        if (opened.failed() > 0) {
            throw new ChildException("its connections fail: " + opened.firstFailure());
        }
    }
}
