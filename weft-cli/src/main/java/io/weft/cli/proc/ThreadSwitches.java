package io.weft.cli.proc;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Context switches of each thread of a process. Their sum may fall, when a thread ends; what was
 * added to those that live does not.
 *
 * @param byThread count so far, by the number of the thread
 */
public record ThreadSwitches(Map<String, Long> byThread) {

    /** Reads a process directory such as {@code /proc/4711}. */
    public static ThreadSwitches read(Path directory) throws IOException {
        Map<String, Long> switches = new HashMap<>();
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(directory.resolve("task"))) {
            for (Path task : tasks) {
                List<String> status = linesUnlessGone(task.resolve("status"));
                if (!status.isEmpty()) {
                    long count =
                            ProcFile.number(status, "voluntary_ctxt_switches")
                                    + ProcFile.number(status, "nonvoluntary_ctxt_switches");
                    switches.put(task.getFileName().toString(), count);
                }
            }
        }
        return new ThreadSwitches(Map.copyOf(switches));
    }

    /** What the threads that live now have added since then. */
    public long since(ThreadSwitches then) {
        long sum = 0;
        for (Map.Entry<String, Long> each : byThread.entrySet()) {
            sum += each.getValue() - then.byThread.getOrDefault(each.getKey(), 0L);
        }
        return sum;
    }

    /** A thread may end between the listing and the reading; ESRCH comes as a plain exception. */
    static List<String> linesUnlessGone(Path file) throws IOException {
        try {
            return Files.readAllLines(file);
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            if (Files.exists(file)) {
                throw e;
            }
            return List.of();
        }
    }
}
