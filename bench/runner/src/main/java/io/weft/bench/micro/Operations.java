package io.weft.bench.micro;

import static java.util.Map.entry;

import java.util.List;
import java.util.Map;

/** The names of the operations, what each is, and who has it. */
public final class Operations {

    public static final String YIELD = "yield";
    public static final String PARK = "park";
    public static final String SPAWN_JOIN = "spawn-join";
    public static final String SPAWN_BATCH = "spawn-batch";
    public static final String HAND_OFF = "hand-off";
    public static final String FAN = "fan";
    public static final String SKYNET = "skynet";
    public static final String SLEEPERS = "sleepers";
    public static final String CHANNEL = "channel";
    public static final String CHANNEL_100 = "channel-100";
    public static final String SELECT = "select";
    public static final String MUTEX = "mutex";
    public static final String MUTEX_100 = "mutex-100";
    public static final String CONTEXT_CANCEL = "context-cancel";

    /** Of goroutines themselves. */
    public static final OperationGroup GOROUTINES =
            new OperationGroup(
                    "Goroutines",
                    "micro",
                    List.of(YIELD, PARK, SPAWN_JOIN, SPAWN_BATCH, HAND_OFF, FAN, SKYNET, SLEEPERS),
                    List.of(Programs.WEFT, Programs.GO, Programs.JDK));

    /** Of how they give values to each other. */
    public static final OperationGroup CHANNELS =
            new OperationGroup(
                    "Channels",
                    "channels",
                    List.of(CHANNEL, CHANNEL_100, SELECT),
                    List.of(Programs.WEFT, Programs.GO, Programs.JOX, Programs.KOTLIN));

    /** Of what else composes them. */
    public static final OperationGroup LOCKS =
            new OperationGroup(
                    "Locks and contexts",
                    "locks",
                    List.of(MUTEX, MUTEX_100, CONTEXT_CANCEL),
                    List.of(Programs.WEFT, Programs.GO));

    /** In the order in which they are measured. */
    public static final List<OperationGroup> GROUPS = List.of(GOROUTINES, CHANNELS, LOCKS);

    /** Those of all groups. */
    public static final List<String> ALL =
            GROUPS.stream().flatMap(group -> group.operations().stream()).toList();

    private static final Map<String, String> MEANINGS =
            Map.ofEntries(
                    entry(YIELD, "two goroutines per P that yield to each other; per yield"),
                    entry(
                            PARK,
                            "two goroutines in turns: LockSupport in Java; in Go the runtime's"
                                    + " semaphore, which its locks park on and which holds one permit"
                                    + " per goroutine like LockSupport, as Go has no public park; per"
                                    + " turn"),
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
                    entry(SLEEPERS, "a million goroutines asleep at once, until the same instant"),
                    entry(
                            CHANNEL,
                            "one goroutine sends to another over an unbuffered channel; per value"),
                    entry(CHANNEL_100, "the same over a channel that buffers 100; per value"),
                    entry(
                            SELECT,
                            "one goroutine sends on two unbuffered channels in turn, another"
                                    + " receives by select from both; per value"),
                    entry(MUTEX, "lock and unlock a mutex that nobody else wants; per pair"),
                    entry(
                            MUTEX_100,
                            "100 goroutines lock and unlock one mutex, over and over; per"
                                    + " acquisition"),
                    entry(
                            CONTEXT_CANCEL,
                            "cancel a tree of 10,000 contexts, which is built apart; per tree"));

    private Operations() {}

    /** One line for people. */
    public static String meaning(String operation) {
        return MEANINGS.getOrDefault(operation, operation);
    }

    /** Whether a peer has it. */
    public static boolean has(String peer, String operation) {
        return GROUPS.stream()
                .filter(group -> group.operations().contains(operation))
                .anyMatch(group -> group.peers().contains(peer));
    }
}
