package io.weft.cli.echo;

import com.google.gson.Gson;
import io.weft.WeftRuntime;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.util.Map;

/**
 * Commands to a server, a line each, from the process that started it; each is answered by one line
 * of JSON.
 *
 * <ul>
 *   <li>{@code usage}: an {@link EchoUsage};
 *   <li>{@code stats}: a {@link ServerStats};
 *   <li>{@code gc}: collects the heap, then a {@link ServerStats};
 *   <li>{@code pauses}: the {@link GcPauses.Summary} since the last time;
 *   <li>{@code loops N}: starts N goroutines that compute for ever, then a {@link ServerStats};
 *   <li>{@code quit}, or the end of the input: ends the server.
 * </ul>
 *
 * A server that ends, whatever ends it, says a last {@link EchoUsage} before its line of totals.
 */
public final class Control {

    private final WeftRuntime runtime;
    private final EchoServer server;
    private final GcPauses pauses = GcPauses.watch();
    private final Gson gson = new Gson();

    public Control(WeftRuntime runtime, EchoServer server) {
        this.runtime = runtime;
        this.server = server;
    }

    /** Answers commands until {@code quit} or the end of the input. */
    public void serve(BufferedReader input, PrintStream output) throws IOException {
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            String command = line.strip();
            if (command.equals("quit")) {
                return;
            }
            if (!command.isEmpty()) {
                output.println(answer(command));
                output.flush();
            }
        }
    }

    /** An {@link EchoUsage} of this moment, as a line. */
    public String usage() {
        return gson.toJson(EchoUsage.of(server));
    }

    private String answer(String command) {
        String[] words = command.split(" ", 2);
        if (words[0].equals("loops") && words.length == 2) {
            return loops(words[1]);
        }
        return switch (command) {
            case "usage" -> usage();
            case "stats" -> stats();
            case "gc" -> {
                ManagementFactory.getMemoryMXBean().gc();
                yield stats();
            }
            case "pauses" -> gson.toJson(pauses.next());
            default ->
                    error(
                            "unknown command %s: use usage, stats, gc, pauses, loops N or quit"
                                    .formatted(command));
        };
    }

    private String loops(String count) {
        try {
            BusyLoops.start(runtime, Integer.parseUnsignedInt(count));
            return stats();
        } catch (NumberFormatException e) {
            return error("loops %s: how many?".formatted(count));
        }
    }

    private String stats() {
        return gson.toJson(ServerStats.of(runtime, server));
    }

    private String error(String text) {
        return gson.toJson(Map.of("error", text));
    }
}
