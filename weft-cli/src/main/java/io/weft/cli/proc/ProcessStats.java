package io.weft.cli.proc;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What a process has used so far, as its directory in {@code /proc} says. Needs no privilege for
 * one's own processes.
 *
 * @param residentBytes physical memory, shared pages included
 * @param cpuNanos user and system time of all threads, ended ones included; a multiple of 10 ms
 * @param voluntarySwitches times that a thread, among those that live, gave its CPU away
 * @param involuntarySwitches times that a CPU was taken from a thread, among those that live
 * @param threads threads that live
 */
public record ProcessStats(
        long residentBytes,
        long cpuNanos,
        long voluntarySwitches,
        long involuntarySwitches,
        int threads) {

    /** The kernel reports times to user space in hundredths of a second on every architecture. */
    private static final long TICK_NANOS = 10_000_000;

    /** In {@code stat}, user time is field 14 and system time field 15; 3 follows the name. */
    private static final int USER_TIME = 14 - 3;

    /** Reads about the calling process. */
    public static ProcessStats self() {
        try {
            return read(Path.of("/proc/self"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads a process directory such as {@code /proc/4711}. */
    public static ProcessStats read(Path directory) throws IOException {
        long voluntary = 0;
        long involuntary = 0;
        int threads = 0;
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(directory.resolve("task"))) {
            for (Path task : tasks) {
                List<String> status = ThreadSwitches.linesUnlessGone(task.resolve("status"));
                if (!status.isEmpty()) {
                    voluntary += ProcFile.number(status, "voluntary_ctxt_switches");
                    involuntary += ProcFile.number(status, "nonvoluntary_ctxt_switches");
                    threads++;
                }
            }
        }
        long residentBytes = residentBytes(directory);
        String stat = Files.readString(directory.resolve("stat"));
        return new ProcessStats(residentBytes, cpuNanos(stat), voluntary, involuntary, threads);
    }

    /** Only the physical memory of the process, of which a directory tells. */
    public static long residentBytes(Path directory) throws IOException {
        List<String> status = Files.readAllLines(directory.resolve("status"));
        return ProcFile.number(status, "VmRSS") * 1024;
    }

    /** All context switches. */
    public long contextSwitches() {
        return voluntarySwitches + involuntarySwitches;
    }

    /** The name of the program stands in parentheses and may hold anything, spaces included. */
    private static long cpuNanos(String stat) {
        List<String> fields = ProcFile.words(stat.substring(stat.lastIndexOf(')') + 1));
        long ticks =
                Long.parseLong(fields.get(USER_TIME)) + Long.parseLong(fields.get(USER_TIME + 1));
        return ticks * TICK_NANOS;
    }
}
