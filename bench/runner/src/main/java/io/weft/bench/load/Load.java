package io.weft.bench.load;

import io.weft.bench.process.Child;
import io.weft.bench.process.ChildException;
import io.weft.bench.process.Home;
import io.weft.bench.process.ServerProcess;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Runs the load generator. */
public final class Load {

    /** A server may be silent for 10 s before the generator gives up by itself. */
    private static final double SILENCE_SECONDS = 20;

    /** Opening a connection takes tens of microseconds; a slow server may take this long. */
    private static final double SECONDS_PER_CONNECTION = 0.001;

    private static final double CYCLES_PER_SECOND_LEAST = 500;

    private final Home home;

    public Load(Home home) {
        this.home = home;
    }

    /** Loads a server and returns the figures of the window. */
    public LoadFigures run(ServerProcess server, LoadOptions options)
            throws LoadException, InterruptedException {
        Child load = start(server, options);
        return finish(load, options);
    }

    /** Starts a run; {@link #finish} waits for its figures. */
    public Child start(ServerProcess server, LoadOptions options) throws LoadException {
        List<String> arguments = new ArrayList<>(options.arguments());
        arguments.addAll(watch(server));
        return child(server, options.cpus(), arguments);
    }

    /** Waits for the figures of a run and ends it. */
    public LoadFigures finish(Child load, LoadOptions options)
            throws LoadException, InterruptedException {
        double timeout =
                options.warmUpSeconds()
                        + options.seconds()
                        + SILENCE_SECONDS
                        + options.connections() * SECONDS_PER_CONNECTION;
        try (load) {
            LoadFigures figures = LoadFigures.parse(load.nextLine(timeout));
            load.awaitEnd(timeout);
            return figures;
        } catch (ChildException e) {
            throw new LoadException(String.valueOf(e.getMessage()));
        }
    }

    /** Cycles of connect, echo, close; with RST instead of FIN where asked for. */
    public LoadFigures churn(ServerProcess server, String cpus, long cycles, boolean reset)
            throws LoadException, InterruptedException {
        List<String> arguments =
                new ArrayList<>(List.of("--churn", String.valueOf(cycles), "--sources", "32"));
        if (reset) {
            arguments.add("--reset");
        }
        arguments.addAll(watch(server));
        try (Child load = child(server, cpus, arguments)) {
            double timeout = SILENCE_SECONDS + cycles / CYCLES_PER_SECOND_LEAST;
            return LoadFigures.parse(load.nextLine(timeout));
        } catch (ChildException e) {
            throw new LoadException(String.valueOf(e.getMessage()));
        }
    }

    private static List<String> watch(ServerProcess server) {
        return List.of("--watch", String.valueOf(server.pid()));
    }

    /** Starts the generator with any arguments. */
    Child child(ServerProcess server, String cpus, List<String> arguments) throws LoadException {
        List<String> command = new ArrayList<>(List.of("taskset", "-c", cpus));
        command.add(home.peers().resolve("load").toString());
        command.addAll(List.of("--port", String.valueOf(server.port())));
        command.addAll(arguments);
        try {
            return Child.start("the load generator", command, Map.of());
        } catch (ChildException e) {
            throw new LoadException(String.valueOf(e.getMessage()));
        }
    }
}
