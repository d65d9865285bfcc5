package io.weft.cli.million;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.weft.cli.child.Child;
import io.weft.cli.child.ChildException;
import io.weft.cli.hold.HoldControl;
import io.weft.cli.hold.LoopResult;
import io.weft.cli.hold.OpenResult;
import java.io.IOException;
import java.util.List;

/** The load, in a process of its own; see {@link HoldControl} for what is said. */
final class HoldProcess implements AutoCloseable {

    /** Hears how a command goes; may throw to end it. */
    interface Progress {

        /** So many are done, and so many per second lately. */
        void at(long count, double perSecond) throws ChildException, InterruptedException;
    }

    /** Longer than what the process itself waits for anything, and than a collection. */
    private static final long SILENCE_SECONDS = 60;

    /** A goroutine for each message is garbage, which a server does not make. */
    private static final String YOUNG_GENERATION = "-Xmn3m";

    private final Child child;
    private final Gson gson = new Gson();

    private HoldProcess(Child child) {
        this.child = child;
    }

    /**
     * Starts it, and waits until it can be told something.
     *
     * @param arguments where to connect, and how often
     */
    static HoldProcess start(List<String> arguments)
            throws IOException, ChildException, InterruptedException {
        HoldProcess process =
                new HoldProcess(Child.start("load", List.of(YOUNG_GENERATION), arguments));
        boolean ready = false;
        try {
            process.await("ready", (_, _) -> {});
            ready = true;
            return process;
        } finally {
            if (!ready) {
                process.close();
            }
        }
    }

    Child child() {
        return child;
    }

    /** Opens connections until there are so many. */
    OpenResult open(int connections, Progress progress)
            throws ChildException, InterruptedException {
        child.tell("open " + connections);
        return gson.fromJson(await("done", progress), OpenResult.class);
    }

    /** Runs an open loop. */
    LoopResult loop(double rate, double seconds, int active, Progress progress)
            throws ChildException, InterruptedException {
        child.tell("loop %s %s %d".formatted(rate, seconds, active));
        return gson.fromJson(await("done", progress), LoopResult.class);
    }

    /** Closes all connections. */
    void closeAll(Progress progress) throws ChildException, InterruptedException {
        child.tell("close");
        await("done", progress);
    }

    /** Collects its heap and tells what is in use. */
    HoldControl.Memory collected() throws ChildException, InterruptedException {
        child.tell("gc");
        return gson.fromJson(await("done", (_, _) -> {}), HoldControl.Memory.class);
    }

    /** Has it end by itself, and checks that it ends well. */
    void quit() throws ChildException, InterruptedException {
        child.tell("quit");
        int status = child.awaitExit();
        if (status != 0) {
            throw new ChildException("the load ended with status " + status);
        }
    }

    @Override
    public void close() {
        child.close();
    }

    private JsonObject await(String event, Progress progress)
            throws ChildException, InterruptedException {
        while (true) {
            String text = child.nextLine(SILENCE_SECONDS);
            JsonObject line = parsed(text);
            String name = line.get("event").getAsString();
            if (name.equals(event)) {
                return line.getAsJsonObject("result");
            }
            if (!name.equals("progress")) {
                throw new ChildException("the load says: " + text);
            }
            progress.at(line.get("count").getAsLong(), line.get("perSecond").getAsDouble());
        }
    }

    private static JsonObject parsed(String line) throws ChildException {
        try {
            JsonObject parsed = JsonParser.parseString(line).getAsJsonObject();
            if (parsed.has("event")) {
                return parsed;
            }
        } catch (JsonParseException | IllegalStateException e) {
            throw new ChildException("the load says: " + line);
        }
        throw new ChildException("the load says: " + line);
    }
}
