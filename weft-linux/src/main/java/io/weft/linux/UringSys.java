package io.weft.linux;

import java.lang.foreign.MemorySegment;

/**
 * The system calls behind a {@link Uring}, as the kernel answers them: a result of zero or more, or
 * a negated errno. As with {@link Sys}, nothing here throws for an operating error, retries, or
 * logs.
 *
 * <p>All methods may be called from any thread, unless the ring was set up for one issuer. The
 * interface exists so that tests can put faults between Weft and the kernel.
 */
public interface UringSys {

    /**
     * {@code io_uring_setup(2)}. The descriptor is {@code O_CLOEXEC} by itself.
     *
     * @param parameters {@code struct io_uring_params}, read and written by the kernel
     */
    int setup(int entries, MemorySegment parameters);

    /**
     * {@code io_uring_enter(2)}: hands over at most {@code toSubmit} published entries, then waits
     * until {@code minComplete} completions are ready. Answers how many entries the kernel took;
     * only when it took none, what ended the wait: 0, {@code -ETIME} or {@code -EINTR}. It does not
     * wait when it took fewer than asked.
     *
     * <p>Other answers: {@code -EAGAIN} without memory for a request, {@code -EBUSY} while the
     * completion queue has overflowed and has no room, {@code -EBADR} when completions were lost,
     * {@code -EEXIST} from another thread than the single issuer, {@code -EBADFD} of a disabled
     * ring.
     *
     * <p>A {@code minComplete} of 0 does not wait, and the timeout is not looked at. No safepoint
     * can begin during such a call if {@code toSubmit} is at most {@link #MAX_CRITICAL_SUBMIT}; its
     * requests are attempted within the call, so the length of one send or recv is best bounded by
     * {@link Sys#MAX_TRANSFER}.
     *
     * @param fd the ring, or the index of its registration by this thread when {@code flags} say so
     * @param flags {@code IORING_ENTER_*}; a wait asks for events by itself
     * @param timeoutNanos how long to wait at most; negative: for ever. Times beyond {@link
     *     #MAX_TIMEOUT_NANOS} are shortened to it
     */
    int enter(int fd, int toSubmit, int minComplete, int flags, long timeoutNanos);

    /** {@code io_uring_register(2)} with an argument in native memory. */
    int register(int fd, int opcode, MemorySegment argument, int count);

    /**
     * {@code mmap(2)}, readable and writable: shared with the kernel at that offset of a ring, or
     * private memory of zeros, filled in when it is touched, where {@code fd} is negative.
     *
     * @return the address, or a negated errno
     */
    long map(int fd, long length, long offset);

    /** {@code munmap(2)}. */
    int unmap(long address, long length);

    /** {@code close(2)}. Requests that are under way are cancelled, some of them later. */
    int close(int fd);

    /**
     * The most entries that an enter without a wait hands over while it holds safepoints off. What
     * an ordinary call costs more, some ten nanoseconds, is nothing beside the entries of a larger
     * batch, and a pause of the collector would wait for all of them.
     */
    int MAX_CRITICAL_SUBMIT = 8;

    /** 146 years: the kernel adds the time to its clock, and the sum must not overflow. */
    long MAX_TIMEOUT_NANOS = Long.MAX_VALUE / 2;
}
