package io.weft.linux;

import java.util.Map;
import java.util.stream.Collectors;

/** What a {@link UringProbe} asks for, by number: its name, and the first kernel that has it. */
final class UringCapabilities {

    /** What kind of number names a capability. */
    enum Kind {
        /** A flag of {@code io_uring_setup(2)}. */
        SETUP,

        /** A bit of the features that it answers. */
        FEAT,

        /** An operation. */
        OP,

        /** A kind of registration. */
        REGISTER
    }

    private record Key(Kind kind, int number) {}

    /** Kind, number (of flags and features the bit's), name, version. */
    private static final String LINES =
            """
            SETUP 4 CLAMP 5.6
            SETUP 6 R_DISABLED 5.10
            SETUP 7 SUBMIT_ALL 5.18
            SETUP 8 COOP_TASKRUN 5.19
            SETUP 9 TASKRUN_FLAG 5.19
            SETUP 12 SINGLE_ISSUER 6.0
            SETUP 13 DEFER_TASKRUN 6.1
            SETUP 16 NO_SQARRAY 6.6
            FEAT 0 SINGLE_MMAP 5.4
            FEAT 1 NODROP 5.5
            FEAT 2 SUBMIT_STABLE 5.5
            FEAT 5 FAST_POLL 5.7
            FEAT 6 POLL_32BITS 5.9
            FEAT 8 EXT_ARG 5.11
            FEAT 9 NATIVE_WORKERS 5.12
            FEAT 10 RSRC_TAGS 5.13
            FEAT 11 CQE_SKIP 5.17
            FEAT 12 LINKED_FILE 5.17
            FEAT 13 REG_REG_RING 6.3
            FEAT 14 RECVSEND_BUNDLE 6.10
            FEAT 15 MIN_TIMEOUT 6.12
            OP 0 NOP 5.1
            OP 6 POLL_ADD 5.1
            OP 7 POLL_REMOVE 5.1
            OP 11 TIMEOUT 5.4
            OP 12 TIMEOUT_REMOVE 5.5
            OP 13 ACCEPT 5.5
            OP 14 ASYNC_CANCEL 5.5
            OP 15 LINK_TIMEOUT 5.5
            OP 16 CONNECT 5.5
            OP 19 CLOSE 5.6
            OP 20 FILES_UPDATE 5.6
            OP 22 READ 5.6
            OP 26 SEND 5.6
            OP 27 RECV 5.6
            OP 34 SHUTDOWN 5.11
            OP 40 MSG_RING 5.18
            OP 45 SOCKET 5.19
            OP 46 URING_CMD 5.19
            OP 54 FIXED_FD_INSTALL 6.8
            OP 56 BIND 6.11
            OP 57 LISTEN 6.11
            REGISTER 20 RING_FDS 5.18
            REGISTER 22 PBUF_RING 5.19
            REGISTER 24 SYNC_CANCEL 6.0
            """;

    private static final Map<Key, UringCapability> TABLE =
            LINES.lines()
                    .map(line -> line.split(" ", -1))
                    .collect(Collectors.toMap(UringCapabilities::key, UringCapabilities::entry));

    private UringCapabilities() {}

    /** One that the table does not know gets its number for a name, and no version. */
    static UringCapability find(Kind kind, int number) {
        return TABLE.getOrDefault(
                new Key(kind, number),
                new UringCapability("IORING_" + kind + " " + number, new KernelVersion(0, 0)));
    }

    private static Key key(String[] words) {
        return new Key(Kind.valueOf(words[0]), Integer.parseInt(words[1]));
    }

    private static UringCapability entry(String[] words) {
        return new UringCapability(
                "IORING_" + words[0] + "_" + words[2], KernelVersion.of(words[3]));
    }
}
