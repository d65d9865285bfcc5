package io.weft.linux;

/** Constants of {@code io_uring(7)} that concern a ring as a whole, its entries and its results. */
public final class IoUring {

    /*
     * Flags of io_uring_setup(2). Those that change the size of an entry, or that need more than
     * flags, are left out: UringOptions refuses them.
     */
    static final int IORING_SETUP_CQSIZE = 1 << 3;

    public static final int IORING_SETUP_CLAMP = 1 << 4;
    public static final int IORING_SETUP_R_DISABLED = 1 << 6;
    public static final int IORING_SETUP_SUBMIT_ALL = 1 << 7;

    /**
     * What a request has to finish is done when the thread that submitted it enters the kernel of
     * itself; no interrupt makes it. A thread that computes for long holds its completions back.
     */
    public static final int IORING_SETUP_COOP_TASKRUN = 1 << 8;

    public static final int IORING_SETUP_TASKRUN_FLAG = 1 << 9;

    /** Only the thread that opened, or enabled, the ring may enter it; {@code -EEXIST} else. */
    public static final int IORING_SETUP_SINGLE_ISSUER = 1 << 12;

    /** Completions are made only within an enter that asks for events. */
    public static final int IORING_SETUP_DEFER_TASKRUN = 1 << 13;

    public static final int IORING_SETUP_NO_SQARRAY = 1 << 16;

    public static final int IORING_FEAT_SINGLE_MMAP = 1;
    public static final int IORING_FEAT_NODROP = 1 << 1;
    public static final int IORING_FEAT_SUBMIT_STABLE = 1 << 2;
    public static final int IORING_FEAT_FAST_POLL = 1 << 5;
    public static final int IORING_FEAT_POLL_32BITS = 1 << 6;
    public static final int IORING_FEAT_EXT_ARG = 1 << 8;
    public static final int IORING_FEAT_NATIVE_WORKERS = 1 << 9;
    public static final int IORING_FEAT_RSRC_TAGS = 1 << 10;
    public static final int IORING_FEAT_CQE_SKIP = 1 << 11;
    public static final int IORING_FEAT_LINKED_FILE = 1 << 12;
    public static final int IORING_FEAT_REG_REG_RING = 1 << 13;
    public static final int IORING_FEAT_RECVSEND_BUNDLE = 1 << 14;
    public static final int IORING_FEAT_MIN_TIMEOUT = 1 << 15;

    /** The descriptor is a slot of the direct table. */
    public static final int IOSQE_FIXED_FILE = 1;

    public static final int IOSQE_IO_DRAIN = 1 << 1;
    public static final int IOSQE_IO_LINK = 1 << 2;
    public static final int IOSQE_IO_HARDLINK = 1 << 3;
    public static final int IOSQE_ASYNC = 1 << 4;
    public static final int IOSQE_BUFFER_SELECT = 1 << 5;
    public static final int IOSQE_CQE_SKIP_SUCCESS = 1 << 6;

    /** A provided buffer was used; its number is in the upper 16 bits. */
    public static final int IORING_CQE_F_BUFFER = 1;

    /** The request goes on and will complete again. */
    public static final int IORING_CQE_F_MORE = 1 << 1;

    /** The socket held more when this recv had finished. */
    public static final int IORING_CQE_F_SOCK_NONEMPTY = 1 << 2;

    public static final int IORING_CQE_F_NOTIF = 1 << 3;
    public static final int IORING_CQE_BUFFER_SHIFT = 16;

    /** The kernel keeps completions for which the queue had no room; an enter flushes them. */
    public static final int IORING_SQ_CQ_OVERFLOW = 1 << 1;

    /** Only with {@link #IORING_SETUP_TASKRUN_FLAG}: an enter would make completions. */
    public static final int IORING_SQ_TASKRUN = 1 << 2;

    public static final int IORING_ENTER_GETEVENTS = 1;
    static final int IORING_ENTER_EXT_ARG = 1 << 3;
    static final int IORING_ENTER_REGISTERED_RING = 1 << 4;

    public static final int IORING_REGISTER_RING_FDS = 20;
    public static final int IORING_REGISTER_PBUF_RING = 22;
    public static final int IORING_REGISTER_SYNC_CANCEL = 24;

    private IoUring() {}
}
