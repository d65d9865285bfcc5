package io.weft.net;

import java.time.Duration;

/**
 * How the kernel finds out that a silent peer is gone (RFC 9293 §3.8.4): after {@code idle} without
 * traffic it sends a probe every {@code interval}, and gives the connection up (ETIMEDOUT) after
 * {@code count} probes without an answer.
 *
 * @param idle silence before the first probe; 1 s to 32,767 s, whole seconds
 * @param interval time between probes; 1 s to 32,767 s, whole seconds
 * @param count unanswered probes; 1 to 127
 */
public record KeepAlive(Duration idle, Duration interval, int count) {

    /** The kernel's MAX_TCP_KEEPIDLE and MAX_TCP_KEEPINTVL. */
    private static final int MAX_SECONDS = 32_767;

    /** The kernel's MAX_TCP_KEEPCNT. */
    private static final int MAX_COUNT = 127;

    private static final KeepAlive DEFAULTS =
            new KeepAlive(Duration.ofSeconds(15), Duration.ofSeconds(15), 9);

    public KeepAlive {
        checkSeconds("idle", idle);
        checkSeconds("interval", interval);
        if (count < 1 || count > MAX_COUNT) {
            throw new IllegalArgumentException(
                    "keep-alive count must be 1 to " + MAX_COUNT + ": " + count);
        }
    }

    /** Go's choice: 15 s of silence, then 9 probes 15 s apart. */
    public static KeepAlive defaults() {
        return DEFAULTS;
    }

    private static void checkSeconds(String name, Duration value) {
        if (value.getSeconds() < 1 || value.getSeconds() > MAX_SECONDS || value.getNano() != 0) {
            throw new IllegalArgumentException(
                    "keep-alive %s must be whole seconds from 1 to %d: %s"
                            .formatted(name, MAX_SECONDS, value));
        }
    }
}
