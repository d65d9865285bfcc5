package io.weft.linux;

/** Operations of an {@code io_uring(7)} and the flags that each of them has of its own. */
public final class UringOps {

    public static final int IORING_OP_NOP = 0;
    public static final int IORING_OP_POLL_ADD = 6;
    public static final int IORING_OP_POLL_REMOVE = 7;
    public static final int IORING_OP_TIMEOUT = 11;
    public static final int IORING_OP_TIMEOUT_REMOVE = 12;
    public static final int IORING_OP_ACCEPT = 13;
    public static final int IORING_OP_ASYNC_CANCEL = 14;
    public static final int IORING_OP_LINK_TIMEOUT = 15;
    public static final int IORING_OP_CONNECT = 16;
    public static final int IORING_OP_CLOSE = 19;
    public static final int IORING_OP_FILES_UPDATE = 20;
    public static final int IORING_OP_READ = 22;
    public static final int IORING_OP_SEND = 26;
    public static final int IORING_OP_RECV = 27;
    public static final int IORING_OP_SHUTDOWN = 34;
    public static final int IORING_OP_MSG_RING = 40;
    public static final int IORING_OP_SOCKET = 45;
    public static final int IORING_OP_URING_CMD = 46;
    public static final int IORING_OP_FIXED_FD_INSTALL = 54;
    public static final int IORING_OP_BIND = 56;
    public static final int IORING_OP_LISTEN = 57;

    /** In place of a slot: the kernel chooses a free one and answers its number. */
    public static final int IORING_FILE_INDEX_ALLOC = -1;

    /** For {@code ioprio} of recv and send: wait for readiness before the first attempt. */
    public static final int IORING_RECVSEND_POLL_FIRST = 1;

    static final int IORING_RECV_MULTISHOT = 1 << 1;

    /** For {@code ioprio} of recv: one completion tells of several buffers. */
    public static final int IORING_RECVSEND_BUNDLE = 1 << 4;

    static final int IORING_ACCEPT_MULTISHOT = 1;

    /** For {@code ioprio} of accept: do not wait, {@code -EAGAIN} when nobody is there. */
    public static final int IORING_ACCEPT_DONTWAIT = 1 << 1;

    /** For {@code ioprio} of accept: wait for readiness before the first attempt. */
    public static final int IORING_ACCEPT_POLL_FIRST = 1 << 2;

    /** The poll goes on after an event, and reports edges: {@code EPOLLET} is implied. */
    public static final int IORING_POLL_ADD_MULTI = 1;

    public static final int IORING_POLL_UPDATE_EVENTS = 1 << 1;
    public static final int IORING_POLL_UPDATE_USER_DATA = 1 << 2;

    /** Every request that matches, not the first; the result is their number. */
    public static final int IORING_ASYNC_CANCEL_ALL = 1;

    static final int IORING_ASYNC_CANCEL_FD = 1 << 1;
    public static final int IORING_ASYNC_CANCEL_ANY = 1 << 2;

    /** The descriptor is a slot of the direct table. */
    public static final int IORING_ASYNC_CANCEL_FD_FIXED = 1 << 3;

    public static final int IORING_ASYNC_CANCEL_USERDATA = 1 << 4;

    public static final int IORING_TIMEOUT_ABS = 1;
    static final int IORING_TIMEOUT_UPDATE = 1 << 1;
    public static final int IORING_TIMEOUT_BOOTTIME = 1 << 2;
    public static final int IORING_TIMEOUT_REALTIME = 1 << 3;
    public static final int IORING_TIMEOUT_ETIME_SUCCESS = 1 << 5;

    /** A timeout that repeats. */
    public static final int IORING_TIMEOUT_MULTISHOT = 1 << 6;

    static final int IORING_MSG_DATA = 0;
    static final int IORING_MSG_SEND_FD = 1;

    /** The other ring gets the descriptor without a completion. */
    public static final int IORING_MSG_RING_CQE_SKIP = 1;

    public static final int IORING_FIXED_FD_NO_CLOEXEC = 1;

    static final int SOCKET_URING_OP_GETSOCKOPT = 2;
    static final int SOCKET_URING_OP_SETSOCKOPT = 3;

    private UringOps() {}
}
