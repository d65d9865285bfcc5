package io.weft.cli.report;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where figures were taken.
 *
 * @param cpu the processor's name
 * @param processors that the JVM may use
 * @param memoryBytes physical memory
 * @param system kernel and architecture
 * @param java the JVM
 */
public record Machine(String cpu, int processors, long memoryBytes, String system, String java) {

    /** Of the running JVM. */
    public static Machine thisOne() {
        return new Machine(
                cpuName(),
                Runtime.getRuntime().availableProcessors(),
                ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean os
                        ? os.getTotalMemorySize()
                        : 0,
                "%s %s %s"
                        .formatted(
                                System.getProperty("os.name"),
                                System.getProperty("os.version"),
                                System.getProperty("os.arch")),
                System.getProperty("java.vm.name") + " " + Runtime.version());
    }

    /** The line is there on x86; elsewhere the architecture has to do. */
    private static String cpuName() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/cpuinfo"))) {
                if (line.startsWith("model name")) {
                    return line.substring(line.indexOf(':') + 1).strip();
                }
            }
        } catch (IOException e) {
            return System.getProperty("os.arch", "unknown");
        }
        return System.getProperty("os.arch", "unknown");
    }
}
