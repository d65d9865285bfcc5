package io.weft.cli.million;

import io.weft.cli.child.Child;
import io.weft.cli.child.ChildException;
import io.weft.cli.proc.ProcessStats;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server in another language; it does not know that it has to end with us, so a shell does. */
final class PeerProcess implements AutoCloseable {

    private static final Pattern LISTENING =
            Pattern.compile("listening on \\S+:(\\d+) .*pid=(\\d+) .*");

    /** Ends the server at the end of the input, which comes when this process is gone, too. */
    private static final String SCRIPT =
            "\"$0\" \"$@\" & server=$!; cat >/dev/null; kill \"$server\"; wait \"$server\"";

    /** Of those that own a read buffer per connection. */
    private static final int BUFFER_BYTES = 1_024;

    private static final long START_SECONDS = 20;

    private final Child child;
    private final Matcher listening;

    private PeerProcess(Child child, Matcher listening) {
        this.child = child;
        this.listening = listening;
    }

    static PeerProcess start(Path program, int threads)
            throws IOException, ChildException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(
                        List.of(
                                "sh",
                                "-c",
                                SCRIPT,
                                program.toString(),
                                "--port",
                                "0",
                                "--threads",
                                String.valueOf(threads),
                                "--buffer",
                                String.valueOf(BUFFER_BYTES)));
        // As for our own server: garbage of opening connections adds no pages.
        builder.environment().put("BENCH_JAVA_OPTS", "-Xmn8m");
        Child child = Child.start("server " + program.getFileName(), builder);
        boolean listening = false;
        try {
            String line = child.nextLine(START_SECONDS);
            Matcher matcher = LISTENING.matcher(line);
            if (!matcher.matches()) {
                throw new ChildException("it says: " + line);
            }
            listening = true;
            return new PeerProcess(child, matcher);
        } finally {
            if (!listening) {
                child.close();
            }
        }
    }

    Child child() {
        return child;
    }

    int port() {
        return Integer.parseInt(listening.group(1));
    }

    long residentBytes() throws ChildException {
        try {
            return ProcessStats.residentBytes(Path.of("/proc", listening.group(2)));
        } catch (IOException | IllegalArgumentException e) {
            throw new ChildException("it has ended: " + e.getMessage());
        }
    }

    @Override
    public void close() {
        child.close();
    }
}
