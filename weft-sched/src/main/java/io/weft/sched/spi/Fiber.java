package io.weft.sched.spi;

/**
 * A stack that an M can continue. {@link #run} mounts it and returns when it parks, yields or ends.
 *
 * <p>The run queues hold plain {@link Runnable}s, since a JDK may hand the scheduler work that is
 * no goroutine of ours; those that are say more about themselves through this interface.
 */
public interface Fiber extends Runnable {

    /** Continues the fiber on the calling M until it gives the M back. */
    @Override
    void run();

    /** A number that no other fiber of the process has. */
    long id();
}
