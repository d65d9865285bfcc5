package io.weft.cli.million;

import io.weft.cli.hold.LoopResult;
import io.weft.cli.load.LoadResult.Latency;
import io.weft.cli.load.LoadResult.Point;
import io.weft.cli.report.Machine;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Figures for the tests of what is made of them. */
final class Samples {

    private static final MemoryBack BACK = back(110_000_000);

    private Samples() {}

    static MillionOptions options() {
        return new MillionOptions(1_000_000, 1, 20_000, 10, 1, "io_uring", null);
    }

    static MillionReport report(Row... rows) {
        List<Row> all = List.of(rows);
        return new MillionReport(
                "2026-01-02T03:04:05.678Z",
                new Machine("<CPU> & Co", 2, 24L << 30, "Linux 6.18 amd64", "VM 25"),
                1_000_000,
                1,
                20_000,
                10,
                1,
                2,
                "io_uring",
                321.4,
                List.of(
                        new Sysctls.Outcome(
                                "net.core.somaxconn", "128", "4096", "denied", "why", "slow")),
                all,
                BACK,
                List.of(
                        new Peer("Go", 18_000, 4_188.2, "measured now, 18,000 connections"),
                        new Peer("JDK", 0, null, "it is not built")),
                Goals.of(options(), all, BACK, 321.4),
                List.of(new Gauge.Reading(0.5, 100_000_000, 100_000_000, 9_400_000_000L)));
    }

    static MemoryBack back(long residentAfter) {
        return new MemoryBack(
                new Snapshot(5_000_000, 100_000_000, 90_000_000, 50_000_000, null),
                new Snapshot(5_000_000, residentAfter, 95_000_000, 60_000_000, null));
    }

    static Row row(int connections, @Nullable Double bytes, LoopResult all) {
        return new Row(
                connections,
                connections,
                31_234.5,
                0,
                bytes,
                bytes,
                bytes == null ? null : 4_512.3,
                null,
                bytes,
                31.2,
                0.001,
                41_734.2,
                0.8,
                all,
                loop(connections / 100, 0),
                12,
                88);
    }

    static LoopResult loop(int connections, long lost) {
        return new LoopResult(
                connections,
                200_000,
                200_000 - lost,
                19_999.6,
                new Latency(
                        45_600,
                        900_000,
                        31_700_000,
                        110_000_000,
                        120_000_000,
                        1_130_000_000,
                        300_000,
                        List.of(new Point(50, 45_600))),
                0,
                3,
                lost,
                0,
                null);
    }
}
