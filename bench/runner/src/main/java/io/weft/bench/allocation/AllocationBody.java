package io.weft.bench.allocation;

import com.google.gson.JsonObject;
import io.weft.bench.load.Load;
import io.weft.bench.load.LoadException;
import io.weft.bench.load.LoadOptions;
import io.weft.bench.load.Steady;
import io.weft.bench.process.Child;
import io.weft.bench.process.ChildException;
import io.weft.bench.process.ServerProcess;
import io.weft.bench.session.Solo;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Heap that a Weft server allocates per message, from what it tells three times under load: what
 * the long window between the answers allocated more than the short one, by the messages that it
 * echoed more. What an answer itself allocates is the same in both.
 *
 * @param load on the server
 * @param options of the load
 * @param seconds of the long window
 */
record AllocationBody(Load load, LoadOptions options, double seconds) implements Solo.Body {

    static final String EACH = "bytes_per_message";
    static final String SHORT = "bytes_short";
    static final String LONG = "bytes_long";
    static final String MESSAGES = "messages";

    private static final double SHORT_PART = 0.1;

    /** Opening the connections is over by then. */
    private static final long BEFORE_SECONDS = 3;

    private static final double AFTER_SECONDS = 3;

    @Override
    public Map<String, Double> measure(ServerProcess server)
            throws LoadException, ChildException, InterruptedException {
        Steady.THOROUGH.warm(load, server, options);
        server.ask("stats"); // the first answer loads classes
        double shortSeconds = seconds * SHORT_PART;
        LoadOptions window =
                options.withWindow(0, BEFORE_SECONDS + shortSeconds + seconds + AFTER_SECONDS);
        try (Child running = load.start(server, window)) {
            TimeUnit.SECONDS.sleep(BEFORE_SECONDS);
            JsonObject one = server.ask("stats");
            TimeUnit.NANOSECONDS.sleep((long) (shortSeconds * 1e9));
            JsonObject two = server.ask("stats");
            TimeUnit.NANOSECONDS.sleep((long) (seconds * 1e9));
            JsonObject three = server.ask("stats");
            load.finish(running, window);
            return figures(one, two, three);
        }
    }

    static Map<String, Double> figures(JsonObject one, JsonObject two, JsonObject three)
            throws LoadException {
        double shortBytes = allocated(two) - allocated(one);
        double longBytes = allocated(three) - allocated(two);
        double messages = echoed(three) - echoed(two) - (echoed(two) - echoed(one));
        if (!(messages > 0)) {
            throw new LoadException("no message more in the long window than in the short one");
        }
        return Map.of(
                SHORT, shortBytes,
                LONG, longBytes,
                MESSAGES, messages,
                EACH, (longBytes - shortBytes) / messages);
    }

    private static double allocated(JsonObject stats) {
        return stats.get("allocatedBytes").getAsDouble();
    }

    private static double echoed(JsonObject stats) {
        return stats.getAsJsonObject("echo").get("messages").getAsDouble();
    }
}
