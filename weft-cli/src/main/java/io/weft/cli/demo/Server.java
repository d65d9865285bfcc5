package io.weft.cli.demo;

import com.google.gson.Gson;
import com.google.gson.JsonSyntaxException;
import io.weft.cli.echo.ServerStats;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The echo server of the demo, in a process of its own. */
final class Server implements AutoCloseable {

    private static final Pattern LISTENING = Pattern.compile("listening on (\\S+) procs=(\\d+) .*");

    private static final long ANSWER_TIMEOUT_SECONDS = 20;

    private static final long EMPTY_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static final long EMPTY_CHECK_MILLIS = 20;

    private final Child child;
    private final Gson gson = new Gson();
    private final String address;
    private final int procs;

    private Server(Child child, String address, int procs) {
        this.child = child;
        this.address = address;
        this.procs = procs;
    }

    static Server start(int procs) throws IOException, ChildException, InterruptedException {
        Child child =
                Child.start("server", List.of("echo", "--port=0", "--procs=" + procs, "--control"));
        boolean listening = false;
        try {
            String line = child.nextLine(ANSWER_TIMEOUT_SECONDS);
            Matcher matcher = LISTENING.matcher(line);
            if (!matcher.matches()) {
                throw new ChildException("the server says: " + line);
            }
            listening = true;
            return new Server(child, matcher.group(1), Integer.parseInt(matcher.group(2)));
        } finally {
            if (!listening) {
                child.close();
            }
        }
    }

    Child child() {
        return child;
    }

    /** {@code HOST:PORT}. */
    String address() {
        return address;
    }

    int procs() {
        return procs;
    }

    ServerStats stats() throws ChildException, InterruptedException {
        return ask("stats");
    }

    /** The figures after a garbage collection. */
    ServerStats collected() throws ChildException, InterruptedException {
        return ask("gc");
    }

    /** Has it run goroutines that compute for ever, as many as it has Ps. */
    int startLoops() throws ChildException, InterruptedException {
        ask("loops " + procs);
        return procs;
    }

    /** Waits until the server has closed all connections. */
    void awaitEmpty() throws ChildException, InterruptedException {
        long deadline = System.nanoTime() + EMPTY_TIMEOUT_NANOS;
        while (stats().echo().open() > 0) {
            if (System.nanoTime() - deadline > 0) {
                throw new ChildException("the server keeps connections that the client has closed");
            }
            TimeUnit.MILLISECONDS.sleep(EMPTY_CHECK_MILLIS);
        }
    }

    /** Ends it as a signal would, and checks that it ends well. */
    void quit() throws ChildException, InterruptedException {
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

    private ServerStats ask(String command) throws ChildException, InterruptedException {
        child.tell(command);
        String answer = child.nextLine(ANSWER_TIMEOUT_SECONDS);
        try {
            return gson.fromJson(answer, ServerStats.class);
        } catch (JsonSyntaxException e) {
            throw new ChildException("the server says: " + answer);
        }
    }
}
