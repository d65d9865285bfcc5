package io.weft.cli.proc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelMemoryTest {

    private static final int PAGE = 16_384;

    @TempDir private Path proc = Path.of("");

    @BeforeEach
    void aKernelWithLargePages() throws IOException {
        Files.createDirectories(proc.resolve("self"));
        Files.createDirectories(proc.resolve("net"));
        ByteBuffer auxiliary = ByteBuffer.allocate(32).order(ByteOrder.nativeOrder());
        auxiliary.putLong(16).putLong(1).putLong(6).putLong(PAGE);
        Files.write(proc.resolve("self/auxv"), auxiliary.array());
        Files.writeString(
                proc.resolve("net/sockstat"),
                "sockets: used 15\nTCP: inuse 1 orphan 0 tw 1 alloc 1 mem 5\nUDP: inuse 0 mem 9\n");
    }

    @Test
    void countsTheSlabsOfConnectionsAndTheirBuffers() throws IOException {
        String tail = " : tunables    0    0    0 : slabdata      4     11      0\n";
        Files.writeString(
                proc.resolve("slabinfo"),
                "slabinfo - version: 2.1\n# name            <active_objs> ...\n"
                        + "TCP                   26     26   2368   13    8"
                        + tail
                        + "TCP_other             26     26   2368   13    8"
                        + tail
                        + "filp                 623    693    192   21    1"
                        + tail);

        KernelMemory memory = KernelMemory.read(proc);

        assertThat(memory.unreadable()).isNull();
        assertThat(memory.slabBytes()).isEqualTo(11L * 8 * PAGE + 11L * PAGE);
        assertThat(memory.bufferBytes()).isEqualTo(5L * PAGE);
        assertThat(memory.totalBytes()).isEqualTo(memory.slabBytes() + memory.bufferBytes());
    }

    @Test
    void theTotalsLeaveNoCacheOut() throws IOException {
        Files.writeString(
                proc.resolve("meminfo"),
                "MemTotal:  24684084 kB\nSlab:  88796 kB\nVmallocUsed:  15148 kB\n");

        KernelTotals totals = KernelTotals.read(proc);

        assertThat(totals.slabBytes()).isEqualTo(88_796L * 1024);
        assertThat(totals.totalBytes()).isEqualTo((88_796L + 15_148) * 1024 + 5L * PAGE);
    }

    @Test
    void saysWhyNothingCanBeRead() {
        KernelMemory memory = KernelMemory.read(proc);

        assertThat(memory.isReadable()).isFalse();
        assertThat(memory.totalBytes()).isZero();
        assertThat(memory.unreadable()).contains("slabinfo");
    }

    @Test
    void aStrangeFormatIsUnreadableAndNoError() throws IOException {
        Files.writeString(proc.resolve("slabinfo"), "TCP what ever\n");

        assertThat(KernelMemory.read(proc).isReadable()).isFalse();
    }
}
