package io.weft.sched.spi;

/**
 * What the scheduler asks of the operating system about its threads. Called where nothing may be
 * waited for: no method blocks, allocates in steady state, loads a class or throws.
 */
public interface OsThreads {

    /** For tests and other systems: nothing is known, nothing is done. */
    OsThreads NONE =
            new OsThreads() {
                @Override
                public long enter() {
                    return 0;
                }

                @Override
                public boolean isBlocked(long id) {
                    return false;
                }

                @Override
                public void bind(long id, int processor) {}

                @Override
                public void unbind(long id) {}
            };

    /**
     * Called first by each thread of the scheduler, on itself: makes its timed sleeps exact.
     *
     * @return the number under which the other methods know the thread
     */
    long enter();

    /**
     * Whether that thread sleeps in the kernel: neither runs nor waits for a CPU. False when
     * unknown.
     */
    boolean isBlocked(long id);

    /** Lets that thread run on the CPU of this P only, if CPUs were given out. */
    void bind(long id, int processor);

    /** Lets that thread run wherever the process may. */
    void unbind(long id);
}
