package io.weft.sched.spi;

/** Tells which platform thread carries the caller. */
@FunctionalInterface
public interface Carriers {

    /** For fibers that are plain code on the M's own stack. */
    Carriers PLATFORM = Thread::currentThread;

    /**
     * The platform thread under the calling code: the caller itself, or the carrier of the calling
     * virtual thread.
     */
    Thread currentCarrier();
}
