package io.weft;

import io.weft.sched.RuntimeTimer;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Ticks at a fixed rate, without drift: tick number n comes n periods after the start, however late
 * the one before it was awaited. Ticks that nobody awaited are not queued but counted. Made by
 * {@link Weft#ticker} and {@link WeftRuntime#ticker}.
 *
 * {@snippet :
 * try (Ticker ticker = Weft.ticker(Duration.ofMillis(100))) {
 *     while (true) {
 *         long ticks = ticker.await(); // 1, or more when this loop was late
 *         report();
 *     }
 * }
 * }
 *
 * <p>How many ticks there have been is a function of the clock; a timer is armed only while
 * somebody waits. So a ticker costs nothing between two awaits, and one that is forgotten without a
 * stop is garbage like any other object.
 *
 * <p>All methods may be called from any thread. When several wait, each tick goes to one of them.
 */
public final class Ticker implements AutoCloseable {

    /** The ticks between two calls of {@link #reset}; two are never the same. */
    private static final class Schedule {

        /** When the first one comes. */
        final long firstNanos;

        /** At least 1. */
        final long periodNanos;

        Schedule(long firstNanos, long periodNanos) {
            this.firstNanos = firstNanos;
            this.periodNanos = periodNanos;
        }

        /** How many ticks have come by then. */
        long count(long nowNanos) {
            return nowNanos < firstNanos ? 0 : 1 + (nowNanos - firstNanos) / periodNanos;
        }

        /** When the tick comes that follows this many. */
        long next(long ticks) {
            long when = firstNanos + ticks * periodNanos;
            return when < firstNanos ? RuntimeTimer.NEVER - 1 : when;
        }
    }

    private final RuntimeTimers timers;
    private final Alarm alarm;

    /** Held by the one who waits for the next tick; the alarm does not need it. */
    private final ReentrantLock turn = new ReentrantLock();

    /** Null when stopped. */
    private volatile @Nullable Schedule schedule;

    /** Which schedule {@link #taken} is about. Guarded by turn. */
    private @Nullable Schedule current;

    /** Ticks that were handed out. Guarded by turn. */
    private long taken;

    Ticker(RuntimeTimers timers, Duration period) {
        this.timers = timers;
        alarm = new Alarm(timers.scheduler());
        schedule = starting(period);
    }

    private Schedule starting(Duration period) {
        long nanos = RuntimeTimers.nanos(period);
        if (nanos <= 0) {
            throw new IllegalArgumentException(
                    "the period of a ticker must be more than zero: " + period);
        }
        timers.requireOpen();
        return new Schedule(timers.whenAfter(period), nanos);
    }

    /**
     * Waits for the next tick, or returns at once when one has come since the last call.
     *
     * @return how many ticks have come since the last call of anybody: 1, or more if that was
     *     longer ago than a period
     * @throws InterruptedException if the caller is or gets interrupted while it waits; no tick is
     *     lost by that
     * @throws CancellationException if the ticker is stopped, before or while the caller waits, or
     *     if its runtime is closed
     */
    public long await() throws InterruptedException {
        turn.lockInterruptibly();
        try {
            long ticks = due();
            while (ticks == 0) {
                sleepUntilNext();
                ticks = due();
            }
            taken += ticks;
            return ticks;
        } finally {
            turn.unlock();
        }
    }

    private long due() {
        Schedule now = schedule;
        if (now == null) {
            throw new CancellationException("the ticker is stopped");
        }
        if (alarm.isAbandoned()) {
            throw new CancellationException("the runtime of the ticker is closed");
        }
        if (now != current) {
            current = now;
            taken = 0;
        }
        return now.count(timers.nanoTime()) - taken;
    }

    /** Returns early when the schedule is changed, and now and then for no reason. */
    private void sleepUntilNext() throws InterruptedException {
        Schedule now = current;
        if (now == null) {
            throw new IllegalStateException("weft: a ticker sleeps without a schedule");
        }
        alarm.waiter = Thread.currentThread();
        try {
            alarm.reset(now.next(taken));
            // The waiter is set before this look, and the schedule before a look at the waiter.
            if (schedule == now && !alarm.isAbandoned()) {
                LockSupport.park(this);
            }
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        } finally {
            alarm.waiter = null;
            alarm.stop();
        }
    }

    /**
     * Starts anew with another period, counted from now, stopped or not. Ticks that were not
     * awaited are forgotten. Whoever waits goes on waiting, for the first of the new ticks.
     *
     * @return whether it was running
     * @throws IllegalArgumentException if the period is zero or less
     * @throws RejectedExecutionException after {@link WeftRuntime#close} was called
     */
    public boolean reset(Duration period) {
        Schedule next = starting(period);
        boolean running = schedule != null;
        schedule = next;
        alarm.wakeWaiter();
        return running;
    }

    /**
     * Stops it: whoever waits, or comes to wait, gets a {@link CancellationException}, until it is
     * reset. Ticks that were not awaited are forgotten.
     *
     * @return whether it was running
     */
    public boolean stop() {
        boolean running = schedule != null;
        schedule = null;
        alarm.wakeWaiter();
        return running;
    }

    /** As {@link #stop}. */
    @Override
    public void close() {
        stop();
    }
}
