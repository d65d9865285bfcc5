package io.weft.bench.process;

import io.weft.bench.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A checkout of the project.
 *
 * @param root its folder
 */
public record Home(Path root) {

    /** The property that {@code bench/run} sets. */
    private static final String PROPERTY = "weft.home";

    private static final long BUILD_MINUTES_MOST = 30;

    /** The checkout that this harness belongs to. */
    public static Home self() throws Failure {
        String root = System.getProperty(PROPERTY);
        if (root == null) {
            throw new Failure("start it through ./weft bench, which says where the project is");
        }
        return new Home(Path.of(root));
    }

    /** Where {@code bench/peers/setup} puts what it builds. */
    public Path peers() {
        return root.resolve("bench/peers/target");
    }

    public Path weft() {
        return root.resolve("weft");
    }

    /** Inside a build nothing may be built or installed. */
    private static boolean mayBuild() {
        return !"never".equals(System.getenv("WEFT_BUILD"));
    }

    /** Builds servers and the load generator, on all CPUs; what cannot be built is left out. */
    public void build(List<String> servers) throws Failure, InterruptedException {
        List<String> parts = new ArrayList<>(List.of("load"));
        servers.stream().filter(name -> !Servers.isWeft(name)).forEach(parts::add);
        int status = buildSome(parts, servers.stream().anyMatch(Servers::isWeft));
        if (!Files.isExecutable(peers().resolve("load"))) {
            throw new Failure(
                    ("the load generator could not be built: install a C compiler, for example with"
                                    + " apt-get install gcc libc6-dev (bench/peers/setup ended"
                                    + " with %d)")
                            .formatted(status));
        }
    }

    /** Builds Weft and some programs of {@code bench/peers/setup}. */
    public void buildPrograms(List<String> programs) throws Failure, InterruptedException {
        buildSome(programs, true);
    }

    /** The exit status of setup. */
    private int buildSome(List<String> parts, boolean weft) throws Failure, InterruptedException {
        if (mayBuild() && weft) {
            run(List.of(weft().toString(), "--version"), true);
        }
        if (parts.isEmpty()) {
            return 0; // setup without a name would build everything
        }
        Path setup = root.resolve("bench/peers/setup");
        List<String> command = new ArrayList<>(List.of(setup.toString(), "--quiet"));
        if (!mayBuild()) {
            command.add("--no-install");
        }
        command.addAll(parts);
        return run(command, false);
    }

    /** Why a server cannot be started, or empty. */
    public String missing(String server) {
        Path program = Servers.isWeft(server) ? weft() : peers().resolve(server);
        String reason = leftOut().get(server);
        if (reason != null) {
            return server + " was left out: " + reason;
        }
        return Files.isExecutable(program) ? "" : server + " was not built: see bench/peers/setup";
    }

    /** What it says goes to standard error: standard output is for the tables. */
    private static int run(List<String> command, boolean silent)
            throws Failure, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.redirectErrorStream(true);
        builder.redirectOutput(ProcessBuilder.Redirect.PIPE);
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            try (var lines = process.inputReader()) {
                lines.lines().filter(line -> !silent).forEach(System.err::println);
            }
            if (!process.waitFor(BUILD_MINUTES_MOST, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw new Failure(command.getFirst() + " does not end");
            }
            return process.exitValue();
        } catch (IOException e) {
            throw new Failure("cannot run %s: %s".formatted(command.getFirst(), e.getMessage()));
        }
    }

    /** Servers that could not be built, with the reasons. */
    public Map<String, String> leftOut() {
        return pairs(peers().resolve("left-out"));
    }

    /** Versions by the names of servers. */
    public Map<String, String> versions() {
        return pairs(peers().resolve("versions"));
    }

    private static Map<String, String> pairs(Path file) {
        Map<String, String> pairs = new LinkedHashMap<>();
        try {
            for (String line : Files.readAllLines(file)) {
                String[] parts = line.split("\t", 2);
                pairs.put(parts[0], parts.length > 1 ? parts[1] : "");
            }
        } catch (IOException e) {
            // Nothing was written: nothing is known.
            return pairs;
        }
        return pairs;
    }

    /** The commit, with {@code -dirty} where files differ from it, or {@code unknown}. */
    public String commit() throws InterruptedException {
        List<String> command =
                List.of("git", "-C", root.toString(), "describe", "--always", "--dirty");
        try (Child git = Child.start("git", command, Map.of())) {
            return git.nextLine(10);
        } catch (ChildException e) {
            return "unknown";
        }
    }
}
