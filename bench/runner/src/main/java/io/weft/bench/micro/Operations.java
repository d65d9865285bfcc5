package io.weft.bench.micro;

import static java.util.Map.entry;

import java.util.List;
import java.util.Map;

/** The names of the operations, what each is, and what a run of it takes. */
public final class Operations {

    public static final String YIELD = "yield";
    public static final String PARK = "park";
    public static final String CHANNEL = "channel";
    public static final String SPAWN_JOIN = "spawn-join";
    public static final String SPAWN_BATCH = "spawn-batch";
    public static final String HAND_OFF = "hand-off";
    public static final String FAN = "fan";
    public static final String SKYNET = "skynet";
    public static final String SLEEPERS = "sleepers";

    /** In the order in which they are measured. */
    public static final List<String> ALL =
            List.of(YIELD, PARK, CHANNEL, SPAWN_JOIN, SPAWN_BATCH, HAND_OFF, FAN, SKYNET, SLEEPERS);

    private static final Map<String, String> MEANINGS =
            Map.ofEntries(
                    entry(YIELD, "two goroutines per P that yield to each other; per yield"),
                    entry(
                            PARK,
                            "two goroutines in turns: LockSupport in Java; in Go the runtime's"
                                    + " semaphore, which its locks park on and which holds one permit"
                                    + " per goroutine like LockSupport, as Go has no public park; per"
                                    + " turn"),
                    entry(CHANNEL, "the same game over Go's unbuffered channels; per turn"),
                    entry(SPAWN_JOIN, "start one, wait for its end; per goroutine"),
                    entry(SPAWN_BATCH, "start a thousand, wait for all; per goroutine"),
                    entry(
                            HAND_OFF,
                            "values through a slot: park and unpark in Java, mutex and condition"
                                    + " in Go; per value"),
                    entry(
                            FAN,
                            "20,000 tasks to 64 workers and their results back, over two bounded"
                                    + " queues: ArrayBlockingQueue in Java, channels in Go; per task"),
                    entry(
                            SKYNET,
                            "a tree of 1,111,111 goroutines that sums up its leaves; per"
                                    + " goroutine"),
                    entry(SLEEPERS, "a million goroutines asleep at once, until the same instant"));

    private Operations() {}

    /** One line for people. */
    public static String meaning(String operation) {
        return MEANINGS.getOrDefault(operation, operation);
    }

    /** Whether a peer has it: only Go has channels. */
    public static boolean has(String peer, String operation) {
        return !operation.equals(CHANNEL) || peer.equals("go");
    }
}
