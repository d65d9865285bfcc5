package io.weft.sched;

/**
 * What timers ask of the scheduler they belong to. The heaps are one per P, numbered as the Ps are.
 */
interface Timers {

    /** How many heaps there are, at least one; always the same. */
    int count();

    /** The heap of a P. */
    TimerHeap heap(int processor);

    /** Where a timer of the caller goes: the P under it, or any for a thread without one. */
    int callerHeap();

    /**
     * The earliest key of a heap has become earlier, and is published. Whoever sleeps until the
     * former one has to be woken. Called outside the heap's lock, from any thread; obeys the terms
     * of {@link RuntimeTimer#reset}.
     */
    void earlier(TimerHeap heap, long whenNanos);
}
