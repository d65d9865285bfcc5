package io.weft.cli.demo;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonSyntaxException;
import io.weft.cli.child.Child;
import io.weft.cli.child.ChildException;
import io.weft.cli.child.EchoProcess;
import io.weft.cli.load.ControlListener.Event;
import io.weft.cli.load.LoadResult;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The load of one stage, in a process of its own. */
final class Load implements AutoCloseable {

    /** Connecting takes at most 60 s, and everything else is said more often. */
    private static final long SILENCE_SECONDS = 70;

    /** Messages of a connection that may be on their way, so that a stall holds no later one. */
    private static final int OUTSTANDING_MOST = 1_024;

    private final Child child;
    private final Consumer<Event> onEvent;
    private final Gson gson = new Gson();

    private Load(Child child, Consumer<Event> onEvent) {
        this.child = child;
        this.onEvent = onEvent;
    }

    /**
     * Starts to connect.
     *
     * @param onEvent hears of everything that the process tells
     */
    static Load start(EchoProcess server, StagePlan plan, Consumer<Event> onEvent)
            throws IOException {
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "load",
                                "--connect=" + server.address(),
                                "--poller=" + server.poller(),
                                "--connections=" + plan.connections(),
                                "--size=" + StagePlan.MESSAGE_BYTES,
                                "--seconds=" + plan.seconds(),
                                "--warm-up=" + plan.warmUpSeconds(),
                                "--procs=" + plan.loadProcs(),
                                "--control"));
        if (plan.rate() > 0) {
            arguments.addAll(List.of("--rate=" + plan.rate(), "--depth=" + OUTSTANDING_MOST));
        }
        return new Load(Child.start("load", arguments), onEvent);
    }

    Child child() {
        return child;
    }

    /** Waits for an event, and tells of those before it. */
    void await(String event) throws ChildException, InterruptedException {
        while (true) {
            JsonObject line = next();
            if (!line.has("event")) {
                throw new ChildException("the load ended before it was " + event);
            }
            Event told = gson.fromJson(line, Event.class);
            onEvent.accept(told);
            if (told.event().equals(event)) {
                return;
            }
        }
    }

    /** Has the connected process put its load on. */
    void go() {
        child.tell("start");
    }

    /** Waits for the end. */
    LoadResult result() throws ChildException, InterruptedException {
        LoadResult result = gson.fromJson(next(), LoadResult.class);
        child.awaitExit();
        return result;
    }

    @Override
    public void close() {
        child.close();
    }

    private JsonObject next() throws ChildException, InterruptedException {
        String line = child.nextLine(SILENCE_SECONDS);
        try {
            return JsonParser.parseString(line).getAsJsonObject();
        } catch (JsonSyntaxException | IllegalStateException e) {
            throw new ChildException("the load says: " + line);
        }
    }
}
