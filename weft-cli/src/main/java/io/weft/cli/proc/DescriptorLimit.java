package io.weft.cli.proc;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How many file descriptors this process may have, and has.
 *
 * @param soft the limit that the kernel enforces (RLIMIT_NOFILE)
 * @param hard what the process may raise it to; the JVM does so at its start
 * @param inUse descriptors that are open
 */
public record DescriptorLimit(long soft, long hard, long inUse) {

    /** Descriptors that the JVM opens later: class files, pollers, the terminal. */
    public static final int RESERVE = 64;

    private static final String LIMIT_NAME = "Max open files";

    /** Reads about the calling process. */
    public static DescriptorLimit self() throws IOException {
        return read(Path.of("/proc/self"));
    }

    /** Reads a process directory such as {@code /proc/self}. */
    public static DescriptorLimit read(Path directory) throws IOException {
        for (String line : Files.readAllLines(directory.resolve("limits"))) {
            if (line.startsWith(LIMIT_NAME)) {
                List<String> words = ProcFile.words(line.substring(LIMIT_NAME.length()));
                return new DescriptorLimit(
                        limit(words.get(0)), limit(words.get(1)), count(directory.resolve("fd")));
            }
        }
        throw new IOException("no line \"" + LIMIT_NAME + "\" in " + directory.resolve("limits"));
    }

    /** Connections that fit beside what is open and what the JVM may still open. */
    public long room() {
        return Math.max(0, soft - inUse - RESERVE);
    }

    /** Why so many connections cannot be opened, with the cure; empty when they can. */
    public Optional<String> refusal(long connections) {
        if (connections <= room()) {
            return Optional.empty();
        }
        String cure =
                soft < hard
                        ? "raise it with `ulimit -n %d`".formatted(hard)
                        : "raise the hard limit (LimitNOFILE= of the systemd unit, --ulimit nofile="
                                + " of the container, /etc/security/limits.conf)";
        return Optional.of(
                ("%,d connections need as many file descriptors, but RLIMIT_NOFILE allows this"
                                + " process %,d (hard limit %,d), of which %,d are open and %,d"
                                + " kept for the JVM: %s, or use --connections %d")
                        .formatted(connections, soft, hard, inUse, RESERVE, cure, room()));
    }

    private static long limit(String word) {
        return word.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(word);
    }

    private static long count(Path directory) throws IOException {
        try (Stream<Path> descriptors = Files.list(directory)) {
            return descriptors.count();
        }
    }
}
