package io.weft.cli.hold;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import io.weft.WeftRuntime;
import io.weft.cli.proc.ProcessStats;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.concurrent.BlockingQueue;

/**
 * Commands from the process that started this one, a line each. While one is done, lines {@code
 * {"event":"progress"}} tell how it goes; then one line {@code {"event":"done"}} has the result.
 *
 * <ul>
 *   <li>{@code open N}: opens connections until there are N, an {@link OpenResult};
 *   <li>{@code loop RATE SECONDS ACTIVE}: an open loop over the first ACTIVE connections, a {@link
 *       LoopResult};
 *   <li>{@code close}: closes all, {@link Closed};
 *   <li>{@code gc}: collects the heap, a {@link Memory};
 *   <li>{@code quit}: ends the process.
 * </ul>
 */
public final class HoldControl {

    /** After all are closed. */
    public record Closed(long closed) {}

    /** Of this process. */
    public record Memory(long residentBytes, long heapBytes) {}

    private final WeftRuntime runtime;
    private final Destinations destinations;
    private final Held held;
    private final PrintStream out;
    private final Gson gson = new Gson();

    /** Message 0 of each connection is the one with which it was opened. */
    private long nextMessage = 1;

    private int open;

    public HoldControl(WeftRuntime runtime, HoldOptions options, PrintStream out) {
        this.runtime = runtime;
        this.destinations = new Destinations(options);
        this.held = new Held(options.capacity());
        this.out = out;
    }

    /** Takes lines until {@code quit}; {@link #reader} puts them into the queue. */
    public void serve(BlockingQueue<String> lines) throws InterruptedException {
        tell("ready", Map.of());
        for (String line = lines.take(); !line.equals("quit"); line = lines.take()) {
            try {
                obey(line.split(" ", -1));
            } catch (IllegalArgumentException e) {
                tell("error", "%s: %s".formatted(line, e.getMessage()));
            }
        }
    }

    /**
     * Fills the queue with lines, as long as there are any, and then runs the action: the process
     * that started this one is gone.
     */
    public static Runnable reader(
            BufferedReader input, BlockingQueue<String> lines, Runnable atEnd) {
        return () -> {
            try (input) {
                for (String line = input.readLine(); line != null; line = input.readLine()) {
                    lines.put(line.strip());
                }
            } catch (IOException | InterruptedException e) {
                System.err.println("weft hold: cannot read commands: " + e);
            }
            atEnd.run();
        };
    }

    private void obey(String[] words) throws InterruptedException {
        switch (words[0]) {
            case "open" -> tell("done", open(Integer.parseInt(argument(words, 1))));
            case "loop" -> tell("done", loop(plan(words)));
            case "close" -> tell("done", close());
            case "gc" -> tell("done", collected());
            default ->
                    throw new IllegalArgumentException("use open N, loop R S N, close, gc or quit");
        }
    }

    private OpenResult open(int count) throws InterruptedException {
        if (count < open || count > held.capacity()) {
            throw new IllegalArgumentException(
                    "use %d, which are open, to %d".formatted(open, held.capacity()));
        }
        OpenResult result =
                new Opening(runtime, held, destinations, open, count).run(this::progress);
        open += result.opened();
        return result;
    }

    private LoopPlan plan(String[] words) {
        LoopPlan plan =
                new LoopPlan(
                        Double.parseDouble(argument(words, 1)),
                        Double.parseDouble(argument(words, 2)),
                        Integer.parseInt(argument(words, 3)));
        if (!(plan.rate() > 0 && plan.seconds() > 0)) {
            throw new IllegalArgumentException("rate and seconds are more than 0");
        }
        if (plan.active() < 1 || plan.active() > open) {
            throw new IllegalArgumentException("%d connections are open".formatted(open));
        }
        return plan;
    }

    private LoopResult loop(LoopPlan plan) throws InterruptedException {
        long first = nextMessage;
        nextMessage += plan.messages();
        return new OpenLoop(runtime, held, plan, first, OpenLoop.GRACE_NANOS).run(this::progress);
    }

    private Closed close() throws InterruptedException {
        open = 0;
        return new Closed(new Closing(runtime, held).run(this::progress));
    }

    private static Memory collected() {
        ManagementFactory.getMemoryMXBean().gc();
        return new Memory(
                ProcessStats.self().residentBytes(),
                ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
    }

    private static String argument(String[] words, int index) {
        if (index >= words.length) {
            throw new IllegalArgumentException("an argument is missing");
        }
        return words[index];
    }

    private void progress(long count, double perSecond) {
        JsonObject line = event("progress");
        line.addProperty("count", count);
        line.addProperty("perSecond", perSecond);
        say(line);
    }

    private void tell(String event, Object result) {
        JsonObject line = event(event);
        line.add("result", gson.toJsonTree(result));
        say(line);
    }

    private static JsonObject event(String name) {
        JsonObject line = new JsonObject();
        line.addProperty("event", name);
        return line;
    }

    private void say(JsonObject line) {
        out.println(line);
        out.flush();
    }
}
