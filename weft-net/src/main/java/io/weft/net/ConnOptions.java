package io.weft.net;

import org.jspecify.annotations.Nullable;

/**
 * How a connection starts, whether accepted or connected. Most of it can be changed later through
 * the setters of {@link TcpConn}.
 *
 * @param noDelay whether small segments go out at once (TCP_NODELAY); on by default, as in Go
 * @param keepAlive probes for silent peers, or null for none. None by default: at a million idle
 *     connections, Go's 15 s would mean 67,000 probes a second
 * @param receiveBufferBytes SO_RCVBUF, or 0 to leave it to the kernel's autotuning
 * @param sendBufferBytes SO_SNDBUF, or 0 to leave it to the kernel's autotuning
 * @param lateBufferBytes size of the buffers that {@link TcpConn#readLate} lends
 */
public record ConnOptions(
        boolean noDelay,
        @Nullable KeepAlive keepAlive,
        int receiveBufferBytes,
        int sendBufferBytes,
        int lateBufferBytes) {

    /** One TLS record, and what a busy connection commonly has in its socket buffer. */
    public static final int DEFAULT_LATE_BUFFER_BYTES = 16 << 10;

    private static final ConnOptions DEFAULTS =
            new ConnOptions(true, null, 0, 0, DEFAULT_LATE_BUFFER_BYTES);

    public ConnOptions {
        if (receiveBufferBytes < 0 || sendBufferBytes < 0) {
            throw new IllegalArgumentException("a socket buffer cannot have a negative size");
        }
        if (lateBufferBytes < 1) {
            throw new IllegalArgumentException("a late buffer needs a size: " + lateBufferBytes);
        }
    }

    /** TCP_NODELAY on, no keep-alive, socket buffers by the kernel, late buffers of 16 KiB. */
    public static ConnOptions defaults() {
        return DEFAULTS;
    }

    public ConnOptions withNoDelay(boolean on) {
        return new ConnOptions(on, keepAlive, receiveBufferBytes, sendBufferBytes, lateBufferBytes);
    }

    public ConnOptions withKeepAlive(@Nullable KeepAlive probes) {
        return new ConnOptions(
                noDelay, probes, receiveBufferBytes, sendBufferBytes, lateBufferBytes);
    }

    public ConnOptions withReceiveBufferBytes(int bytes) {
        return new ConnOptions(noDelay, keepAlive, bytes, sendBufferBytes, lateBufferBytes);
    }

    public ConnOptions withSendBufferBytes(int bytes) {
        return new ConnOptions(noDelay, keepAlive, receiveBufferBytes, bytes, lateBufferBytes);
    }

    public ConnOptions withLateBufferBytes(int bytes) {
        return new ConnOptions(noDelay, keepAlive, receiveBufferBytes, sendBufferBytes, bytes);
    }
}
