package io.weft.netpoll;

import io.weft.linux.Errno;
import java.io.IOException;
import java.io.UncheckedIOException;

/** What the errors of epoll and eventfd mean: an operating error with its cure, or corruption. */
final class EpollErrors {

    private EpollErrors() {}

    /**
     * The exception for an errno of epoll_ctl on the descriptor of a connection.
     *
     * @throws IllegalStateException if the errno means that our own books are wrong
     */
    static IOException registration(int fd, int errno) {
        return new IOException(
                "netpoll: cannot watch file descriptor "
                        + fd
                        + ": "
                        + Errno.describe(errno)
                        + "; "
                        + registrationCure(fd, errno));
    }

    private static String registrationCure(int fd, int errno) {
        return switch (errno) {
            case Errno.ENOSPC ->
                    "this user watches as many descriptors as the kernel allows: raise"
                            + " /proc/sys/fs/epoll/max_user_watches, or open fewer connections";
            case Errno.ENOMEM ->
                    "the kernel has no memory for the watch: free memory, raise the memory limit of"
                            + " the container, or open fewer connections";
            case Errno.EPERM ->
                    "epoll cannot watch this kind of file: only sockets, pipes and their like can"
                            + " be waited for, regular files are always ready";
            case Errno.ELOOP ->
                    "the descriptor is an epoll instance that would watch itself or is nested too"
                            + " deeply: watch the sockets themselves";
            // EBADF: the number or the epoll instance was closed behind our back. EEXIST: it was
            // closed and reused behind our back. ENOENT: changed before it was added. EINVAL and
            // EFAULT: wrong arguments.
            case Errno.EBADF, Errno.EEXIST, Errno.ENOENT, Errno.EINVAL, Errno.EFAULT ->
                    throw new IllegalStateException(
                            "netpoll: the books on file descriptor "
                                    + fd
                                    + " are wrong: epoll_ctl says "
                                    + Errno.describe(errno));
            default -> "epoll_ctl(2) does not document this error";
        };
    }

    /** The exception for an errno met while a poller is created. */
    static UncheckedIOException creation(String call, int errno) {
        String cure =
                switch (errno) {
                    case Errno.EMFILE ->
                            "this process has as many open files as it may: raise `ulimit -n`";
                    case Errno.ENFILE ->
                            "the system has as many open files as it may: raise"
                                    + " /proc/sys/fs/file-max";
                    case Errno.ENOMEM -> "the kernel has no memory for it";
                    case Errno.ENOSPC -> "raise /proc/sys/fs/epoll/max_user_watches";
                    case Errno.ENODEV -> "the kernel cannot mount its anonymous inodes";
                    case Errno.ENOSYS -> "this kernel or sandbox does not offer the call";
                    case Errno.EPERM -> "a sandbox or seccomp filter forbids the call";
                    default -> call + "(2) does not document this error";
                };
        String message =
                "netpoll: cannot create a poller: "
                        + call
                        + ": "
                        + Errno.describe(errno)
                        + "; "
                        + cure;
        return new UncheckedIOException(message, new IOException(message));
    }

    /** EBADF, EINVAL or EFAULT of epoll_wait, or whatever else it answers beside EINTR. */
    static IllegalStateException waiting(int errno) {
        String reason =
                switch (errno) {
                    case Errno.EBADF -> "the epoll descriptor was closed behind our back";
                    case Errno.EINVAL -> "the epoll descriptor is no epoll instance any more";
                    case Errno.EFAULT -> "the event array is not writable";
                    default -> "epoll_wait does not document this error";
                };
        return new IllegalStateException(
                "netpoll: corrupt poller: " + Errno.describe(errno) + ": " + reason);
    }

    /** An errno of the write to an eventfd, which never fails while the eventfd is sound. */
    static IllegalStateException waking(int errno) {
        String reason =
                switch (errno) {
                    case Errno.EBADF -> "the eventfd was closed behind our back";
                    case Errno.EAGAIN -> "the eventfd counter is full, somebody else writes to it";
                    case Errno.EINVAL -> "the descriptor is no eventfd any more";
                    default -> "a write to an eventfd does not document this error";
                };
        return new IllegalStateException(
                "netpoll: cannot wake a poller: " + Errno.describe(errno) + ": " + reason);
    }
}
