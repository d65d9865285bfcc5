package io.weft.cli.workers;

import com.google.gson.Gson;
import com.google.gson.JsonSyntaxException;
import io.weft.cli.child.Child;
import io.weft.cli.child.ChildException;
import io.weft.cli.echo.EchoTotals;
import io.weft.cli.echo.EchoUsage;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One of the processes: its figures, which it is asked for again and again, since a process that is
 * killed cannot tell them any more.
 *
 * <p>Used by one thread at a time; {@link #kill} may be called by any.
 */
final class Worker {

    /**
     * Where a process listens.
     *
     * @param address {@code HOST:PORT}
     * @param procs its Ps
     * @param poller what its Ps wait with
     */
    record Listening(String address, int procs, String poller) {

        int port() {
            return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
        }
    }

    private static final Pattern LISTENING =
            Pattern.compile("listening on (\\S+) procs=(\\d+) poller=(\\S+) .*");

    /** Its warm-up may be long, and of many that start at once each has a share of the CPUs. */
    private static final long START_TIMEOUT_SECONDS = 600;

    private static final long ANSWER_TIMEOUT_SECONDS = 1;

    /** How old the figures of a process that is killed may be. */
    private static final long ASK_EVERY_MILLIS = 1_000;

    /** A process drains for 6 s at most before it says its last figures. */
    private static final long LAST_WORD_TIMEOUT_SECONDS = 10;

    /** Ctrl-C reaches every process; the first of them may have ended before all have heard it. */
    private static final long SIGNAL_SPREAD_MILLIS = 1_000;

    /** The status of a process that a signal has ended is this and the signal's number. */
    private static final int BY_SIGNAL = 128;

    private final Child child;
    private final Gson gson = new Gson();

    private EchoUsage usage = EchoUsage.NONE;
    private String mark = "";

    /** Whether a question has not been answered yet. */
    private boolean isAsked;

    /** Whether the figures are those with which it ended. */
    private boolean hasLastFigures;

    private Worker(Child child) {
        this.child = child;
    }

    static Worker start(List<String> arguments) throws IOException {
        return new Worker(Child.start("process", arguments));
    }

    long pid() {
        return child.pid();
    }

    WorkerFigures figures() {
        return new WorkerFigures(pid(), usage, mark);
    }

    /** Ends it at once. */
    void kill() {
        child.kill();
    }

    /**
     * Waits until it serves.
     *
     * @throws ChildException if it does not; the message is what it said
     */
    Listening awaitListening() throws ChildException, InterruptedException {
        String line = child.nextLine(START_TIMEOUT_SECONDS);
        Matcher matcher = LISTENING.matcher(line);
        if (!matcher.matches()) {
            throw new ChildException("process %d says: %s".formatted(pid(), line));
        }
        return new Listening(
                matcher.group(1), Integer.parseInt(matcher.group(2)), matcher.group(3));
    }

    /**
     * Follows the process until it has ended, by itself or because it is told to.
     *
     * @param drain its completion asks the process to drain and to end
     * @param listener hears what a person has to know, each as soon as it happens
     */
    void follow(CompletableFuture<?> drain, WorkerListener listener) throws InterruptedException {
        child.forwardErrors(line -> listener.said(pid(), line));
        try {
            CompletableFuture<?> over = CompletableFuture.anyOf(child.onExit(), drain);
            do {
                ask();
            } while (!isDone(over, ASK_EVERY_MILLIS));
            if (drain.isDone()) {
                child.tell("quit");
            }
            hearLastWords();
            String failure = failure(drain);
            if (failure != null) {
                mark = failure + (hasLastFigures ? "" : "; last known figures");
                listener.failed(pid(), failure, child.lastErrors());
            }
        } finally {
            child.close();
        }
    }

    private void ask() throws InterruptedException {
        if (!isAsked) {
            child.tell("usage");
        }
        isAsked = true;
        try {
            take(child.nextLine(ANSWER_TIMEOUT_SECONDS));
            isAsked = false;
        } catch (ChildException e) {
            // It has ended, which the caller sees, or stands still and answers when it goes on.
            return;
        }
    }

    private void hearLastWords() throws InterruptedException {
        try {
            while (true) {
                take(child.nextLine(LAST_WORD_TIMEOUT_SECONDS));
            }
        } catch (ChildException e) {
            // The output is over, or nothing comes any more: its status tells which.
            return;
        }
    }

    /** Why the process is not one that served until all were told to stop, or null if it is. */
    private @Nullable String failure(CompletableFuture<?> drain) throws InterruptedException {
        int status;
        try {
            status = child.awaitExit();
        } catch (ChildException e) {
            return "was killed, since it did not end";
        }
        if (status > BY_SIGNAL) {
            return "was ended by signal %d".formatted(status - BY_SIGNAL);
        }
        if (status != 0) {
            return "ended with status %d".formatted(status);
        }
        return isDone(drain, SIGNAL_SPREAD_MILLIS) ? null : "ended before the others";
    }

    /** Figures are JSON; what else a server says is its line of totals, at its end. */
    private void take(String line) {
        hasLastFigures = line.startsWith(EchoTotals.SERVED);
        if (!line.startsWith("{")) {
            return;
        }
        try {
            usage = gson.fromJson(line, EchoUsage.class);
        } catch (JsonSyntaxException e) {
            // Killed in the middle of the line: the figures before it are the last.
            return;
        }
    }

    private static boolean isDone(CompletableFuture<?> future, long timeoutMillis)
            throws InterruptedException {
        try {
            future.get(timeoutMillis, TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException("echo: a wait has failed", e);
        }
    }
}
