package io.weft.cli.child;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A process that was started to be told and asked things, a line each way. It ends with this one:
 * it watches its standard input, which the kernel closes when this process is gone.
 *
 * <p>Used by one thread; {@link #kill}, {@link #pid} and {@link #hasEnded} may be called by any.
 */
public final class Child implements AutoCloseable {

    /** A line, or the end of the output. */
    private record Line(@Nullable String text) {}

    private static final int MAX_ERROR_LINES = 20;

    /** A server drains for 5 s at most before it ends. */
    private static final long EXIT_TIMEOUT_SECONDS = 10;

    /** Java reports the end by a signal as this and the signal's number, as a shell does. */
    private static final int SIGNALLED = 128;

    private static final int SIGKILL = 9;

    private final String name;
    private final Process process;
    private final PrintStream input;
    private final BlockingQueue<Line> output = new LinkedBlockingQueue<>();
    private final Thread outputReader;
    private final Thread errorReader;

    /** The last lines of the error output, guarded by itself. */
    private final Deque<String> errors = new ArrayDeque<>();

    /** Hears of error lines as they come; guarded by them. */
    private Consumer<String> errorListener = line -> {};

    private Child(String name, Process process) {
        this.name = name;
        this.process = process;
        this.input = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
        this.outputReader = Thread.ofPlatform().daemon().name(name).start(this::readOutput);
        this.errorReader = Thread.ofPlatform().daemon().name(name).start(this::readErrors);
    }

    /** Starts a command of this tool, with the JVM options of this process. */
    public static Child start(String name, List<String> arguments) throws IOException {
        return start(name, List.of(), arguments);
    }

    /** The same, with JVM options that go before those of this process. */
    public static Child start(String name, List<String> options, List<String> arguments)
            throws IOException {
        return start(name, new ProcessBuilder(JavaCommand.of(options, arguments)));
    }

    /** Starts any program. It has to end with its input by itself, or its owner has to kill it. */
    public static Child start(String name, ProcessBuilder program) throws IOException {
        return new Child(name, program.start());
    }

    /** What messages call it. */
    public String name() {
        return name;
    }

    /** The number of the process. */
    public long pid() {
        return process.pid();
    }

    /** Sends a line. */
    public void tell(String line) {
        input.println(line);
    }

    /**
     * Waits for the next line of output.
     *
     * @throws ChildException if none comes in time, or the process has ended
     */
    public String nextLine(long timeoutSeconds) throws ChildException, InterruptedException {
        Line line = output.poll(timeoutSeconds, TimeUnit.SECONDS);
        if (line == null) {
            throw new ChildException(
                    "the %s has said nothing for %d s".formatted(name, timeoutSeconds));
        }
        if (line.text() == null) {
            output.add(line);
            throw ended();
        }
        return line.text();
    }

    /** Waits until the process has ended by itself, and returns its status. */
    public int awaitExit() throws ChildException, InterruptedException {
        if (!process.waitFor(EXIT_TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
            throw new ChildException(
                    "the %s does not end within %d s".formatted(name, EXIT_TIMEOUT_SECONDS));
        }
        return process.exitValue();
    }

    /** Whether the process is gone. */
    public boolean hasEnded() {
        return !process.isAlive();
    }

    /** Completes when the process has ended. */
    public CompletableFuture<?> onExit() {
        return process.onExit();
    }

    /** Has the error lines told as they come, after the last of those that came before. */
    public void forwardErrors(Consumer<String> listener) {
        synchronized (errors) {
            errors.forEach(listener);
            errorListener = listener;
        }
    }

    /** The last error lines; complete when {@link #nextLine} has told the end of the process. */
    public List<String> lastErrors() {
        synchronized (errors) {
            return List.copyOf(errors);
        }
    }

    /** Ends the process and those that it has started, at once. */
    public void kill() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    /** Ends the process if it has not ended, and waits for that. */
    @Override
    public void close() {
        kill();
        boolean interrupted = Thread.interrupted();
        try {
            process.waitFor();
            outputReader.join();
            errorReader.join();
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** How a process that is gone, or about to be, came to its end: what it said last. */
    public ChildException ended() throws InterruptedException {
        int status = process.waitFor();
        errorReader.join();
        synchronized (errors) {
            String said = String.join("\n", errors);
            if (status > SIGNALLED) {
                return new ChildException(signalled(status - SIGNALLED) + after(said));
            }
            return errors.isEmpty()
                    ? new ChildException("the %s ended with status %d".formatted(name, status))
                    : new ChildException(said);
        }
    }

    private String signalled(int signal) {
        String text = "the %s was ended by signal %d".formatted(name, signal);
        return signal == SIGKILL
                ? text + " (SIGKILL): by hand, or by the kernel for want of memory, see dmesg"
                : text;
    }

    private static String after(String said) {
        return said.isEmpty() ? "" : "; it said last: " + said;
    }

    private void readOutput() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                output.add(new Line(line));
            }
        } catch (IOException e) {
            // The process was killed while it wrote: its output ends here.
            output.add(new Line(null));
            return;
        }
        output.add(new Line(null));
    }

    private void readErrors() {
        try (BufferedReader lines = process.errorReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                synchronized (errors) {
                    errorListener.accept(line);
                    errors.addLast(line);
                    if (errors.size() > MAX_ERROR_LINES) {
                        errors.removeFirst();
                    }
                }
            }
        } catch (IOException e) {
            // As above; what was said before is kept.
            return;
        }
    }
}
