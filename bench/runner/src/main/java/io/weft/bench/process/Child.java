package io.weft.bench.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A process that is told and asked things, a line each way. It is killed when this JVM ends. Used
 * by one thread; {@link #kill} may be called by any.
 */
public final class Child implements AutoCloseable {

    /** A line, or the end of the output. */
    private record Line(@Nullable String text) {}

    private static final int ERROR_LINES_MOST = 20;
    private static final double END_SECONDS = 2;

    private final String name;
    private final Process process;
    private final Thread killer;
    private final PrintStream input;
    private final BlockingQueue<Line> output = new LinkedBlockingQueue<>();
    private final Thread outputReader;
    private final Thread errorReader;

    /** The last lines of the error output, guarded by itself. */
    private final Deque<String> errors = new ArrayDeque<>();

    private Child(String name, Process process) {
        this.name = name;
        this.process = process;
        this.killer = new Thread(this::kill, "kill " + name);
        this.input = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
        this.outputReader = Thread.ofPlatform().daemon().name(name).start(this::readOutput);
        this.errorReader = Thread.ofPlatform().daemon().name(name).start(this::readErrors);
        Runtime.getRuntime().addShutdownHook(killer);
    }

    /** Starts a command with variables added to the environment. */
    public static Child start(String name, List<String> command, Map<String, String> environment)
            throws ChildException {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        try {
            return new Child(name, builder.start());
        } catch (IOException e) {
            throw new ChildException("%s cannot be started: %s".formatted(name, e.getMessage()));
        }
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Sends a line. */
    public void tell(String line) {
        input.println(line);
    }

    /** Ends its input. */
    public void endInput() {
        input.close();
    }

    /**
     * Waits for the next line of output.
     *
     * @throws ChildException if none comes in time, or the process has ended
     */
    public String nextLine(double timeoutSeconds) throws ChildException, InterruptedException {
        Line line = output.poll((long) (timeoutSeconds * 1e9), TimeUnit.NANOSECONDS);
        if (line == null) {
            throw new ChildException("%s said nothing for %.0f s".formatted(name, timeoutSeconds));
        }
        if (line.text() == null) {
            output.add(line);
            throw ended();
        }
        return line.text();
    }

    /** Waits for the end of the process, for a while. */
    public boolean awaitEnd(double timeoutSeconds) throws InterruptedException {
        return process.waitFor((long) (timeoutSeconds * 1e9), TimeUnit.NANOSECONDS);
    }

    /** Whether it has ended with status 0. */
    public boolean endedWell() {
        return !process.isAlive() && process.exitValue() == 0;
    }

    /** Asks the process to end, as SIGTERM does. */
    public void terminate() {
        process.destroy();
    }

    /** Ends the process and what it started at once. */
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
        forgetKiller();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void forgetKiller() {
        try {
            Runtime.getRuntime().removeShutdownHook(killer);
        } catch (IllegalStateException e) {
            // The JVM is ending already, and the hook has run or will run for nothing.
            return;
        }
    }

    /** Why it has ended, in one line; a process that only closed its output is ended first. */
    public ChildException ended() throws InterruptedException {
        if (!awaitEnd(END_SECONDS)) {
            kill();
        }
        int status = process.waitFor();
        errorReader.join();
        synchronized (errors) {
            String said = errors.isEmpty() ? "" : ": " + String.join("; ", errors);
            return new ChildException("%s ended with status %d%s".formatted(name, status, said));
        }
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
                    errors.addLast(line);
                    if (errors.size() > ERROR_LINES_MOST) {
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
