package io.weft.netpoll;

/** Where deadlines get their time from, and who wakes a thread when one passes. */
interface AlarmClock {

    /**
     * The present moment, never negative. An alarm that was set for a moment rings when this has
     * reached it: a thread that reads the clock after the ring finds the moment passed.
     */
    long nanoTime();

    /** An alarm that is not set. */
    Alarm newAlarm(ReadinessSlots slots, Direction direction);
}
