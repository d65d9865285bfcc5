package io.weft.sync;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Threads that wait for the same thing, and the lock that guards them. All methods but {@link #end}
 * are called with the lock.
 */
final class ParkQueue extends SpinLock {

    private static final VarHandle SPARE;

    static {
        try {
            SPARE = MethodHandles.lookup().findVarHandle(ParkQueue.class, "spare", Parked.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private @Nullable Parked first;
    private @Nullable Parked last;

    /**
     * For the next one who has to wait. Taken with the lock, by one at a time; put back without it,
     * by whoever has one, with release. Of two that are put back one is garbage.
     */
    @SuppressWarnings("unused") // through SPARE
    private @Nullable Parked spare;

    /**
     * Begins a wait of the current thread, which is to be added then, and ended by {@link #end}.
     */
    Parked begin() {
        Parked mine = (Parked) SPARE.getAcquire(this);
        if (mine == null) {
            mine = new Parked();
        } else {
            SPARE.setOpaque(this, null);
        }
        mine.begin();
        return mine;
    }

    /**
     * Ends a wait that is in no queue any more, without the lock. An interrupt that has not ended
     * the wait is pending again.
     *
     * @param succeeded whether the waiter has got what it waited for
     */
    void end(Parked mine, boolean succeeded) {
        boolean restores = succeeded && mine.wasInterrupted();
        mine.forget();
        SPARE.setRelease(this, mine);
        if (restores) {
            Thread.currentThread().interrupt();
        }
    }

    boolean isEmpty() {
        return first == null;
    }

    @Nullable Parked first() {
        return first;
    }

    void addLast(Parked waiter) {
        link(waiter, last, null);
    }

    void addFirst(Parked waiter) {
        link(waiter, null, first);
    }

    private void link(Parked waiter, @Nullable Parked before, @Nullable Parked after) {
        waiter.previous = before;
        waiter.next = after;
        waiter.queued = true;
        if (before == null) {
            first = waiter;
        } else {
            before.next = waiter;
        }
        if (after == null) {
            last = waiter;
        } else {
            after.previous = waiter;
        }
    }

    /** Takes out the first one; null when nobody waits. */
    @Nullable Parked removeFirst() {
        Parked waiter = first;
        if (waiter != null) {
            remove(waiter);
        }
        return waiter;
    }

    /** Takes one out; false when it is not in the queue any more. */
    boolean remove(Parked waiter) {
        if (!waiter.queued) {
            return false;
        }
        Parked before = waiter.previous;
        Parked after = waiter.next;
        if (before == null) {
            first = after;
        } else {
            before.next = after;
        }
        if (after == null) {
            last = before;
        } else {
            after.previous = before;
        }
        waiter.previous = null;
        waiter.next = null;
        waiter.queued = false;
        return true;
    }
}
