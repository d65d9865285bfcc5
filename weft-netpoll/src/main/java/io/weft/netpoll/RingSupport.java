package io.weft.netpoll;

import io.weft.linux.IoUring;
import io.weft.linux.UringOps;
import io.weft.linux.UringRequirements;
import io.weft.linux.UringSupport;
import io.weft.linux.UringSys;
import java.util.Optional;
import java.util.Set;

/** Tells whether io_uring can serve a {@link Netpoll} here. */
public final class RingSupport {

    private static final UringRequirements REQUIREMENTS =
            new UringRequirements(
                    RingFactory.FLAGS,
                    IoUring.IORING_FEAT_SINGLE_MMAP
                            | IoUring.IORING_FEAT_NODROP
                            | IoUring.IORING_FEAT_SUBMIT_STABLE
                            | IoUring.IORING_FEAT_FAST_POLL
                            | IoUring.IORING_FEAT_CQE_SKIP,
                    Set.of(
                            UringOps.IORING_OP_RECV,
                            UringOps.IORING_OP_SEND,
                            UringOps.IORING_OP_POLL_ADD,
                            UringOps.IORING_OP_ASYNC_CANCEL,
                            UringOps.IORING_OP_SHUTDOWN,
                            UringOps.IORING_OP_FIXED_FD_INSTALL),
                    Set.of(IoUring.IORING_REGISTER_PBUF_RING, IoUring.IORING_REGISTER_SYNC_CANCEL));

    private RingSupport() {}

    /**
     * Why it cannot, as one line with the cure; empty where it can. Asks the kernel at each call.
     */
    public static Optional<String> unsupportedCause(UringSys sys) {
        return UringSupport.unsupportedCause(sys, REQUIREMENTS);
    }
}
