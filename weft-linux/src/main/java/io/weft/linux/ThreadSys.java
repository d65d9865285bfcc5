package io.weft.linux;

/**
 * What the kernel knows of the threads of this process. Every method returns what the kernel
 * returns: zero or more, or a negated {@link Errno}. Threads are named by the kernel's number, the
 * one of {@link #gettid}.
 *
 * <p>Virtual threads have none: these methods speak of the carrier.
 */
public interface ThreadSys {

    /** The number of the calling thread. */
    int gettid();

    /**
     * Sets how much later than asked the kernel may end a timed wait of the calling thread. It is
     * 50 µs for a thread unless somebody changed it; 0 brings that back.
     */
    int setTimerSlack(long nanos);

    /** The timer slack of the calling thread in nanoseconds. */
    int timerSlack();

    /**
     * Lets a thread run on these CPUs only. {@link Errno#EINVAL} when none of them is there for
     * this process, {@link Errno#EPERM} where a sandbox forbids it, {@link Errno#ESRCH} when the
     * thread has ended.
     */
    int setAffinity(int tid, CpuSet cpus);

    /**
     * Where a thread may run.
     *
     * @param into receives the answer at index 0
     */
    int affinity(int tid, CpuSet[] into);

    /**
     * What a thread is doing, as the letter of {@code /proc/self/task/TID/stat}: {@code 'R'} runs
     * or waits for a CPU, {@code 'S'} sleeps and may be interrupted, {@code 'D'} sleeps and may
     * not; others say that it is stopped or ends. {@link Errno#ENOENT} when it has ended.
     */
    int state(int tid);
}
