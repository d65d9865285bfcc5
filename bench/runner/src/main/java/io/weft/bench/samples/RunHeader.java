package io.weft.bench.samples;

import java.util.List;
import java.util.Map;

/**
 * Under what conditions the samples of a run were taken.
 *
 * @param run names the run; samples refer to it
 * @param bench the measurement, such as {@code echo}
 * @param date when it started, as ISO 8601 in UTC
 * @param command the command line that repeats it
 * @param commit of the project, with {@code -dirty} where files differed from it
 * @param cpu the processor's name
 * @param cpus CPUs that the run could use
 * @param memoryBytes physical memory
 * @param kernel name, release and architecture
 * @param pinning which side ran on which CPUs
 * @param versions of servers and peers, by their names
 * @param leftOut servers that could not be built, with the reasons
 * @param commands command lines of servers and load, by their names
 */
public record RunHeader(
        String run,
        String bench,
        String date,
        String command,
        String commit,
        String cpu,
        int cpus,
        long memoryBytes,
        String kernel,
        String pinning,
        Map<String, String> versions,
        Map<String, String> leftOut,
        Map<String, List<String>> commands) {}
