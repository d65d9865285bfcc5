package io.weft.bench.process;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server that listens. Used by one thread. */
public final class ServerProcess implements AutoCloseable {

    /** {@code listening on 127.0.0.1:PORT … pid=PID …} */
    private static final Pattern LISTENING =
            Pattern.compile("listening on \\S*:(\\d+)\\b.*\\bpid=(\\d+).*");

    private static final Pattern VERSION = Pattern.compile("version=\"([^\"]*)\"");

    private static final double START_SECONDS = 60;
    private static final double ANSWER_SECONDS = 20;

    /** A server drains for 5 s at most before it ends. */
    private static final double END_SECONDS = 10;

    private static final int EMPTY_LOOKS = 300;
    private static final long EMPTY_LOOK_MILLIS = 100;

    private final String name;
    private final Child child;
    private final int port;
    private final long pid;
    private final String version;

    private ServerProcess(String name, Child child, Matcher listening) {
        this.name = name;
        this.child = child;
        this.port = Integer.parseInt(listening.group(1));
        this.pid = Long.parseLong(listening.group(2));
        Matcher stated = VERSION.matcher(listening.group());
        this.version = stated.find() ? stated.group(1) : "";
    }

    /**
     * Starts a server on some CPUs and waits until it listens.
     *
     * @param cpus as {@code taskset -c} takes them
     * @throws ChildException if it ends, or does not say in time that it listens
     */
    public static ServerProcess start(
            String name, List<String> command, String cpus, Map<String, String> environment)
            throws ChildException, InterruptedException {
        List<String> pinned = new ArrayList<>(List.of("taskset", "-c", cpus));
        pinned.addAll(command);
        Child child = Child.start(name, pinned, environment);
        boolean listens = false;
        try {
            String line = child.nextLine(START_SECONDS);
            Matcher listening = LISTENING.matcher(line);
            if (!listening.matches()) {
                throw new ChildException("%s says: %s".formatted(name, line));
            }
            listens = true;
            return new ServerProcess(name, child, listening);
        } finally {
            if (!listens) {
                child.close();
            }
        }
    }

    public String name() {
        return name;
    }

    public int port() {
        return port;
    }

    public long pid() {
        return pid;
    }

    /** As it states it when it starts, or empty. */
    public String version() {
        return version;
    }

    public boolean isAlive() {
        return child.isAlive();
    }

    /** Why it has ended. */
    public String endText() throws InterruptedException {
        return String.valueOf(child.ended().getMessage());
    }

    /** Sends a command to a Weft server and returns its answer. */
    public JsonObject ask(String command) throws ChildException, InterruptedException {
        child.tell(command);
        String answer = child.nextLine(ANSWER_SECONDS);
        try {
            return JsonParser.parseString(answer).getAsJsonObject();
        } catch (JsonParseException | IllegalStateException e) {
            throw new ChildException("%s answers: %s".formatted(name, answer));
        }
    }

    /** Waits until no more goroutines of a Weft server live; connections take a moment to end. */
    public void awaitGoroutines(long most) throws ChildException, InterruptedException {
        long live = 0;
        for (int look = 0; look < EMPTY_LOOKS; look++) {
            live = ask("stats").get("liveGoroutines").getAsLong();
            if (live <= most) {
                return;
            }
            TimeUnit.MILLISECONDS.sleep(EMPTY_LOOK_MILLIS);
        }
        throw new ChildException(
                "%d goroutines of %s are still live, %d were expected".formatted(live, name, most));
    }

    /** Resident memory, exact; takes milliseconds of a large process. */
    public long residentBytes() throws ChildException {
        return bytes("smaps_rollup", "Rss:");
    }

    /** Resident memory to a few pages per thread; takes microseconds. */
    public long roughResidentBytes() throws ChildException {
        return bytes("status", "VmRSS:");
    }

    private long bytes(String file, String key) throws ChildException {
        try {
            for (String line : Files.readAllLines(proc(file))) {
                if (line.startsWith(key)) {
                    return Long.parseLong(line.replaceAll("\\D", "")) << 10;
                }
            }
        } catch (IOException e) {
            throw gone();
        }
        throw gone();
    }

    /** Open file descriptors. */
    public long descriptors() throws ChildException {
        try (var entries = Files.list(proc("fd"))) {
            return entries.count();
        } catch (IOException e) {
            throw gone();
        }
    }

    private Path proc(String file) {
        return Path.of("/proc", String.valueOf(pid), file);
    }

    private ChildException gone() {
        return new ChildException("process %d of %s is gone".formatted(pid, name));
    }

    /** Ends it as a signal would, and by force where that takes too long. */
    @Override
    public void close() {
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroy);
        try {
            child.awaitEnd(END_SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        child.close();
    }
}
