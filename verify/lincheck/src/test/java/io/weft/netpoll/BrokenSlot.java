package io.weft.netpoll;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** One slot of {@link ReadinessSlots} with a mistake. */
@SuppressWarnings("ReferenceEquality") // a state of a slot is an identity
final class BrokenSlot implements SlotInterleavingsTest.Slot {

    /** What is wrong. */
    enum Mistake {
        /** A waiter does not look at the closed bit after it has entered the slot. */
        NO_SECOND_LOOK,
        /** Readiness that finds nobody waiting is dropped. */
        READINESS_NOT_KEPT,
        /** A waiter enters by a store, over readiness that came since it looked. */
        BLIND_ENTER
    }

    private static final Object READY = Wait.READY;

    private final Mistake mistake;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicReference<@Nullable Object> slot = new AtomicReference<>();

    BrokenSlot(Mistake mistake) {
        this.mistake = mistake;
    }

    @Override
    public void prepare() {
        slot.compareAndSet(READY, null);
    }

    @Override
    public Wait await() {
        Thread me = Thread.currentThread();
        if (slot.get() == READY) {
            slot.set(null);
            return Wait.READY;
        }
        if (mistake == Mistake.BLIND_ENTER) {
            slot.set(me);
        } else if (!slot.compareAndSet(null, me)) {
            slot.set(null);
            return Wait.READY;
        }
        while ((mistake == Mistake.NO_SECOND_LOOK || !closed.get()) && slot.get() == me) {
            LockSupport.park(this);
        }
        slot.getAndSet(null);
        return closed.get() ? Wait.CLOSED : Wait.READY;
    }

    @Override
    public void ready() {
        if (mistake == Mistake.READINESS_NOT_KEPT) {
            if (slot.get() instanceof Thread waiter && slot.compareAndSet(waiter, READY)) {
                LockSupport.unpark(waiter);
            }
        } else {
            unpark(slot.getAndSet(READY));
        }
    }

    @Override
    public void close() {
        closed.set(true);
        unpark(slot.getAndSet(null));
    }

    private static void unpark(@Nullable Object waiter) {
        if (waiter instanceof Thread thread) {
            LockSupport.unpark(thread);
        }
    }
}
