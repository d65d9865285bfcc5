package io.weft.cli.proc;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Memory that can still be had.
 *
 * @param bytes how much
 * @param source what says so
 */
public record MemoryRoom(long bytes, String source) {

    private static final long KIB = 1024;

    /** What is to be read in a group's directory, by the version of the control groups. */
    private record GroupFiles(String limit, String usage) {}

    private static final GroupFiles VERSION_1 =
            new GroupFiles("memory.limit_in_bytes", "memory.usage_in_bytes");

    private static final GroupFiles VERSION_2 = new GroupFiles("memory.max", "memory.current");

    /** Of this process. */
    public static MemoryRoom read() throws IOException {
        return read(Path.of("/"));
    }

    /** Of a machine below a directory; the tightest of its memory and the limits of its groups. */
    public static MemoryRoom read(Path root) throws IOException {
        List<String> meminfo = Files.readAllLines(root.resolve("proc/meminfo"));
        MemoryRoom room =
                new MemoryRoom(
                        ProcFile.number(meminfo, "MemAvailable") * KIB,
                        "MemAvailable of /proc/meminfo");
        Path groups = root.resolve("proc/self/cgroup");
        if (!Files.exists(groups)) {
            return room;
        }
        for (String line : Files.readAllLines(groups)) {
            // number:controllers:path, where version 2 has no controllers.
            String[] parts = line.split(":", 3);
            Path mount = root.resolve("sys/fs/cgroup");
            if (parts[1].equals("memory")) {
                room = room.tightest(mount.resolve("memory"), parts[2], VERSION_1);
            } else if (parts[1].isEmpty()) {
                room = room.tightest(mount, parts[2], VERSION_2);
            }
        }
        return room;
    }

    /** The limits of a group and of those around it. */
    private MemoryRoom tightest(Path mount, String group, GroupFiles files) {
        MemoryRoom tightest = this;
        Path directory = mount.resolve(group.substring(1)).normalize();
        while (directory != null && directory.startsWith(mount)) {
            Long limit = number(directory.resolve(files.limit()));
            Long usage = number(directory.resolve(files.usage()));
            if (limit != null && usage != null && limit - usage < tightest.bytes) {
                Path source = directory.resolve(files.limit());
                tightest = new MemoryRoom(Math.max(0, limit - usage), source.toString());
            }
            directory = directory.getParent();
        }
        return tightest;
    }

    /** Null where there is no file, or no limit in it. */
    private static @Nullable Long number(Path file) {
        try {
            return Long.valueOf(Files.readString(file).strip());
        } catch (IOException | NumberFormatException e) {
            return null;
        }
    }
}
