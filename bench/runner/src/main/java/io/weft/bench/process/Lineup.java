package io.weft.bench.process;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Servers that run side by side, and why others do not. Used by one thread. */
public final class Lineup implements AutoCloseable {

    /**
     * How servers are started.
     *
     * @param threads of each
     * @param bufferBytes the read buffer of a connection, where it owns one
     * @param cpus as {@code taskset -c} takes them
     * @param environment variables added
     */
    public record Setting(
            int threads, int bufferBytes, String cpus, Map<String, String> environment) {

        public static final int BUFFER_BYTES = 4096;

        public static Setting of(int threads, String cpus) {
            return new Setting(threads, BUFFER_BYTES, cpus, Map.of());
        }

        /** The same with a read buffer that holds a message of so many bytes. */
        public Setting forMessages(int bytes) {
            return new Setting(threads, Math.max(bufferBytes, bytes), cpus, environment);
        }
    }

    private final Map<String, ServerProcess> running = new LinkedHashMap<>();
    private final Map<String, String> problems = new LinkedHashMap<>();

    private Lineup() {}

    /** Starts those of these servers that were built. */
    public static Lineup start(Home home, List<String> names, Setting setting)
            throws InterruptedException {
        Lineup lineup = new Lineup();
        for (String name : names) {
            String missing = home.missing(name);
            if (missing.isEmpty()) {
                lineup.add(home, name, setting);
            } else {
                lineup.problems.put(name, missing);
            }
        }
        return lineup;
    }

    private void add(Home home, String name, Setting setting) throws InterruptedException {
        List<String> command =
                Servers.command(home, name, setting.threads(), setting.bufferBytes());
        try {
            running.put(
                    name,
                    ServerProcess.start(name, command, setting.cpus(), setting.environment()));
        } catch (ChildException e) {
            problems.put(name, name + " did not start: " + e.getMessage());
        }
    }

    /** Null where it does not run. */
    public @Nullable ServerProcess server(String name) {
        return running.get(name);
    }

    /** Why it does not run. */
    public String problem(String name) {
        return problems.getOrDefault(name, name + " was not started");
    }

    /** Takes a server out that failed. */
    public void drop(String name, String problem) {
        ServerProcess server = running.remove(name);
        if (server != null) {
            server.close();
        }
        problems.put(name, problem);
    }

    public List<ServerProcess> running() {
        return List.copyOf(running.values());
    }

    @Override
    public void close() {
        running.values().forEach(ServerProcess::close);
        running.clear();
    }
}
