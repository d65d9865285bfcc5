package io.weft.cli.proc;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Memory that the whole kernel has allocated for objects of any kind. Where connections are many,
 * the growth of it is theirs, and nothing of theirs is left out, as it may be where only the caches
 * with known names are counted. Anybody may read it.
 *
 * @param slabBytes all slab caches, unused objects included
 * @param vmallocBytes large tables, those of io_uring among them, and stacks of threads
 * @param bufferBytes data in TCP socket buffers
 */
public record KernelTotals(long slabBytes, long vmallocBytes, long bufferBytes) {

    private static final long KIB = 1024;

    /** Reads the running kernel's figures. */
    public static KernelTotals read() throws IOException {
        return read(Path.of("/proc"));
    }

    /** Reads below a directory that looks like {@code /proc}. */
    public static KernelTotals read(Path proc) throws IOException {
        List<String> meminfo = Files.readAllLines(proc.resolve("meminfo"));
        long page = KernelMemory.pageBytes(Files.readAllBytes(proc.resolve("self/auxv")));
        return new KernelTotals(
                ProcFile.number(meminfo, "Slab") * KIB,
                ProcFile.number(meminfo, "VmallocUsed") * KIB,
                KernelMemory.bufferPages(Files.readAllLines(proc.resolve("net/sockstat"))) * page);
    }

    /** Everything. */
    public long totalBytes() {
        return slabBytes + vmallocBytes + bufferBytes;
    }
}
