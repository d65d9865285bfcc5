package io.weft.bench.micro;

import io.weft.bench.process.Home;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The command lines of the programs that do an operation. */
public final class Programs {

    public static final String WEFT = "weft";
    public static final String GO = "go";
    public static final String JDK = "jdk";
    public static final String JOX = "jox";
    public static final String KOTLIN = "kotlin";

    /** In the order in which they take turns. */
    public static final List<String> PEERS = List.of(WEFT, GO, JDK, JOX, KOTLIN);

    /** What {@code bench/peers/setup} calls the programs that it builds, by peers. */
    static final Map<String, String> BUILT =
            Map.of(GO, "micro-go", JOX, "micro-jox", KOTLIN, "micro-kotlin");

    private static final String JAVA_PROGRAM = "io.weft.bench.micro.operations.Program";

    /** Those of the launcher for {@code ./weft echo}; all peers on the JVM get all of them. */
    static final List<String> JVM_OPTIONS =
            List.of(
                    "--add-opens=java.base/java.lang=io.weft.fiber",
                    "--enable-native-access=io.weft.linux",
                    "-XX:+UseCompactObjectHeaders",
                    "-XX:+UseSerialGC",
                    "-Djdk.trackAllThreads=false",
                    "-Dstdout.encoding=UTF-8",
                    "-Dstderr.encoding=UTF-8",
                    "-Xmn8m");

    private final Home home;
    private final Path java;

    Programs(Home home, Path java) {
        this.home = home;
        this.java = java;
    }

    /** How a peer does an operation, unpinned. */
    List<String> command(String peer, String operation, int procs, MicroOptions options) {
        List<String> command = new ArrayList<>();
        if (peer.equals(GO)) {
            command.add(home.peers().resolve(built(GO)).toString());
        } else {
            command.addAll(java(peer, procs));
        }
        command.addAll(List.of("--operation", operation));
        command.addAll(List.of("--procs", String.valueOf(procs)));
        command.addAll(List.of("--millis", String.valueOf(options.millis())));
        if (operation.equals(Operations.SLEEPERS)) {
            command.addAll(List.of("--goroutines", String.valueOf(options.goroutines())));
        }
        return command;
    }

    /** A program on the JVM, up to where its operation is said. */
    private List<String> java(String peer, int procs) {
        List<String> command = new ArrayList<>();
        switch (peer) {
            case JOX -> {
                command.addAll(java(home, java, JDK, procs));
                command.addAll(channels(peer, "JoxChannels", "jdk"));
            }
            case KOTLIN -> {
                command.addAll(java(home, java, peer, procs));
                command.addAll(channels(peer, "KotlinChannelsKt", "platform"));
            }
            default -> {
                command.addAll(java(home, java, peer, procs));
                command.addAll(List.of(JAVA_PROGRAM, "--threads", peer));
            }
        }
        return command;
    }

    /** The class path of a program that setup has compiled against the harness, and its main. */
    private List<String> channels(String peer, String main, String threads) {
        Path classes = home.peers().resolve(built(peer) + "-classes");
        Path library = home.peers().resolve(built(peer) + "-lib");
        String path = harness(home) + ":" + classes + ":" + library + "/*";
        return List.of("-cp", path, main, "--threads", threads);
    }

    private static String built(String peer) {
        return BUILT.getOrDefault(peer, peer);
    }

    private static Path harness(Home home) {
        return home.root().resolve("bench/runner/target/classes");
    }

    /** A JVM that runs classes of the harness on Weft or on the JDK, without the main class. */
    public static List<String> java(Home home, Path java, String peer, int procs) {
        List<String> command = new ArrayList<>(List.of(java.toString()));
        command.addAll(JVM_OPTIONS);
        if (peer.equals(JDK)) {
            command.add("-Djdk.virtualThreadScheduler.parallelism=" + procs);
            command.add("-Djdk.virtualThreadScheduler.maxPoolSize=" + procs);
        }
        if (peer.equals(KOTLIN)) {
            command.add("-Dkotlinx.coroutines.scheduler.core.pool.size=" + procs);
            command.add("-Dkotlinx.coroutines.scheduler.max.pool.size=" + procs);
        }
        Path root = home.root();
        command.addAll(List.of("--module-path", root.resolve("weft-cli/target/lib").toString()));
        command.addAll(List.of("--add-modules", "io.weft"));
        command.addAll(List.of("-cp", harness(home).toString()));
        return command;
    }

    /** For a header: with paths that do not depend on where the project is. */
    List<String> publicCommand(String peer, MicroOptions options) {
        return command(peer, "OPERATION", 1, options).stream()
                .map(part -> part.equals(java.toString()) ? "java" : part)
                .map(part -> part.replace(home.root() + "/", ""))
                .toList();
    }
}
