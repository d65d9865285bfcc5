package io.weft.bench.load;

import io.weft.bench.process.Child;
import io.weft.bench.process.ChildException;
import io.weft.bench.process.ServerProcess;
import java.util.ArrayList;
import java.util.List;

/** Connections that have echoed once each and rest until they are closed. */
public final class RestingConnections implements AutoCloseable {

    private static final double OPEN_SECONDS_MOST = 120;
    private static final double CLOSE_SECONDS_MOST = 60;
    private static final double SLACK_SECONDS = 20;

    private final Child holder;

    private RestingConnections(Child holder) {
        this.holder = holder;
    }

    /** Opens them and returns when all have echoed. */
    public static RestingConnections open(
            Load load, ServerProcess server, String cpus, int connections)
            throws LoadException, InterruptedException {
        return open(load, server, cpus, arguments(connections));
    }

    /** The same; the server is then metered for a window that begins after a time to settle. */
    public static RestingConnections openMetered(
            Load load, ServerProcess server, LoadOptions options)
            throws LoadException, InterruptedException {
        List<String> arguments = new ArrayList<>(arguments(options.connections()));
        arguments.addAll(List.of("--watch", String.valueOf(server.pid())));
        arguments.addAll(List.of("--warmup", String.valueOf(options.warmUpSeconds())));
        arguments.addAll(List.of("--seconds", String.valueOf(options.seconds())));
        return open(load, server, options.cpus(), arguments);
    }

    private static List<String> arguments(int connections) {
        return List.of("--hold", "--sources", "8", "--connections", String.valueOf(connections));
    }

    private static RestingConnections open(
            Load load, ServerProcess server, String cpus, List<String> arguments)
            throws LoadException, InterruptedException {
        Child holder = load.child(server, cpus, arguments);
        boolean holds = false;
        try {
            String line = holder.nextLine(OPEN_SECONDS_MOST);
            if (!line.startsWith("holding ")) {
                throw new LoadException("the load generator says: " + line);
            }
            holds = true;
            return new RestingConnections(holder);
        } catch (ChildException e) {
            throw new LoadException(String.valueOf(e.getMessage()));
        } finally {
            if (!holds) {
                holder.close();
            }
        }
    }

    /** Fails where they rest no more. */
    public void requireHeld() throws LoadException, InterruptedException {
        if (!holder.isAlive()) {
            throw new LoadException(String.valueOf(holder.ended().getMessage()));
        }
    }

    /** Waits for the figures of the metered window. */
    public LoadFigures figures(double windowSeconds) throws LoadException, InterruptedException {
        try {
            return LoadFigures.parse(holder.nextLine(windowSeconds + SLACK_SECONDS));
        } catch (ChildException e) {
            throw new LoadException(String.valueOf(e.getMessage()));
        }
    }

    /** Closes the connections and waits until the server has, too. */
    @Override
    public void close() {
        holder.endInput();
        try {
            holder.awaitEnd(CLOSE_SECONDS_MOST);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        holder.close();
    }
}
