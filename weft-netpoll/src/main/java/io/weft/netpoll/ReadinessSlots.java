package io.weft.netpoll;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * How a thread waits for readiness, and how a poller or a closer ends the wait: one slot for each
 * direction. The idea is that of {@code rg} and {@code wg} in Go's {@code netpoll.go}; a thread
 * stands where Go has a goroutine, so virtual and platform threads wait alike.
 *
 * <pre>
 *  slot      event                              next      what the actor does then
 *  ────────  ─────────────────────────────────  ────────  ──────────────────────────────────────
 *  null      ready (poller)                     READY     nothing
 *  READY     ready                              READY     nothing: one system call serves both
 *  thread    ready                              READY     unparks the thread
 *  READY     prepare, await (the lock holder)   null      makes the system call
 *  null      await                              thread    re-checks closed, then parks
 *  thread    await, closed or interrupted       null      withdraws, returns CLOSED or INTERRUPTED
 *  thread    await of another thread            fault     the lock of the direction is broken
 *  any       close                              null      unparks the thread if there was one
 * </pre>
 *
 * <p>At most one thread waits in a slot: it holds the lock of the direction. Only that thread takes
 * READY out of the slot, only ready() puts it in.
 *
 * <p><b>Barrier, close side against wait side.</b> {@link #close} sets the closed bit of the word
 * and then swaps the slots ({@link #wakeWaiters}). {@link #await} puts its thread into the slot and
 * then reads the closed bit. All four accesses are volatile, so at least one side sees the other:
 * either the swap finds the thread and unparks it, or the thread finds the bit and does not park.
 * With weaker modes both could miss, and the thread would wait for ever on a closed descriptor.
 *
 * <p><b>READY is taken out by compare-and-set,</b> never by a plain store: a read-modify-write
 * reads the newest ready(), so everything that the poller wrote before it, the hangup mark above
 * all, is visible to the system call that follows. A blind store could forget an edge without
 * having seen the mark that came with it.
 *
 * <p><b>Late unparks.</b> ready() swaps first and unparks after. Between the two the waiter may see
 * the swap, return, and park for something else; the permit then ends that other park early. It is
 * one spurious wake-up, which every user of {@link LockSupport#park} has to expect anyway.
 *
 * <p>A slot keeps no thread that does not wait: every way out of {@link #await} leaves null or
 * READY.
 */
abstract class ReadinessSlots extends FdWord {

    /** In a slot: an edge came that no system call has answered yet. */
    static final Object READY = Wait.READY;

    private static final VarHandle READ_SLOT;
    private static final VarHandle WRITE_SLOT;
    private static final VarHandle HANGUP;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            READ_SLOT = lookup.findVarHandle(ReadinessSlots.class, "readSlot", Object.class);
            WRITE_SLOT = lookup.findVarHandle(ReadinessSlots.class, "writeSlot", Object.class);
            HANGUP = lookup.findVarHandle(ReadinessSlots.class, "hangup", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @SuppressWarnings("unused") // through READ_SLOT
    private @Nullable Object readSlot;

    @SuppressWarnings("unused") // through WRITE_SLOT
    private @Nullable Object writeSlot;

    @SuppressWarnings("unused") // through HANGUP; set by the poller, never taken back
    private boolean hangup;

    /**
     * Forgets readiness that the system call about to be made will answer anyway. The caller holds
     * the lock of the direction.
     *
     * <p>An edge that is forgotten here was announced before the call, so the call sees its cause.
     * An edge that arrives later stays in the slot and ends the next {@link #await} at once.
     */
    final void prepare(Direction direction) {
        // A null that is out of date only means that the edge stays: one needless system call.
        if (is(slotVolatile(direction), READY)) {
            compareAndSetSlotVolatile(direction, READY, null);
        }
    }

    /**
     * Waits for readiness and consumes it. The caller holds the lock of the direction and makes the
     * system call next. May return READY without cause.
     */
    final Wait await(Direction direction) {
        Thread me = Thread.currentThread();
        if (!enter(direction, me)) {
            return Wait.READY;
        }
        // Wait side of the barrier: slot first, closed second.
        while (!isClosed() && is(slotVolatile(direction), me)) {
            if (me.isInterrupted()) {
                if (compareAndSetSlotVolatile(direction, me, null)) {
                    return Wait.INTERRUPTED;
                }
                break; // readiness or close was faster
            }
            LockSupport.park(this);
        }
        return leave(direction);
    }

    /** Puts the thread into the slot; false if readiness was there and has been consumed. */
    private boolean enter(Direction direction, Thread me) {
        // Each round that fails means a swap by the poller or the closer, and a closed descriptor
        // is
        // swapped once: the third round succeeds unless the lock of the direction is broken.
        while (true) {
            Object slot = slotVolatile(direction);
            if (is(slot, READY)) {
                if (compareAndSetSlotVolatile(direction, READY, null)) {
                    return false;
                }
            } else if (slot != null) {
                throw new IllegalStateException(
                        "netpoll: two threads wait in the "
                                + direction
                                + " slot of one descriptor: "
                                + slot
                                + " and "
                                + me);
            } else if (compareAndSetSlotVolatile(direction, null, me)) {
                return true;
            }
        }
    }

    /** Empties the slot of this thread or of the readiness that ended its wait. */
    private Wait leave(Direction direction) {
        swapSlotVolatile(direction, null);
        return isClosed() ? Wait.CLOSED : Wait.READY;
    }

    /** Called by the poller: notes readiness and wakes who waits for it. Never blocks. */
    final void ready(Direction direction) {
        if (swapSlotVolatile(direction, READY) instanceof Thread waiter) {
            LockSupport.unpark(waiter);
        }
    }

    /**
     * Close side of the barrier: the closed bit is set before this, the slots are swapped after.
     */
    @Override
    final void wakeWaiters() {
        expel(Direction.READ);
        expel(Direction.WRITE);
    }

    private void expel(Direction direction) {
        if (swapSlotVolatile(direction, null) instanceof Thread waiter) {
            LockSupport.unpark(waiter);
        }
    }

    /**
     * Remembers that an edge announced more than bytes. Called before the ready() of that edge:
     * ready() publishes it to whoever consumes the readiness.
     */
    final void markHangup() {
        if (!hangupOpaque()) {
            HANGUP.setOpaque(this, true);
        }
    }

    final boolean hangupOpaque() {
        return (boolean) HANGUP.getOpaque(this);
    }

    @SuppressWarnings("ReferenceEquality") // a state of a slot is an identity
    private static boolean is(@Nullable Object slot, Object state) {
        return slot == state;
    }

    // Memory access, the mode in the name.

    final @Nullable Object slotVolatile(Direction direction) {
        return direction == Direction.READ
                ? READ_SLOT.getVolatile(this)
                : WRITE_SLOT.getVolatile(this);
    }

    private @Nullable Object swapSlotVolatile(Direction direction, @Nullable Object next) {
        return direction == Direction.READ
                ? READ_SLOT.getAndSet(this, next)
                : WRITE_SLOT.getAndSet(this, next);
    }

    private boolean compareAndSetSlotVolatile(
            Direction direction, @Nullable Object old, @Nullable Object next) {
        return direction == Direction.READ
                ? READ_SLOT.compareAndSet(this, old, next)
                : WRITE_SLOT.compareAndSet(this, old, next);
    }
}
