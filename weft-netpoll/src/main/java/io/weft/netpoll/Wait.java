package io.weft.netpoll;

/** How a wait for readiness ended. */
public enum Wait {
    /** The descriptor is ready, or may be: make the system call, and wait again on EAGAIN. */
    READY,
    /** The descriptor was closed; the caller still holds its reference and must give it back. */
    CLOSED,
    /** The waiting thread was interrupted; its interrupt status is still set. */
    INTERRUPTED,
    /** The deadline of the direction has passed. No readiness was consumed: none is lost. */
    TIMED_OUT
}
