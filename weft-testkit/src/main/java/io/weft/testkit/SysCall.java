package io.weft.testkit;

/**
 * The calls of {@link io.weft.linux.Sys} that {@link FaultySys} counts and can spoil, and those of
 * {@link io.weft.linux.UringSys}, with the requests on rings, of {@link FaultyUringSys}.
 */
public enum SysCall {
    SOCKET,
    BIND,
    LISTEN,
    ACCEPT,
    CONNECT,
    RECV,
    SEND,
    SEND_GATHER,
    SHUTDOWN,
    CLOSE,
    GET_OPTION,
    SET_OPTION,
    LOCAL_ADDRESS,
    REMOTE_ADDRESS,
    EPOLL_CREATE,
    EPOLL_CTL,
    EPOLL_WAIT,
    POLL,
    EVENTFD,
    EVENTFD_SIGNAL,

    RING_SETUP,
    RING_ENTER,
    RING_MAP,

    /** The registration of a table of direct descriptors. */
    RING_TABLE,

    /** The registration of buffers. */
    RING_BUFFERS,

    /** The entry of a descriptor's file into the table. */
    RING_ADOPT,

    /** A request to receive. */
    RING_RECV,

    /** A request to send. */
    RING_SEND,

    /** A request to wait for readiness. */
    RING_POLL,

    /** A request for a descriptor. */
    RING_DESCRIPTOR;

    /** Whether the call moves bytes, or an enter its entries, so that it can be cut short. */
    public boolean isTransfer() {
        return switch (this) {
            case RECV, SEND, SEND_GATHER, RING_RECV, RING_SEND, RING_ENTER -> true;
            default -> false;
        };
    }
}
