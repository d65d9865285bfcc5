package io.weft.cli.demo;

import io.weft.cli.load.LoadResult.Latency;
import io.weft.cli.load.LoadResult.Point;
import io.weft.cli.report.Machine;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reports for the tests of what is made of them. */
final class Samples {

    private Samples() {}

    static DemoReport report(@Nullable String kernelMemoryUnreadable) {
        return new DemoReport(
                "2026-01-02T03:04:05.678Z",
                new Machine("<CPU> & Co", 2, 24L << 30, "Linux 6.18 amd64", "VM 25"),
                64,
                5,
                1,
                1,
                kernelMemoryUnreadable,
                List.of(stage(1, null), stage(10_000, 1_234.5)),
                busy(0));
    }

    static BusyResult busy(long lost) {
        return new BusyResult(
                2,
                100,
                2_000,
                1_999.6,
                new Latency(
                        110_000,
                        900_000,
                        9_100_000,
                        11_000_000,
                        12_000_000,
                        13_000_000,
                        300_000,
                        List.of(new Point(50, 110_000))),
                lost,
                1.9,
                0,
                null);
    }

    static StageResult stage(int connections, @Nullable Double bytes) {
        return new StageResult(
                connections,
                bytes,
                bytes,
                bytes,
                41_734.2,
                142_455.7,
                new Latency(
                        15_800,
                        20_000,
                        59_300,
                        2_090_000,
                        3_000_000,
                        1_520_000_000,
                        17_000,
                        List.of(new Point(50, 15_800), new Point(100, 1_520_000_000))),
                8_935.4,
                1_000.1,
                0,
                12.34,
                0.04,
                0,
                0.5,
                0.4,
                0,
                null);
    }
}
