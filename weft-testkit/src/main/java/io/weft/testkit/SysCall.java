package io.weft.testkit;

/** The calls of {@link io.weft.linux.Sys} that {@link FaultySys} counts and can spoil. */
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
    EVENTFD_SIGNAL;

    /** Whether the call moves bytes, so that it can be cut short. */
    public boolean isTransfer() {
        return this == RECV || this == SEND || this == SEND_GATHER;
    }
}
