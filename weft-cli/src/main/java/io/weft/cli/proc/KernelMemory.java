package io.weft.cli.proc;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Kernel memory that TCP connections hold, machine-wide: the slab caches of sockets, their files
 * and what waits for them (epoll, io_uring), and the pages of socket buffers. Two readings make a
 * difference that belongs to what was opened in between, at both ends when both are on this
 * machine.
 *
 * @param slabBytes memory of the slab caches, unused objects included
 * @param bufferBytes data in TCP socket buffers
 * @param unreadable why nothing could be read, or null; then the numbers are 0
 */
public record KernelMemory(long slabBytes, long bufferBytes, @Nullable String unreadable) {

    /**
     * What the kernel allocates for a connection. It merges caches of like size under one name, so
     * not every machine lists all of them.
     */
    private static final Set<String> CACHES =
            Set.of(
                    "TCP",
                    "TCPv6",
                    "sock_inode_cache",
                    "dentry",
                    "filp",
                    "eventpoll_epi",
                    "eventpoll_pwq",
                    "ep_head",
                    "lsm_file_cache",
                    "lsm_inode_cache",
                    "tcp_bind2_bucket",
                    "io_kiocb");

    /** Columns of slabinfo after the name; the slab counts follow the word "slabdata". */
    private static final int PAGES_PER_SLAB = 5;

    private static final int SLABS_AFTER_SLABDATA = 2;

    /** The key of the page size in the auxiliary vector that the kernel gives a process. */
    private static final long AT_PAGESZ = 6;

    /** Reads the running kernel's figures. */
    public static KernelMemory read() {
        return read(Path.of("/proc"));
    }

    /** Reads below a directory that looks like {@code /proc}. */
    public static KernelMemory read(Path proc) {
        try {
            long page = pageBytes(Files.readAllBytes(proc.resolve("self/auxv")));
            long slab = slabBytes(Files.readAllLines(proc.resolve("slabinfo")), page);
            long buffer = bufferPages(Files.readAllLines(proc.resolve("net/sockstat"))) * page;
            return new KernelMemory(slab, buffer, null);
        } catch (AccessDeniedException e) {
            return new KernelMemory(0, 0, "only root may read " + e.getFile());
        } catch (IOException | RuntimeException e) {
            return new KernelMemory(0, 0, "cannot read /proc/slabinfo: " + e.getMessage());
        }
    }

    /** Whether this reading has numbers. */
    public boolean isReadable() {
        return unreadable == null;
    }

    /** Slab and buffers. */
    public long totalBytes() {
        return slabBytes + bufferBytes;
    }

    private static long slabBytes(List<String> slabinfo, long pageBytes) {
        long bytes = 0;
        for (String line : slabinfo) {
            List<String> words = ProcFile.words(line);
            if (CACHES.contains(words.getFirst())) {
                int slabdata = words.indexOf("slabdata");
                long slabs = Long.parseLong(words.get(slabdata + SLABS_AFTER_SLABDATA));
                bytes += slabs * Long.parseLong(words.get(PAGES_PER_SLAB)) * pageBytes;
            }
        }
        return bytes;
    }

    /** Pages of TCP socket buffers. */
    static long bufferPages(List<String> sockstat) {
        for (String line : sockstat) {
            if (line.startsWith("TCP:")) {
                List<String> words = ProcFile.words(line);
                return Long.parseLong(words.get(words.indexOf("mem") + 1));
            }
        }
        throw new IllegalArgumentException("no line TCP: in net/sockstat");
    }

    /** The page size, out of the auxiliary vector. */
    static long pageBytes(byte[] auxiliaryVector) {
        ByteBuffer pairs = ByteBuffer.wrap(auxiliaryVector).order(ByteOrder.nativeOrder());
        while (pairs.remaining() >= 2 * Long.BYTES) {
            long key = pairs.getLong();
            long value = pairs.getLong();
            if (key == AT_PAGESZ) {
                return value;
            }
        }
        throw new IllegalArgumentException("no page size in self/auxv");
    }
}
