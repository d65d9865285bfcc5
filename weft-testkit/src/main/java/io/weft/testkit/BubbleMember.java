package io.weft.testkit;

import io.weft.fiber.JdkWait;
import org.jspecify.annotations.Nullable;

/** A goroutine of a bubble. Only the M of the bubble uses it, but for what says otherwise. */
final class BubbleMember {

    /** What the scheduler runs. */
    final Runnable task;

    final Thread thread;

    /** Who has started it, and where. */
    final String origin;

    /** Since when it waits, in the time of the bubble. */
    long waitsSinceNanos;

    /** Whether it is in a wait that measures its length by the JDK's clock. */
    boolean isMeasuring;

    /** Set when it becomes runnable, by who makes it so; cleared before it is looked at. */
    private volatile boolean changed;

    /** Whether its last wait was ended by a timer; written before {@link #changed}. */
    private volatile boolean timedOut;

    /** How many calls of {@link Bubble#outside} it is in; only its own thread writes it. */
    private volatile int outside;

    BubbleMember(Runnable task, Thread thread, String origin) {
        this.task = task;
        this.thread = thread;
        this.origin = origin;
    }

    /**
     * It is made runnable.
     *
     * @return whether it has to be looked at, and nobody has said so yet
     */
    boolean change(boolean byTimer) {
        timedOut = byTimer;
        if (changed) {
            return false;
        }
        changed = true;
        return true;
    }

    /**
     * It is looked at.
     *
     * @return whether a timer has made it runnable since it was looked at last
     */
    boolean settleChange(long nowNanos) {
        if (!changed) {
            return false;
        }
        changed = false;
        waitsSinceNanos = nowNanos;
        return timedOut;
    }

    /** Whether it waits to enter a monitor, or in it. */
    boolean isAtMonitor() {
        return switch (thread.getState()) {
            case BLOCKED -> true;
            case WAITING, TIMED_WAITING -> blocker() == null && JdkWait.isInObjectWait(thread);
            default -> false;
        };
    }

    boolean isBlocked() {
        return thread.getState() == Thread.State.BLOCKED;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
    void enterOutside() {
        outside++;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
    void leaveOutside() {
        outside--;
    }

    boolean isOutside() {
        return outside > 0;
    }

    @Nullable Object blocker() {
        return java.util.concurrent.locks.LockSupport.getBlocker(thread);
    }
}
