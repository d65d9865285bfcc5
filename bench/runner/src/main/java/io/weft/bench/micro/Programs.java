package io.weft.bench.micro;

import io.weft.bench.process.Home;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command lines of the programs that do an operation. */
public final class Programs {

    public static final String WEFT = "weft";
    public static final String GO = "go";
    public static final String JDK = "jdk";

    /** In the order in which they take turns. */
    public static final List<String> PEERS = List.of(WEFT, GO, JDK);

    /** What {@code bench/peers/setup} calls the program in Go. */
    static final String GO_PROGRAM = "micro-go";

    private static final String JAVA_PROGRAM = "io.weft.bench.micro.operations.Program";

    /** Those of the launcher for {@code ./weft echo}; both peers on the JVM get all of them. */
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
            command.add(home.peers().resolve(GO_PROGRAM).toString());
        } else {
            command.addAll(java(home, java, peer, procs));
            command.addAll(List.of(JAVA_PROGRAM, "--threads", peer));
        }
        command.addAll(List.of("--operation", operation));
        command.addAll(List.of("--procs", String.valueOf(procs)));
        command.addAll(List.of("--millis", String.valueOf(options.millis())));
        if (operation.equals(Operations.SLEEPERS)) {
            command.addAll(List.of("--goroutines", String.valueOf(options.goroutines())));
        }
        return command;
    }

    /** A JVM that runs classes of the harness on Weft or on the JDK, without the main class. */
    public static List<String> java(Home home, Path java, String peer, int procs) {
        List<String> command = new ArrayList<>(List.of(java.toString()));
        command.addAll(JVM_OPTIONS);
        if (peer.equals(JDK)) {
            command.add("-Djdk.virtualThreadScheduler.parallelism=" + procs);
            command.add("-Djdk.virtualThreadScheduler.maxPoolSize=" + procs);
        }
        Path root = home.root();
        command.addAll(List.of("--module-path", root.resolve("weft-cli/target/lib").toString()));
        command.addAll(List.of("--add-modules", "io.weft"));
        command.addAll(List.of("-cp", root.resolve("bench/runner/target/classes").toString()));
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
