package io.weft.sync;

import io.weft.sched.spi.Host;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The ticks of one timer or ticker, as the sender of its channel. Which ticks have come is a
 * function of the clock, and nothing is buffered: so there is no stale tick after a stop or a
 * reset, and a timer that nobody waits for is in no heap, and garbage when it is forgotten. (Go has
 * it so since 1.23.)
 *
 * <p>Guarded by the lock of the channel, but for the alarm, which is set and rings without it.
 */
final class TickSource {

    private static final long NEVER = Long.MAX_VALUE;

    private final Host host = Hosts.current();
    private final HostAlarm alarm = new HostAlarm(host, this::ring);
    private final Chan<Instant> channel = Chan.ofTicks(this);

    /** When the next tick comes; {@link #NEVER} when none will. */
    private long nextNanos = NEVER;

    /** Zero: one tick, and no more. */
    private long periodNanos;

    Chan<Instant> channel() {
        return channel;
    }

    /**
     * Begins anew.
     *
     * @return whether a tick was to come, or had come and was not received
     */
    boolean reset(long delayNanos, long period) {
        long next =
                delayNanos == Blocked.FOR_EVER
                        ? NEVER
                        : Hosts.whenAfter(host.nanoTime(), delayNanos);
        boolean running;
        boolean awaited;
        channel.lock();
        try {
            running = nextNanos != NEVER;
            nextNanos = next;
            periodNanos = period;
            awaited = !channel.receivers().isEmpty();
        } finally {
            channel.unlock();
        }
        if (awaited) {
            start();
        }
        return running;
    }

    /** Ends it; as {@link #reset} otherwise. */
    boolean stop() {
        return reset(Blocked.FOR_EVER, 0);
    }

    /**
     * With the lock: the tick that has come, or null. Those before it that nobody took are lost.
     */
    @Nullable Instant take() {
        if (nextNanos == NEVER) {
            return null;
        }
        long lateNanos = host.nanoTime() - nextNanos;
        if (lateNanos < 0) {
            return null;
        }
        if (periodNanos == 0) {
            nextNanos = NEVER;
        } else {
            long missed = lateNanos / periodNanos;
            lateNanos -= missed * periodNanos;
            nextNanos += (missed + 1) * periodNanos;
        }
        return host.now().minusNanos(lateNanos);
    }

    /** Without the lock, when somebody waits. */
    void start() {
        channel.lock();
        long next = nextNanos;
        channel.unlock();
        if (next != NEVER) {
            alarm.set(next);
        }
    }

    /** Gives a tick to the first who waits; on the thread that finds the alarm due. */
    private void ring() {
        Thread receiver = null;
        boolean goesOn;
        channel.lock();
        try {
            boolean due = nextNanos <= host.nanoTime();
            Waiter waiter = due ? channel.receivers().claim() : null;
            if (waiter != null) {
                Instant tick = Objects.requireNonNull(take());
                receiver = waiter.call.decide(waiter.index, tick, false);
            }
            goesOn = !channel.receivers().isEmpty();
        } finally {
            channel.unlock();
        }
        if (receiver != null) {
            LockSupport.unpark(receiver);
        }
        if (goesOn) {
            start();
        }
    }
}
