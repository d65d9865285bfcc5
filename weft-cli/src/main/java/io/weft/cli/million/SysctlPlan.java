package io.weft.cli.million;

import io.weft.cli.hold.Destinations;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What the kernel has to allow for so many connections, and how they are spread over addresses by
 * what it allows.
 *
 * @param connections how many
 * @param sys {@code /proc/sys}
 */
record SysctlPlan(int connections, Path sys) {

    static final String FILE_MAX = "fs.file-max";
    static final String PORTS = "net.ipv4.ip_local_port_range";
    private static final String TRACKED_MOST = "net.netfilter.nf_conntrack_max";
    private static final String TRACKED_NOW = "net.netfilter.nf_conntrack_count";

    private static final String URING_OFF = "kernel.io_uring_disabled";

    /** Of a limit, in bytes. */
    private static final int LENGTH_MOST = 1_024;

    /** Files of everything else on the machine that are opened meanwhile. */
    private static final int FILES_RESERVE = 10_000;

    /** Below are the ports of services that may want to start meanwhile. */
    private static final long PORT_LEAST = 10_000;

    private static final long PORT_MOST = 65_535;

    /** The kernel looks for a free port at random, and longer the fewer are left. */
    private static final int PER_DESTINATION_MOST = 10_000;

    /** At most: far fewer are opened at once, but the server may be late. */
    private static final long BACKLOG_MOST = 4_096;

    /** At most: as many messages as may be outstanding, and some more packets. */
    private static final long PACKETS_MOST = 20_000;

    /** Pages of TCP buffers: room for all messages that may be outstanding, both ways. */
    private static final long BUFFER_PAGES = 65_536;

    /** All that matter, in the order in which they are raised. */
    List<Sysctl> all() {
        List<Sysctl> all = new ArrayList<>();
        all.add(
                Sysctl.atLeast(
                        FILE_MAX,
                        filesNeeded(),
                        "each end of a connection is an open file of the kernel",
                        "only so many files can be open on the whole machine"));
        all.add(
                new Sysctl(
                        PORTS,
                        this::widerPorts,
                        "each connection to the same address takes a local port",
                        "finding a free port takes longer, and there are more addresses"));
        all.add(
                Sysctl.atLeast(
                        "net.core.somaxconn",
                        Math.min(connections, BACKLOG_MOST),
                        "connections wait to be accepted",
                        "a SYN is dropped and sent again a second later when the server is late"));
        all.add(
                Sysctl.atLeast(
                        "net.ipv4.tcp_max_syn_backlog",
                        Math.min(connections, BACKLOG_MOST),
                        "connections wait for the last packet of the handshake",
                        "as for net.core.somaxconn"));
        all.add(
                Sysctl.atLeast(
                        "net.core.netdev_max_backlog",
                        Math.min(connections, PACKETS_MOST),
                        "packets over loopback queue at the CPU that receives",
                        "packets of a burst are dropped and sent again 200 ms later"));
        all.add(
                new Sysctl(
                        "net.ipv4.tcp_mem",
                        now ->
                                List.of(
                                        now.getFirst(),
                                        now.get(1),
                                        Math.max(now.getLast(), BUFFER_PAGES)),
                        "messages lie in socket buffers",
                        "TCP throttles all connections of the machine under a burst"));
        if (number(TRACKED_NOW) > 0) {
            all.add(
                    Sysctl.atLeast(
                            TRACKED_MOST,
                            number(TRACKED_NOW) + connections + FILES_RESERVE,
                            "the firewall keeps an entry for each connection",
                            "the firewall drops packets of new connections"));
        }
        return all;
    }

    /** One address with as many connections as it ever gets does with the usual range. */
    private List<Long> widerPorts(List<Long> now) {
        long count = now.getLast() - now.getFirst() + 1;
        return connections <= PER_DESTINATION_MOST && connections <= count / 2
                ? now
                : List.of(Math.min(now.getFirst(), PORT_LEAST), Math.max(now.getLast(), PORT_MOST));
    }

    /** Why it cannot be done with the limits as they are now; empty when it can. */
    Optional<String> refusal() {
        if (number(FILE_MAX) < filesNeeded()) {
            return Optional.of(
                    ("%,d connections need %,d open files on the machine, two each and %,d in use"
                                    + " or in reserve, but %s is %,d: `sysctl -w %s=%d` as root, or use"
                                    + " --connections %d")
                            .formatted(
                                    connections,
                                    filesNeeded(),
                                    filesNeeded() - 2L * connections,
                                    FILE_MAX,
                                    number(FILE_MAX),
                                    FILE_MAX,
                                    filesNeeded(),
                                    Math.max(
                                            0,
                                            connections - (filesNeeded() - number(FILE_MAX)) / 2)));
        }
        if (destinations() > Destinations.MOST) {
            return Optional.of(
                    "%,d connections need more local ports than %s gives (%d): widen it with"
                                    .formatted(connections, PORTS, ports())
                            + " `sysctl -w %s=\"%d %d\"`".formatted(PORTS, PORT_LEAST, PORT_MOST));
        }
        return Optional.empty();
    }

    /** Why there is no io_uring; empty when there may be. */
    Optional<String> uringRefusal() {
        long off = number(URING_OFF);
        return off == 0
                ? Optional.empty()
                : Optional.of(
                        "io_uring is off (%s is %d): `sysctl -w %s=0` as root"
                                .formatted(URING_OFF, off, URING_OFF));
    }

    /** Addresses that the connections go round. */
    int destinations() {
        long each = Math.clamp(ports() / 2, 1, PER_DESTINATION_MOST);
        return Math.toIntExact((connections + each - 1) / each);
    }

    /** Connections that one address can have. */
    long ports() {
        List<Long> range = numbers(PORTS);
        return range.getLast() - range.getFirst() + 1;
    }

    private long filesNeeded() {
        return number("fs.file-nr") + 2L * connections + FILES_RESERVE;
    }

    private long number(String name) {
        return numbers(name).getFirst();
    }

    /** 0 where the kernel does not have it. */
    private List<Long> numbers(String name) {
        return read(sys.resolve(name.replace('.', '/'))).orElse(List.of(0L));
    }

    /** The numbers in a file; empty when there is none that can be read. */
    static Optional<List<Long>> read(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            // In one read: the kernel answers a second one, for the rest, with the end of the file.
            String text = new String(in.readNBytes(LENGTH_MOST), StandardCharsets.US_ASCII);
            String[] words = text.strip().split("\\s+");
            return Optional.of(Arrays.stream(words).map(Long::valueOf).toList());
        } catch (IOException | NumberFormatException e) {
            return Optional.empty();
        }
    }
}
