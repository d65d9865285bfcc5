package io.weft.net;

import io.weft.sched.RuntimeTimer;
import io.weft.sched.spi.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/**
 * The moment by which calls must have ended, or {@link #NONE}. It lies on the monotonic clock of
 * the machine: an adjustment of the wall clock does not move it. Immutable; valid in this JVM only.
 *
 * <p>It is a moment, not a length of time, so one deadline can bound several calls together, on
 * several connections.
 *
 * @see StreamConn#setDeadline
 * @see TcpListener#setDeadline
 * @see ConnectOptions#withDeadline
 */
public final class Deadline {

    /** No deadline: calls wait for as long as it takes. */
    public static final Deadline NONE = new Deadline(RuntimeTimer.NEVER);

    /** Further away than any machine runs, about 292 years; still no {@link #NONE}. */
    private static final long LATEST_NANOS = RuntimeTimer.NEVER - 1;

    /** On {@link Clock#SYSTEM}, which schedulers go by; never negative. */
    private final long whenNanos;

    private Deadline(long whenNanos) {
        this.whenNanos = whenNanos;
    }

    /**
     * So long from here on. Zero or less has passed at once; what is beyond some 292 years is taken
     * for that.
     */
    public static Deadline after(Duration duration) {
        return afterNanos(saturatedNanos(duration));
    }

    /**
     * When the wall clock, as it goes at the moment, will show that instant. An instant that is
     * past gives a deadline that has passed; what is beyond some 292 years is taken for that.
     */
    public static Deadline at(Instant instant) {
        Objects.requireNonNull(instant, "instant");
        return after(Duration.between(Instant.now(), instant));
    }

    private static Deadline afterNanos(long delayNanos) {
        long now = Clock.SYSTEM.nanoTime();
        if (delayNanos <= 0) {
            return new Deadline(now);
        }
        return new Deadline(delayNanos > LATEST_NANOS - now ? LATEST_NANOS : now + delayNanos);
    }

    private static long saturatedNanos(Duration duration) {
        Objects.requireNonNull(duration, "duration");
        try {
            return duration.toNanos();
        } catch (ArithmeticException beyondTheLongRange) {
            return duration.isNegative() ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
    }

    /** Whether the moment has come; never for {@link #NONE}. */
    public boolean hasPassed() {
        return whenNanos != RuntimeTimer.NEVER && whenNanos <= Clock.SYSTEM.nanoTime();
    }

    /** The one that comes first. */
    public Deadline earliest(Deadline other) {
        return whenNanos <= other.whenNanos ? this : other;
    }

    /** On the clock of the schedulers; {@link RuntimeTimer#NEVER} for none. */
    long whenNanos() {
        return whenNanos;
    }

    /** Whether it is the same moment. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Deadline that && whenNanos == that.whenNanos;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(whenNanos);
    }

    /** How far away it is. */
    @Override
    public String toString() {
        if (whenNanos == RuntimeTimer.NEVER) {
            return "Deadline[none]";
        }
        Duration left = Duration.ofNanos(whenNanos - Clock.SYSTEM.nanoTime());
        return left.isPositive() ? "Deadline[in " + left + "]" : "Deadline[passed]";
    }
}
