package io.weft.cli.echo;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/**
 * What a server has served and what that took: cheap enough to be asked for every second, which a
 * {@link ServerStats}, for which the files of all threads are read, is not.
 *
 * @param cpuNanos CPU time of the process
 * @param echo connections, messages, bytes, errors
 */
public record EchoUsage(long cpuNanos, EchoTotals echo) {

    /** Of a server that has served nothing. */
    public static final EchoUsage NONE = new EchoUsage(0, EchoTotals.NONE);

    static EchoUsage of(EchoServer server) {
        return new EchoUsage(
                ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean os
                        ? os.getProcessCpuTime()
                        : 0,
                server.totals());
    }
}
