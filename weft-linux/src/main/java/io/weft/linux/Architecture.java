package io.weft.linux;

import java.util.Optional;

/** What differs between the processor architectures in the kernel's interface. */
enum Architecture {
    /** The kernel packs {@code struct epoll_event} here, so that 32-bit programs can share it. */
    X86_64(12, 4, 45, 44, 186),

    /** Natural alignment: the 64-bit datum follows four bytes of padding. */
    AARCH64(16, 8, 207, 206, 178);

    private final int epollEventSize;
    private final int epollDataOffset;
    private final long recvfrom;
    private final long sendto;
    private final long gettid;

    Architecture(int epollEventSize, int epollDataOffset, long recvfrom, long sendto, long gettid) {
        this.epollEventSize = epollEventSize;
        this.epollDataOffset = epollDataOffset;
        this.recvfrom = recvfrom;
        this.sendto = sendto;
        this.gettid = gettid;
    }

    /** Size of {@code struct epoll_event} in bytes. */
    int epollEventSize() {
        return epollEventSize;
    }

    /** Offset of {@code epoll_event.data} in bytes; {@code events} is at 0. */
    int epollDataOffset() {
        return epollDataOffset;
    }

    /** The number of the system call {@code recvfrom}. */
    long recvfrom() {
        return recvfrom;
    }

    /** The number of the system call {@code sendto}. */
    long sendto() {
        return sendto;
    }

    /** The number of the system call {@code gettid}. */
    long gettid() {
        return gettid;
    }

    /** The architecture with that value of the system property {@code os.arch}. */
    static Optional<Architecture> named(String osArch) {
        return switch (osArch) {
            case "amd64", "x86_64" -> Optional.of(X86_64);
            case "aarch64", "arm64" -> Optional.of(AARCH64);
            default -> Optional.empty();
        };
    }

    /** The architecture of this process; throws where {@link Linux} reports none. */
    static Architecture current() {
        String osArch = System.getProperty("os.arch", "");
        return named(osArch)
                .orElseThrow(() -> new UnsupportedOperationException(Linux.unknown(osArch)));
    }
}
