package io.weft.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Compares the open descriptors of this process with those of an earlier moment. Only sockets and
 * anonymous inodes (epoll, eventfd, io_uring) count: the JVM opens files of its own at any time.
 *
 * <p>Immutable; the answer is about the whole process, so tests that watch do not run in parallel.
 */
public final class FdWatcher {

    private static final Path FD_DIRECTORY = Path.of("/proc/self/fd");
    private static final long RECHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private final Map<Integer, String> before;

    private FdWatcher(Map<Integer, String> before) {
        this.before = before;
    }

    /** Remembers what is open at this moment. */
    public static FdWatcher start() {
        return new FdWatcher(openDescriptors());
    }

    /** The open sockets and anonymous inodes: number and what {@code /proc/self/fd} says of it. */
    public static Map<Integer, String> openDescriptors() {
        Map<Integer, String> open = new TreeMap<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(FD_DIRECTORY)) {
            for (Path entry : entries) {
                String target = targetOf(entry);
                if (target.startsWith("socket:") || target.startsWith("anon_inode:")) {
                    open.put(Integer.valueOf(entry.getFileName().toString()), target);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return open;
    }

    /** What is open and was not when this watcher started. */
    public Map<Integer, String> leaked() {
        Map<Integer, String> open = openDescriptors();
        open.entrySet().removeAll(before.entrySet());
        return open;
    }

    /**
     * Returns when nothing is left open; descriptors that are closed by another thread get until
     * the end of the patience.
     *
     * @throws AssertionError naming what is still open then
     */
    public void assertNothingLeaked(Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        Map<Integer, String> leaked = leaked();
        while (!leaked.isEmpty()) {
            if (System.nanoTime() - deadline >= 0) {
                throw new AssertionError("descriptors left open: " + leaked);
            }
            LockSupport.parkNanos(RECHECK_NANOS);
            leaked = leaked();
        }
    }

    /** Empty for a descriptor that was closed since it was listed. */
    private static String targetOf(Path entry) {
        try {
            return Files.readSymbolicLink(entry).toString();
        } catch (IOException e) {
            return "";
        }
    }
}
