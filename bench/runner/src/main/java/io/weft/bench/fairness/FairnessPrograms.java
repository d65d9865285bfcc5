package io.weft.bench.fairness;

import io.weft.bench.micro.Programs;
import io.weft.bench.process.Home;
import io.weft.bench.process.Servers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The command lines of what is measured, unpinned.
 *
 * @param home of the project
 * @param java that runs Weft and the JDK
 */
record FairnessPrograms(Home home, Path java) {

    /** In the order in which they take turns. */
    static final List<String> PEERS = List.of(Programs.WEFT, Programs.GO, Programs.JDK);

    /** What {@code bench/peers/setup} calls the program in Go. */
    static final String GO_PROGRAM = "fair-go";

    /** Ps, carriers, {@code GOMAXPROCS}. */
    static final int PROCS = 2;

    /** Far enough that it never passes, near enough to be an ordinary number. */
    private static final String TIMEOUT_SECONDS = "30";

    private static final String JAVA_PROGRAM = "io.weft.bench.fairness.programs.Program";

    /** One of our programs. */
    List<String> program(String peer, String part, List<String> arguments) {
        List<String> command = new ArrayList<>();
        if (peer.equals(Programs.GO)) {
            command.add(home.peers().resolve(GO_PROGRAM).toString());
        } else {
            command.addAll(Programs.java(home, java, peer, PROCS));
            // For nanosleep, which is called from here and not from Weft.
            command.add(1, "--enable-native-access=ALL-UNNAMED");
            command.addAll(List.of(JAVA_PROGRAM, "--threads", peer));
        }
        command.addAll(List.of("--part", part, "--procs", String.valueOf(PROCS)));
        command.addAll(arguments);
        return command;
    }

    /** An echo server of one thread whose reads may have a timeout. */
    List<String> echo(String peer, boolean deadline) {
        List<String> command = new ArrayList<>(Servers.command(home, peer, 1, 4096));
        if (deadline) {
            command.addAll(List.of("--read-timeout", TIMEOUT_SECONDS));
        }
        return command;
    }

    /** Why a peer cannot take part, or empty. */
    String missing(String peer) {
        return peer.equals(Programs.GO) ? home.missing(GO_PROGRAM) : home.missing(Programs.WEFT);
    }

    /** For a header: with paths that do not depend on where the project is. */
    List<String> published(String peer) {
        return program(peer, "PART", List.of()).stream()
                .map(part -> part.equals(java.toString()) ? "java" : part)
                .map(part -> part.replace(home.root() + "/", ""))
                .toList();
    }
}
