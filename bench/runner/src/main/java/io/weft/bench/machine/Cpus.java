package io.weft.bench.machine;

import io.weft.bench.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The two CPUs that a measurement uses.
 *
 * @param server for the server
 * @param load for the load
 */
public record Cpus(int server, int load) {

    private static final String ALLOWED = "Cpus_allowed_list:";

    /**
     * The first two that this process may run on.
     *
     * @throws Failure if there is only one, or {@code taskset} is missing
     */
    public static Cpus choose() throws Failure {
        if (!onPath("taskset", System.getenv().getOrDefault("PATH", ""))) {
            throw new Failure(
                    "taskset is missing, which pins servers and load: install util-linux");
        }
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
                if (line.startsWith(ALLOWED)) {
                    return firstTwo(line.substring(ALLOWED.length()).strip());
                }
            }
        } catch (IOException e) {
            throw new Failure("cannot read /proc/self/status: " + e.getMessage());
        }
        throw new Failure("the kernel does not say which CPUs may be used: it takes Linux");
    }

    /** Which side runs where, for people. */
    public String text() {
        return "server on CPU %d, load on CPU %d".formatted(server, load);
    }

    /** The first two of a list such as {@code 0-3,8}. */
    static Cpus firstTwo(String list) throws Failure {
        List<Integer> cpus = new ArrayList<>();
        for (String range : list.split(",", -1)) {
            String[] ends = range.split("-", -1);
            int last = Integer.parseInt(ends[ends.length - 1]);
            for (int cpu = Integer.parseInt(ends[0]); cpu <= last && cpus.size() < 2; cpu++) {
                cpus.add(cpu);
            }
        }
        if (cpus.size() < 2) {
            throw new Failure(
                    "two CPUs are needed, one for the server and one for the load, but only CPU "
                            + list
                            + " may be used: run it on a machine with two, or allow more to it");
        }
        return new Cpus(cpus.get(0), cpus.get(1));
    }

    static boolean onPath(String program, String path) {
        for (String folder : path.split(":", -1)) {
            if (Files.isExecutable(Path.of(folder.isEmpty() ? "." : folder, program))) {
                return true;
            }
        }
        return false;
    }
}
