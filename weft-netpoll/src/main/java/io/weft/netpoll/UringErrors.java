package io.weft.netpoll;

import io.weft.linux.Errno;
import java.io.IOException;
import java.io.UncheckedIOException;

/** What the errors of io_uring mean: an operating error with its cure, or corruption. */
final class UringErrors {

    private UringErrors() {}

    /** The exception for an errno met while the first ring of a poller is opened. */
    static UncheckedIOException creation(int errno) {
        String message = "netpoll: cannot create a poller: a ring: " + refusal(errno);
        return new UncheckedIOException(message, new IOException(message));
    }

    /** Why no ring was opened, with the cure. */
    static String refusal(int errno) {
        String cure =
                switch (errno) {
                    case Errno.EMFILE ->
                            "this process has as many open files as it may: raise `ulimit -n`";
                    case Errno.ENFILE ->
                            "the machine has as many open files as it may: raise fs.file-max";
                    case Errno.ENOMEM ->
                            "no memory for the ring: free memory, raise the memory limit of the"
                                    + " container, or `ulimit -l`";
                    case Errno.ENOSPC ->
                            "epoll watches the ring: raise /proc/sys/fs/epoll/max_user_watches";
                    case Errno.EPERM, Errno.EACCES ->
                            "a sandbox or `sysctl kernel.io_uring_disabled` forbids it: use epoll";
                    case Errno.ENOSYS -> "this kernel has no io_uring: use epoll";
                    case Errno.EINVAL -> "this kernel is too old for what is asked: use epoll";
                    default -> "io_uring(7) does not document this error";
                };
        return Errno.describe(errno) + "; " + cure;
    }

    /** An errno that can only mean that our own books are wrong. */
    static IllegalStateException corrupt(String step, int errno) {
        return new IllegalStateException(
                "netpoll: a ring does not " + step + ": " + Errno.describe(errno));
    }
}
