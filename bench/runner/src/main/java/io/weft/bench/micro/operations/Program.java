package io.weft.bench.micro.operations;

import static java.util.Map.entry;

import io.weft.Weft;
import io.weft.WeftRuntime;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * Measures one operation and prints one line of {@code key=value} figures; a wrong result ends it
 * with status 1. Needs nothing but Weft, so that the JVM it runs in holds nothing else.
 *
 * <p>For {@code jdk} the scheduler's width is set on the command line, as system properties. With
 * {@code platform} the operations are measured from a thread of the system, and have a scheduler of
 * their own.
 */
public final class Program {

    private static final int FAILED = 1;
    private static final int MISUSED = 2;

    private static final int SKYNET_LEAVES = 1_000_000;
    private static final int UNBUFFERED = 0;
    private static final int BUFFER_CAPACITY = 100;
    private static final long ACQUISITIONS = 10_000_000;

    static final String SLEEPERS = "sleepers";

    /** All but the one that is no operation done over and over. */
    static final Map<String, Supplier<Operation>> OPERATIONS =
            Map.ofEntries(
                    entry("yield", Yield::new),
                    entry("park", Park::new),
                    entry("spawn-join", SpawnJoin::new),
                    entry("spawn-batch", SpawnBatch::new),
                    entry("hand-off", HandOff::new),
                    entry("fan", Fan::new),
                    entry("skynet", () -> new Skynet(SKYNET_LEAVES)),
                    entry("channel", () -> new Channel(UNBUFFERED)),
                    entry("channel-100", () -> new Channel(BUFFER_CAPACITY)),
                    entry("select", TwoWaySelect::new),
                    entry("mutex", MutexPairs::new),
                    entry("mutex-100", () -> new ContendedMutex(ACQUISITIONS)),
                    entry("context-cancel", ContextCancel::new));

    private final Map<String, Supplier<Operation>> operations;
    private final Map<String, String> options;

    private Program(Map<String, Supplier<Operation>> operations, Map<String, String> options) {
        this.operations = operations;
        this.options = options;
    }

    public static void main(String[] args) throws InterruptedException {
        measure(args, OPERATIONS);
    }

    /**
     * The same for operations of others.
     *
     * @param args of the command line
     * @param operations by their names
     */
    public static void measure(String[] args, Map<String, Supplier<Operation>> operations)
            throws InterruptedException {
        Map<String, String> options = new HashMap<>();
        for (int i = 0; i + 1 < args.length; i += 2) {
            options.put(args[i], args[i + 1]);
        }
        // A thread that dies would leave others waiting for it.
        Thread.setDefaultUncaughtExceptionHandler((thread, e) -> fail(e));
        try {
            System.out.println(new Program(operations, options).run());
        } catch (IllegalArgumentException e) {
            System.err.println("micro: " + e.getMessage());
            System.exit(MISUSED);
        }
    }

    private static void fail(Throwable e) {
        System.err.println("micro: " + e);
        System.exit(FAILED);
    }

    private Figures run() throws InterruptedException {
        String operation = options.getOrDefault("--operation", "");
        if (!operation.equals(SLEEPERS) && !operations.containsKey(operation)) {
            throw new IllegalArgumentException("there is no operation '" + operation + "'");
        }
        int procs = number("--procs", 1);
        Figures figures = new Figures();
        figures.add("operation", operation);
        figures.add("version", System.getProperty("java.version"));
        switch (options.getOrDefault("--threads", "")) {
            case "weft" -> {
                try (WeftRuntime runtime = Weft.builder().procs(procs).name("micro").build()) {
                    measure(new Threads(runtime.threadFactory(), procs), figures);
                }
            }
            case "jdk" -> measure(new Threads(Thread.ofVirtual().factory(), procs), figures);
            case "platform" -> measure(new Threads(Thread.ofPlatform().factory(), procs), figures);
            default -> throw new IllegalArgumentException("--threads is weft, jdk or platform");
        }
        figures.add("peak_rss_bytes", ProcessFigures.peakResidentBytes());
        figures.add("cpu_seconds", ProcessFigures.cpuNanos() / 1e9);
        return figures;
    }

    /** In a thread of the kind that is measured, as a program's main goroutine is. */
    private void measure(Threads threads, Figures figures) throws InterruptedException {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Runnable main =
                () -> {
                    try {
                        measureHere(threads, figures);
                    } catch (InterruptedException | RuntimeException e) {
                        failure.set(e);
                    }
                };
        threads.start(main).join();
        if (failure.get() != null) {
            fail(failure.get());
        }
    }

    private void measureHere(Threads threads, Figures figures) throws InterruptedException {
        String name = options.getOrDefault("--operation", "");
        Supplier<Operation> operation = operations.get(name);
        if (operation == null) {
            new Sleepers(number("--goroutines", 1_000_000)).measure(threads, figures);
            return;
        }
        Window window =
                new Window(
                        number("--warmup-least-millis", 1500),
                        number("--warmup-most-millis", 3000),
                        number("--millis", 500));
        window.measure(operation.get(), threads, figures);
    }

    private int number(String name, int usual) {
        String text = options.get(name);
        if (text == null) {
            return usual;
        }
        try {
            return Integer.parseUnsignedInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name + " wants a whole number, not " + text, e);
        }
    }
}
