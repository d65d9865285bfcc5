package io.weft.cli.echo;

import com.sun.management.ThreadMXBean;
import io.weft.RuntimeCounters;
import io.weft.WeftRuntime;
import io.weft.cli.proc.ProcessStats;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;

/**
 * Everything that a measurement of the server wants to know at one moment. Totals grow from the
 * start of the process; take two and subtract.
 *
 * @param monotonicNanos when this was taken, by {@link System#nanoTime}
 * @param residentBytes see {@link ProcessStats}
 * @param heapBytes heap in use, garbage included
 * @param allocatedBytes heap that all threads have ever allocated
 * @param gcCount garbage collections
 * @param gcMillis time they took
 * @param cpuNanos CPU time of the process
 * @param contextSwitches of all threads that live
 * @param liveGoroutines goroutines that have not ended
 * @param schedules times a goroutine was put on a thread
 * @param polls looks into a poller
 * @param pollEvents events found by polls
 * @param steals successful steals
 * @param stalePolls looks into the poller of another P
 * @param wakeUps times an idle P was woken
 * @param idles times a P went to sleep
 * @param overflows times half a full run queue was moved to the global one
 * @param wouldBlocks calls that the kernel answered with EAGAIN
 * @param echo connections, messages, bytes, errors
 */
public record ServerStats(
        long monotonicNanos,
        long residentBytes,
        long heapBytes,
        long allocatedBytes,
        long gcCount,
        long gcMillis,
        long cpuNanos,
        long contextSwitches,
        long liveGoroutines,
        long schedules,
        long polls,
        long pollEvents,
        long steals,
        long stalePolls,
        long wakeUps,
        long idles,
        long overflows,
        long wouldBlocks,
        EchoTotals echo) {

    static ServerStats of(WeftRuntime runtime, EchoServer server) {
        ProcessStats process = ProcessStats.self();
        RuntimeCounters counters = runtime.counters();
        long gcCount = 0;
        long gcMillis = 0;
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            gcCount += Math.max(0, collector.getCollectionCount());
            gcMillis += Math.max(0, collector.getCollectionTime());
        }
        return new ServerStats(
                System.nanoTime(),
                process.residentBytes(),
                ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
                allocatedByAll(),
                gcCount,
                gcMillis,
                process.cpuNanos(),
                process.contextSwitches(),
                counters.liveGoroutines(),
                counters.scheduler().schedules(),
                counters.scheduler().polls(),
                counters.scheduler().pollEvents(),
                counters.scheduler().steals(),
                counters.scheduler().stalePolls(),
                counters.scheduler().wakeUps(),
                counters.scheduler().idles(),
                counters.scheduler().overflows(),
                counters.netpoll().wouldBlocks(),
                server.totals());
    }

    private static long allocatedByAll() {
        return ManagementFactory.getThreadMXBean() instanceof ThreadMXBean threads
                ? threads.getTotalThreadAllocatedBytes()
                : 0;
    }
}
