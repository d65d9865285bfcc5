package io.weft.cli.million;

import io.weft.cli.hold.LoopResult;
import io.weft.cli.million.Goal.Verdict;
import io.weft.cli.report.Column;
import io.weft.cli.text.Durations;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What the million is to reach, held against the last stage. */
final class Goals {

    private static final double SECONDS_MOST = 600;
    private static final double RESIDENT_BYTES_MOST = 1_000;
    private static final double KERNEL_BYTES_MOST = 4_700;
    private static final double OPENED_PER_SECOND_LEAST = 25_000;
    private static final long P99_NANOS_MOST = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long P999_NANOS_MOST = TimeUnit.MILLISECONDS.toNanos(250);
    private static final long PAUSE_MILLIS_MOST = 100;
    private static final double GROWTH_PERCENT_MOST = 15;

    private Goals() {}

    static List<Goal> of(
            MillionOptions options, List<Row> rows, MemoryBack memory, double seconds) {
        Row last = rows.getLast();
        LoopResult all = last.all();
        String loop = "loop of %,.0f messages/s over all, ".formatted(options.rate());
        long errors = rows.stream().mapToLong(Row::errors).sum();
        long pause = rows.stream().mapToLong(Row::longestPauseMillis).max().orElse(0);
        return List.of(
                new Goal(
                        "connections that echoed",
                        "%,d".formatted(last.connections()),
                        "= %,d".formatted(options.connections()),
                        Verdict.of(last.connections() == options.connections())),
                new Goal(
                        "messages lost, wrong or not sent",
                        "%,d".formatted(errors),
                        "= 0",
                        Verdict.of(errors == 0)),
                new Goal(
                        "time in all",
                        "%.0f s".formatted(seconds),
                        "<= %.0f s".formatted(SECONDS_MOST),
                        Verdict.of(seconds <= SECONDS_MOST)),
                bytes("server RSS per connection", last.residentBytes(), RESIDENT_BYTES_MOST),
                bytes("kernel memory per socket", last.kernelBytes(), KERNEL_BYTES_MOST),
                new Goal(
                        "connections opened per second",
                        "%,.0f".formatted(last.openedPerSecond()),
                        ">= %,.0f".formatted(OPENED_PER_SECOND_LEAST),
                        Verdict.of(last.openedPerSecond() >= OPENED_PER_SECOND_LEAST)),
                duration(loop + "p99", all.latency().p99(), P99_NANOS_MOST),
                duration(loop + "p99.9", all.latency().p999(), P999_NANOS_MOST),
                new Goal(
                        "longest GC pause of the server",
                        "%d ms".formatted(pause),
                        "<= %d ms".formatted(PAUSE_MILLIS_MOST),
                        Verdict.of(pause <= PAUSE_MILLIS_MOST)),
                memoryBack(last.connections(), memory.serverGrowthPercent()));
    }

    /** After few connections what the compilers have made meanwhile hides what they leave. */
    private static Goal memoryBack(int connections, double growthPercent) {
        boolean measured = connections >= Snapshot.LEAST_FOR_MEMORY;
        return new Goal(
                "server RSS after closing, against empty",
                measured ? "%+.1f %%".formatted(growthPercent) : Column.NONE,
                "<= +%.0f %%".formatted(GROWTH_PERCENT_MOST),
                measured ? Verdict.of(growthPercent <= GROWTH_PERCENT_MOST) : Verdict.NOT_MEASURED);
    }

    private static Goal bytes(String name, @Nullable Double measured, double most) {
        return new Goal(
                name,
                measured == null ? Column.NONE : "%,.0f B".formatted(measured),
                "<= %,.0f B".formatted(most),
                measured == null ? Verdict.NOT_MEASURED : Verdict.of(measured <= most));
    }

    private static Goal duration(String name, long nanos, long most) {
        return new Goal(
                name,
                Durations.text(nanos),
                "<= " + TimeUnit.NANOSECONDS.toMillis(most) + "ms",
                Verdict.of(nanos <= most));
    }
}
