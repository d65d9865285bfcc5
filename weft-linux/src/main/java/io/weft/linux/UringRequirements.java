package io.weft.linux;

import java.util.Set;

/**
 * What somebody needs of io_uring. Much has no bit of its own in the kernel, as multishot requests:
 * it is asked for through something that came with the same kernel or a later one.
 *
 * @param setupFlags {@code IORING_SETUP_*}
 * @param features {@code IORING_FEAT_*}
 * @param operations {@code IORING_OP_*}
 * @param registrations {@code IORING_REGISTER_*} of {@link IoUring}
 */
public record UringRequirements(
        int setupFlags, int features, Set<Integer> operations, Set<Integer> registrations) {

    /** Everything that the writers and registrations of this package can make: Linux 6.11. */
    public static final UringRequirements ALL =
            new UringRequirements(
                    IoUring.IORING_SETUP_NO_SQARRAY,
                    IoUring.IORING_FEAT_SINGLE_MMAP
                            | IoUring.IORING_FEAT_NODROP
                            | IoUring.IORING_FEAT_SUBMIT_STABLE
                            | IoUring.IORING_FEAT_FAST_POLL
                            | IoUring.IORING_FEAT_EXT_ARG
                            | IoUring.IORING_FEAT_CQE_SKIP,
                    Set.of(
                            UringOps.IORING_OP_NOP,
                            UringOps.IORING_OP_POLL_ADD,
                            UringOps.IORING_OP_POLL_REMOVE,
                            UringOps.IORING_OP_TIMEOUT,
                            UringOps.IORING_OP_TIMEOUT_REMOVE,
                            UringOps.IORING_OP_ACCEPT,
                            UringOps.IORING_OP_ASYNC_CANCEL,
                            UringOps.IORING_OP_LINK_TIMEOUT,
                            UringOps.IORING_OP_CONNECT,
                            UringOps.IORING_OP_CLOSE,
                            UringOps.IORING_OP_FILES_UPDATE,
                            UringOps.IORING_OP_READ,
                            UringOps.IORING_OP_SEND,
                            UringOps.IORING_OP_RECV,
                            UringOps.IORING_OP_SHUTDOWN,
                            UringOps.IORING_OP_MSG_RING,
                            UringOps.IORING_OP_SOCKET,
                            UringOps.IORING_OP_URING_CMD,
                            UringOps.IORING_OP_FIXED_FD_INSTALL,
                            UringOps.IORING_OP_BIND,
                            UringOps.IORING_OP_LISTEN),
                    Set.of(
                            IoUring.IORING_REGISTER_RING_FDS,
                            IoUring.IORING_REGISTER_PBUF_RING,
                            IoUring.IORING_REGISTER_SYNC_CANCEL));

    /** Copies the sets. */
    public UringRequirements {
        operations = Set.copyOf(operations);
        registrations = Set.copyOf(registrations);
    }
}
