package io.weft.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.cli.demo.StageResult.Edges;
import io.weft.cli.demo.StageResult.Memory;
import io.weft.cli.echo.EchoTotals;
import io.weft.cli.echo.ServerStats;
import io.weft.cli.load.LoadResult;
import io.weft.cli.proc.KernelMemory;
import java.util.List;
import org.junit.jupiter.api.Test;

class StageResultTest {

    private static final KernelMemory EMPTY = new KernelMemory(1_000_000, 0, null);
    private static final KernelMemory FULL = new KernelMemory(17_000_000, 0, null);

    @Test
    void dividesWhatTheServerDidByWhatItEchoed() {
        StageResult result = StageResult.of(memory(FULL), edges(), load(2_000));

        assertThat(result.cpuNanosPerMessage()).isEqualTo(2_000);
        assertThat(result.contextSwitchesPerSecond()).isEqualTo(50);
        assertThat(result.pollsPerThousand()).isEqualTo(30);
        assertThat(result.stealsPerThousand()).isEqualTo(4);
        assertThat(result.wakeUpsPerThousand()).isEqualTo(5);
        assertThat(result.wouldBlocksPerThousand()).isEqualTo(6);
        assertThat(result.allocatedBytesPerMessage()).isEqualTo(0.5);
        assertThat(result.serverCpus()).isEqualTo(0.001);
    }

    @Test
    void whatWasSentAndDidNotComeBackIsLost() {
        LoadResult load =
                new LoadResult(
                        "127.0.0.1:1",
                        100,
                        64,
                        64,
                        2_000,
                        1,
                        3,
                        5_000,
                        1_666,
                        new LoadResult.Latency(0, 0, 0, 0, 0, 0, 0, List.of()),
                        300,
                        700,
                        4,
                        "no answer",
                        0.5);

        BusyResult busy = BusyResult.of(2, edges(), load);

        assertThat(busy.lost()).isEqualTo(700);
        assertThat(busy.scheduledPerSecond()).isEqualTo(2_000);
        assertThat(busy.serverCpus()).isEqualTo(0.001);
        assertThat(busy.errors()).isEqualTo(4);
    }

    @Test
    void memoryIsTheGrowthPerConnectionAndOneEndOfTheKernels() {
        StageResult result = StageResult.of(memory(FULL), edges(), load(2_000));

        assertThat(result.heapBytes()).isEqualTo(1_000);
        assertThat(result.residentBytes()).isEqualTo(1_500);
        assertThat(result.kernelBytes()).isEqualTo(4_000);
    }

    @Test
    void tooFewConnectionsTellNothingAboutMemory() {
        StageResult result = StageResult.of(memory(FULL), edges(), load(999));

        assertThat(result.heapBytes()).isNull();
        assertThat(result.residentBytes()).isNull();
        assertThat(result.kernelBytes()).isNull();
    }

    @Test
    void kernelMemoryThatCannotBeReadIsLeftOut() {
        StageResult result =
                StageResult.of(memory(new KernelMemory(0, 0, "no root")), edges(), load(2_000));

        assertThat(result.kernelBytes()).isNull();
        assertThat(result.heapBytes()).isNotNull();
    }

    private static Memory memory(KernelMemory idleKernel) {
        ServerStats empty = idle(10_000_000, 5_000_000);
        ServerStats idle = idle(13_000_000, 7_000_000);
        return new Memory(empty, EMPTY, idle, idleKernel);
    }

    /** Two seconds with 1,000 messages of 64 bytes. */
    private static Edges edges() {
        return new Edges(busy(0), busy(1));
    }

    private static ServerStats idle(long resident, long heap) {
        return stats(0, resident, heap);
    }

    private static ServerStats busy(long times) {
        return stats(times, 0, 0);
    }

    private static ServerStats stats(long times, long resident, long heap) {
        return new ServerStats(
                times * 2_000_000_000L,
                resident,
                heap,
                times * 500,
                0,
                0,
                times * 2_000_000,
                times * 100,
                0,
                0,
                times * 30,
                0,
                times * 4,
                0,
                times * 5,
                0,
                0,
                times * 6,
                new EchoTotals(0, 0, 0, 64 + times * 64_000, 0));
    }

    private static LoadResult load(int connections) {
        return new LoadResult(
                "127.0.0.1:1",
                connections,
                64,
                1,
                0,
                2,
                2,
                1_000,
                500,
                new LoadResult.Latency(0, 0, 0, 0, 0, 0, 0, List.of()),
                0,
                0,
                0,
                null,
                0.5);
    }
}
