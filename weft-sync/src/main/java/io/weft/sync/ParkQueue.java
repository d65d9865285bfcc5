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

    private final Links<Parked> waiters = new Links<>();

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
        return waiters.isEmpty();
    }

    @Nullable Parked first() {
        return waiters.first();
    }

    void addLast(Parked waiter) {
        waiters.addLast(waiter);
    }

    void addFirst(Parked waiter) {
        waiters.addFirst(waiter);
    }

    /** Takes out the first one; null when nobody waits. */
    @Nullable Parked removeFirst() {
        return waiters.removeFirst();
    }

    /** Takes one out; false when it is not in the queue any more. */
    boolean remove(Parked waiter) {
        return waiters.remove(waiter);
    }
}
