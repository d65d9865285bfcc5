package io.weft.cli.child;

import com.google.gson.Gson;
import com.google.gson.JsonSyntaxException;
import io.weft.cli.echo.GcPauses;
import io.weft.cli.echo.ServerStats;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An echo server in a process of its own. */
public final class EchoProcess implements AutoCloseable {

    private static final Pattern LISTENING =
            Pattern.compile("listening on (\\S+):(\\d+) procs=(\\d+) poller=(\\S+) .*");

    /** A collection of a million connections takes seconds, and comes before the answer. */
    private static final long ANSWER_TIMEOUT_SECONDS = 60;

    private static final long EMPTY_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** The server counts all of its connections for an answer, and closes none meanwhile. */
    private static final long EMPTY_CHECK_MILLIS_LEAST = 20;

    private static final long EMPTY_CHECK_MILLIS_MOST = 500;

    private static final long CONNECTIONS_PER_MILLI = 1_000;

    private final Child child;
    private final Gson gson = new Gson();
    private final Matcher listening;

    private EchoProcess(Child child, Matcher listening) {
        this.child = child;
        this.listening = listening;
    }

    /**
     * Starts a server on a free port, and waits until it listens.
     *
     * @param arguments further ones
     */
    public static EchoProcess start(List<String> arguments)
            throws IOException, ChildException, InterruptedException {
        List<String> all = new ArrayList<>(List.of("echo", "--port=0", "--control"));
        all.addAll(arguments);
        Child child = Child.start("server", all);
        boolean listening = false;
        try {
            String line = child.nextLine(ANSWER_TIMEOUT_SECONDS);
            Matcher matcher = LISTENING.matcher(line);
            if (!matcher.matches()) {
                throw new ChildException("the server says: " + line);
            }
            listening = true;
            return new EchoProcess(child, matcher);
        } finally {
            if (!listening) {
                child.close();
            }
        }
    }

    public Child child() {
        return child;
    }

    /** {@code HOST:PORT}. */
    public String address() {
        return listening.group(1) + ":" + listening.group(2);
    }

    public int port() {
        return Integer.parseInt(listening.group(2));
    }

    public int procs() {
        return Integer.parseInt(listening.group(3));
    }

    /** What it waits with, for example {@code epoll}. */
    public String poller() {
        return listening.group(4);
    }

    public ServerStats stats() throws ChildException, InterruptedException {
        return ask("stats", ServerStats.class);
    }

    /** The figures after a garbage collection. */
    public ServerStats collected() throws ChildException, InterruptedException {
        return ask("gc", ServerStats.class);
    }

    /** The pauses for collections since the last time that this was asked. */
    public GcPauses.Summary pauses() throws ChildException, InterruptedException {
        return ask("pauses", GcPauses.Summary.class);
    }

    /** Has it run goroutines that compute for ever, as many as it has Ps. */
    public int startLoops() throws ChildException, InterruptedException {
        ask("loops " + procs(), ServerStats.class);
        return procs();
    }

    /** Waits until the server has closed all connections, for as long as they become fewer. */
    public void awaitEmpty() throws ChildException, InterruptedException {
        long open = Long.MAX_VALUE;
        long deadline = 0;
        while (open > 0) {
            long now = stats().echo().open();
            if (now < open) {
                deadline = System.nanoTime() + EMPTY_TIMEOUT_NANOS;
            } else if (System.nanoTime() - deadline > 0) {
                throw new ChildException(
                        "the server keeps %,d connections that the client has closed"
                                .formatted(now));
            }
            open = now;
            TimeUnit.MILLISECONDS.sleep(
                    Math.clamp(
                            open / CONNECTIONS_PER_MILLI,
                            EMPTY_CHECK_MILLIS_LEAST,
                            EMPTY_CHECK_MILLIS_MOST));
        }
    }

    /** Ends it as a signal would, and checks that it ends well. */
    public void quit() throws ChildException, InterruptedException {
        child.tell("quit");
        int status = child.awaitExit();
        if (status != 0) {
            throw new ChildException("the server ended with status " + status);
        }
    }

    @Override
    public void close() {
        child.close();
    }

    private <T> T ask(String command, Class<T> kind) throws ChildException, InterruptedException {
        child.tell(command);
        String answer = child.nextLine(ANSWER_TIMEOUT_SECONDS);
        try {
            return gson.fromJson(answer, kind);
        } catch (JsonSyntaxException e) {
            throw new ChildException("the server says: " + answer);
        }
    }
}
