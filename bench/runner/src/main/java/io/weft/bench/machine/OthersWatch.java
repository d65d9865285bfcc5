package io.weft.bench.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What the machine does beside this process and the children that it has waited for.
 *
 * @param nanos when this was read
 * @param busyTicks of all CPUs since boot, steal not included
 * @param stealTicks of all CPUs since boot
 * @param ownTicks of this process and of its children that have ended
 */
public record OthersWatch(long nanos, long busyTicks, long stealTicks, long ownTicks) {

    private static final double TICKS_PER_SECOND = 100;

    /** Looks. */
    public static OthersWatch read() throws IOException {
        List<String> machine = Files.readAllLines(Path.of("/proc/stat"));
        String own = Files.readString(Path.of("/proc/self/stat"));
        return parse(System.nanoTime(), machine.getFirst(), own);
    }

    /** Of the first line of /proc/stat and of /proc/self/stat. */
    public static OthersWatch parse(long nanos, String machine, String own) {
        String[] cpu = machine.trim().split("\\s+", -1);
        // The name of the program may hold blanks; after its bracket comes field 3.
        String[] self = own.substring(own.lastIndexOf(')') + 2).split("\\s+", -1);
        return new OthersWatch(
                nanos, sum(cpu, 1, 2, 3, 6, 7), sum(cpu, 8), sum(self, 11, 12, 13, 14));
    }

    private static long sum(String[] fields, int... indexes) {
        long sum = 0;
        for (int i : indexes) {
            sum += Long.parseLong(fields[i]);
        }
        return sum;
    }

    /** Shares of a CPU since an earlier look, by the names that the load generator gives them. */
    public Map<String, Double> since(OthersWatch earlier) {
        double seconds = (nanos - earlier.nanos) / 1e9;
        double ticks = seconds * TICKS_PER_SECOND;
        long others = (busyTicks - earlier.busyTicks) - (ownTicks - earlier.ownTicks);
        return Map.of(
                "seconds", seconds,
                "others", Math.max(0, others) / ticks,
                "steal", (stealTicks - earlier.stealTicks) / ticks);
    }
}
