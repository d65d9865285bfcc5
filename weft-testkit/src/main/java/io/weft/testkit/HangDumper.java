package io.weft.testkit;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.HotSpotDiagnosticMXBean.ThreadDumpFormat;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;

/**
 * Fails a test that hangs and says where: it prints what the caller's supplier knows, say of a
 * scheduler, and the stacks of all threads, virtual ones included. Register it with {@code
 * RegisterExtension}.
 *
 * <p>The test method runs on a thread of its own, because a thread that hangs cannot be trusted to
 * notice an interrupt; that thread is interrupted and left behind.
 */
public final class HangDumper implements InvocationInterceptor {

    /** Long enough for a busy machine, short enough to wait for. */
    public static final Duration DEFAULT_LIMIT = Duration.ofSeconds(30);

    private final Duration limit;
    private final Supplier<String> state;
    private final Function<Runnable, Thread> starter;
    private final Consumer<String> printer;

    /** Gives each test 30 s on a platform thread, and prints thread stacks only. */
    public HangDumper() {
        this(DEFAULT_LIMIT, () -> "", body -> Thread.ofPlatform().daemon().start(body));
    }

    /**
     * Gives each test that much time.
     *
     * @param state what to print beside the stacks
     * @param starter starts the thread that runs the test, of whatever kind
     */
    public HangDumper(Duration limit, Supplier<String> state, Function<Runnable, Thread> starter) {
        this(limit, state, starter, System.err::println);
    }

    HangDumper(
            Duration limit,
            Supplier<String> state,
            Function<Runnable, Thread> starter,
            Consumer<String> printer) {
        this.limit = limit;
        this.state = state;
        this.starter = starter;
        this.printer = printer;
    }

    @Override
    public void interceptTestMethod(
            Invocation<@Nullable Void> invocation,
            ReflectiveInvocationContext<Method> invocationContext,
            ExtensionContext extensionContext)
            throws Throwable {
        guard(extensionContext.getDisplayName(), invocation);
    }

    @Override
    public void interceptTestTemplateMethod(
            Invocation<@Nullable Void> invocation,
            ReflectiveInvocationContext<Method> invocationContext,
            ExtensionContext extensionContext)
            throws Throwable {
        guard(extensionContext.getDisplayName(), invocation);
    }

    /** Runs the test, at most until the limit. */
    void guard(String name, Invocation<@Nullable Void> invocation) throws Throwable {
        FutureTask<@Nullable Throwable> test = new FutureTask<>(() -> outcomeOf(invocation));
        Thread thread = starter.apply(test);
        try {
            Throwable failure = test.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            if (failure != null) {
                throw failure;
            }
        } catch (TimeoutException hang) {
            printer.accept(dump(name));
            thread.interrupt();
            throw new AssertionError(name + " hangs after " + limit + "; see the dump", hang);
        } catch (ExecutionException broken) {
            throw new IllegalStateException("the outcome of a test is never thrown", broken);
        }
    }

    private static @Nullable Throwable outcomeOf(Invocation<@Nullable Void> invocation) {
        try {
            invocation.proceed();
            return null;
        } catch (Throwable failure) {
            return failure;
        }
    }

    private String dump(String name) {
        return "%s hangs after %s%n%s%n%s".formatted(name, limit, stateText(), stacks());
    }

    private String stateText() {
        try {
            return state.get();
        } catch (RuntimeException broken) {
            return "the state is not to be had: " + broken;
        }
    }

    /** The stacks of all threads, virtual ones included. */
    private static String stacks() {
        try {
            Path directory = Files.createTempDirectory("hang");
            Path file = directory.resolve("threads.txt");
            try {
                ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                        .dumpThreads(file.toString(), ThreadDumpFormat.TEXT_PLAIN);
                return Files.readString(file);
            } finally {
                Files.deleteIfExists(file);
                Files.delete(directory);
            }
        } catch (IOException broken) {
            return "the stacks are not to be had: " + broken;
        }
    }
}
