package io.weft.testkit;

import io.weft.sched.spi.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;

/** The time of a bubble, as the scheduler sees it and as a program does. */
final class VirtualClock extends java.time.Clock implements Clock {

    private final ZoneId zone;

    /** The one that is moved; this one itself, or the one that this is another view of. */
    private final VirtualClock origin;

    /** Since the start. Written by the M of the bubble, between two goroutines; read by anyone. */
    private volatile long nanos;

    VirtualClock() {
        zone = ZoneOffset.UTC;
        origin = this;
    }

    private VirtualClock(VirtualClock origin, ZoneId zone) {
        this.zone = zone;
        this.origin = origin;
    }

    /** Nanoseconds since 1970. */
    static long sinceEpoch(Instant moment) {
        return TimeUnit.SECONDS.toNanos(moment.getEpochSecond()) + moment.getNano();
    }

    @Override
    public long nanoTime() {
        return origin.nanos;
    }

    /** Only for the M of the bubble. */
    void moveTo(long moment) {
        if (moment < nanos) {
            throw new IllegalStateException(
                    "testkit: the time of a bubble would go back from " + nanos + " to " + moment);
        }
        nanos = moment;
    }

    @Override
    public Instant instant() {
        return Bubble.START.plusNanos(nanoTime());
    }

    @Override
    public ZoneId getZone() {
        return zone;
    }

    @Override
    public java.time.Clock withZone(ZoneId other) {
        return new VirtualClock(origin, other);
    }

    @Override
    public String toString() {
        return "the clock of a bubble, at " + instant();
    }
}
