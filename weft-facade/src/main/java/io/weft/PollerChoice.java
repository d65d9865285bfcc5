package io.weft;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** How a runtime learns that its sockets can go on. */
public enum PollerChoice {
    /** By epoll: each connection has a file descriptor. */
    EPOLL,

    /**
     * By io_uring: connections have slots in tables of rings, no file descriptors, so {@code ulimit
     * -n} does not bound them. Where the kernel refuses rings, one line says why, and epoll serves.
     */
    IO_URING,

    /** {@link #IO_URING} where the kernel offers it, else {@link #EPOLL} without a word. */
    AUTO;

    /** The name that people write: {@code epoll}, {@code io_uring}, {@code auto}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The choice with that {@link #text}.
     *
     * @throws IllegalArgumentException if there is none; the message lists all
     */
    public static PollerChoice of(String text) {
        for (PollerChoice choice : values()) {
            if (choice.text().equals(text)) {
                return choice;
            }
        }
        throw new IllegalArgumentException(
                "there is no poller %s: use one of %s"
                        .formatted(
                                text,
                                Arrays.stream(values())
                                        .map(PollerChoice::text)
                                        .collect(Collectors.joining(", "))));
    }
}
