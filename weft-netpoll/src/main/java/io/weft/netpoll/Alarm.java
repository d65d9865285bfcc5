package io.weft.netpoll;

/**
 * Calls {@link ReadinessSlots#ring} for one direction of one descriptor at a moment that can be
 * moved. Callable from any thread; never blocks.
 */
interface Alarm {

    /** Sets it or moves it. A moment in the past means at once. */
    boolean reset(long whenNanos);

    /** Takes it back; a call that has begun already may still come. */
    boolean stop();
}
