package io.weft.bench.fairness.programs;

import io.weft.Weft;
import io.weft.WeftRuntime;
import io.weft.bench.micro.operations.Figures;
import io.weft.bench.micro.operations.Threads;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.ref.Reference;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Measures one part and prints one line of {@code key=value} figures; {@code serve} and {@code
 * idle} say that they are ready and go on until standard input ends. Needs nothing but Weft, so
 * that the JVM it runs in holds nothing else.
 *
 * <p>For {@code jdk} the scheduler's width is set on the command line, as system properties.
 */
public final class Program {

    private static final int FAILED = 1;
    private static final int MISUSED = 2;

    private final Arguments arguments;

    private Program(Arguments arguments) {
        this.arguments = arguments;
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        // A thread that dies would leave others waiting for it.
        Thread.setDefaultUncaughtExceptionHandler((thread, e) -> fail(e));
        try {
            new Program(Arguments.of(args)).run();
            System.out.flush();
            // Work that does not rest would not let the JVM end.
            Runtime.getRuntime().halt(0);
        } catch (IllegalArgumentException e) {
            System.err.println("fairness: " + e.getMessage());
            System.exit(MISUSED);
        }
    }

    private static void fail(Throwable e) {
        System.err.println("fairness: " + e);
        Runtime.getRuntime().halt(FAILED);
    }

    private void run() throws IOException, InterruptedException {
        int procs = arguments.number("--procs", 2);
        switch (arguments.text("--threads")) {
            case "weft" -> run(weft(procs));
            case "jdk" -> run(jdk(procs));
            default -> throw new IllegalArgumentException("--threads is weft or jdk");
        }
    }

    /** It ends with the process. */
    private static Kind<?> weft(int procs) {
        WeftRuntime runtime = Weft.builder().procs(procs).name("fairness").build();
        return new Kind<>(
                new Threads(runtime.threadFactory(), procs),
                new WeftTimers(runtime),
                new WeftEcho(runtime));
    }

    private static Kind<?> jdk(int procs) {
        return new Kind<>(
                new Threads(Thread.ofVirtual().factory(), procs), new JdkTimers(), new JdkEcho());
    }

    private <T> void run(Kind<T> kind) throws IOException, InterruptedException {
        switch (arguments.text("--part")) {
            case "sleep" -> measure(kind, figures -> sleep().measure(figures));
            case "early" ->
                    measure(
                            kind,
                            figures ->
                                    new Early(arguments.number("--timers", 10_000_000))
                                            .measure(kind.timers(), kind.threads(), figures));
            case "reset" -> measure(kind, figures -> reset().measure(kind.timers(), figures));
            case "armed" -> measure(kind, figures -> armed().measure(kind.timers(), figures));
            case "idle" -> idle(kind);
            case "serve" -> serve(kind);
            default ->
                    throw new IllegalArgumentException(
                            "--part is sleep, early, reset, armed, idle or serve");
        }
    }

    /** A part that ends by itself. */
    @FunctionalInterface
    private interface Part {
        void measure(Figures figures) throws InterruptedException;
    }

    /** In a thread of the kind that is measured, as a program's main goroutine is. */
    private static void measure(Kind<?> kind, Part part) throws InterruptedException {
        Figures figures = new Figures();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Runnable main =
                () -> {
                    try {
                        part.measure(figures);
                    } catch (InterruptedException | RuntimeException e) {
                        failure.set(e);
                    }
                };
        kind.threads().start(main).join();
        if (failure.get() != null) {
            fail(failure.get());
        }
        System.out.println(figures);
    }

    private Sleep sleep() {
        return new Sleep(Duration.ofNanos(arguments.number("--nanos", 50_000)), warmUp(), window());
    }

    private Reset reset() {
        return new Reset(arguments.number("--timers", 1), warmUp(), window());
    }

    private Armed armed() {
        return new Armed(arguments.number("--timers", 1_000_000));
    }

    private Duration warmUp() {
        return Duration.ofMillis(arguments.number("--warmup-millis", 1000));
    }

    private Duration window() {
        return Duration.ofMillis(arguments.number("--millis", 1000));
    }

    private <T> void idle(Kind<T> kind) throws IOException, InterruptedException {
        AtomicReference<Object> timers = new AtomicReference<>();
        kind.threads().start(() -> timers.set(armed().arm(kind.timers()))).join();
        System.out.println("ready pid=" + ProcessHandle.current().pid());
        try {
            rest(() -> {});
        } finally {
            Reference.reachabilityFence(timers);
        }
    }

    /** Disturbs itself once it is told to by a line. */
    private void serve(Kind<?> kind) throws IOException {
        Disturbance disturbance =
                new Disturbance(
                        arguments.number("--loops", 0),
                        arguments.number("--blockers", 0),
                        arguments.number("--yielders", 0));
        System.out.printf(
                "listening on 127.0.0.1:%d peer=%s pid=%d version=\"JDK %s\"%n",
                kind.echo().start(),
                arguments.text("--threads"),
                ProcessHandle.current().pid(),
                Runtime.version());
        rest(
                () -> {
                    disturbance.start(kind.threads());
                    System.out.printf("{\"disturbing\": %d}%n", disturbance.threads());
                });
    }

    /** Waits for the end of the input; each line of it has something done. */
    private static void rest(Runnable line) throws IOException {
        try (BufferedReader input =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            while (input.readLine() != null) {
                line.run();
            }
        }
    }
}
