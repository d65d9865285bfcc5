package io.weft.bench.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Where figures are taken.
 *
 * @param cpu the processor's name
 * @param cpus that may be used
 * @param memoryBytes physical memory
 * @param kernel name, release and architecture
 */
public record Machine(String cpu, int cpus, long memoryBytes, String kernel) {

    public static Machine self() {
        return new Machine(
                valueOf("/proc/cpuinfo", "model name", System.getProperty("os.arch", "unknown")),
                Runtime.getRuntime().availableProcessors(),
                kibibytes(valueOf("/proc/meminfo", "MemTotal", "0 kB")) << 10,
                "%s %s %s"
                        .formatted(
                                System.getProperty("os.name"),
                                System.getProperty("os.version"),
                                System.getProperty("os.arch")));
    }

    /** The first value of a file with lines {@code key: value}. */
    private static String valueOf(String file, String key, String otherwise) {
        try {
            for (String line : Files.readAllLines(Path.of(file))) {
                List<String> parts = List.of(line.split(":", 2));
                if (parts.size() == 2 && parts.getFirst().strip().equals(key)) {
                    return parts.getLast().strip();
                }
            }
        } catch (IOException e) {
            return otherwise;
        }
        return otherwise;
    }

    private static long kibibytes(String text) {
        return Long.parseLong(text.replaceFirst("\\D.*", ""));
    }
}
