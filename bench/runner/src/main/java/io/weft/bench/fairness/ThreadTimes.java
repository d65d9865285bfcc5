package io.weft.bench.fairness;

import io.weft.bench.process.ChildException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** CPU time of a process to the nanosecond, by the kernel's counts of its live threads. */
final class ThreadTimes {

    private ThreadTimes() {}

    static long nanos(long pid) throws ChildException {
        long sum = 0;
        try (var threads =
                Files.newDirectoryStream(Path.of("/proc", String.valueOf(pid), "task"))) {
            for (Path thread : threads) {
                sum += nanos(thread.resolve("schedstat"));
            }
        } catch (IOException e) {
            throw new ChildException("the CPU time of process %d cannot be read".formatted(pid));
        }
        return sum;
    }

    private static long nanos(Path file) throws IOException {
        try {
            String text = Files.readString(file);
            return Long.parseLong(text.substring(0, text.indexOf(' ')));
        } catch (NoSuchFileException e) {
            // The thread has ended since the folder was read.
            return 0;
        }
    }
}
