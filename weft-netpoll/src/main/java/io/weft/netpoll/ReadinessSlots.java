package io.weft.netpoll;

import io.weft.sched.spi.OutsideWait;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * How a thread waits for readiness, and how a poller, a closer or a deadline ends the wait: one
 * slot for each direction. The idea is that of {@code rg} and {@code wg} in Go's {@code
 * netpoll.go}; a thread stands where Go has a goroutine, so virtual and platform threads wait
 * alike.
 *
 * <pre>
 *  slot      event                              next      what the actor does then
 *  ────────  ─────────────────────────────────  ────────  ──────────────────────────────────────
 *  null      ready (poller)                     READY     nothing
 *  READY     ready                              READY     nothing: one system call serves both
 *  thread    ready                              READY     unparks the thread
 *  READY     prepare, await (the lock holder)   null      makes the system call
 *  null      await                              thread    re-checks closed and deadline, then parks
 *  thread    await, closed                      null      withdraws, returns CLOSED
 *  thread    await, interrupted or past its     null      withdraws by compare-and-set, returns
 *            deadline                                     INTERRUPTED or TIMED_OUT
 *  thread    the alarm rings, or somebody sets  thread    unparks the thread, which looks at its
 *            a deadline that has passed                   deadline
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
 * <p><b>Barrier, deadline side against wait side.</b> {@link #await} puts its thread into the slot
 * and then reads the deadline, and the clock. {@link #setDeadline} writes the deadline and then
 * reads the slot; so does the alarm, {@link #ring}, after the clock has reached the moment that it
 * was set for. All of it is volatile, so at least one side sees the other: either the thread is
 * found in the slot and unparked, or it finds the deadline passed and does not park. If the
 * deadline were read before the slot is entered, both could miss, and the thread would wait for
 * ever beyond its deadline.
 *
 * <p><b>A deadline takes nothing out of a slot.</b> The alarm and the setter only unpark; the
 * thread withdraws itself, by a compare-and-set that fails if readiness was faster, and the wait is
 * READY then. So TIMED_OUT means that no edge was consumed: one that comes later stays in the slot.
 * Moving a deadline away needs no care for an alarm that is ringing: it costs the thread one look.
 *
 * <p><b>READY is taken out by compare-and-set,</b> never by a plain store: a read-modify-write
 * reads the newest ready(), so everything that the poller wrote before it, the hangup mark above
 * all, is visible to the system call that follows. A blind store could forget an edge without
 * having seen the mark that came with it.
 *
 * <p><b>Late unparks.</b> ready() swaps first and unparks after. Between the two the waiter may see
 * the swap, return, and park for something else; the permit then ends that other park early. The
 * same goes for an alarm between its look at the slot and its unpark. It is one spurious wake-up,
 * which every user of {@link LockSupport#park} has to expect anyway.
 *
 * <p>A slot keeps no thread that does not wait: every way out of {@link #await} leaves null or
 * READY.
 */
abstract class ReadinessSlots extends FdWord implements OutsideWait {

    /** In a slot: an edge came that no system call has answered yet. */
    static final Object READY = Wait.READY;

    private static final VarHandle READ_SLOT;
    private static final VarHandle WRITE_SLOT;
    private static final VarHandle HANGUP;
    private static final VarHandle DEADLINES;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            READ_SLOT = lookup.findVarHandle(ReadinessSlots.class, "readSlot", Object.class);
            WRITE_SLOT = lookup.findVarHandle(ReadinessSlots.class, "writeSlot", Object.class);
            HANGUP = lookup.findVarHandle(ReadinessSlots.class, "hangup", boolean.class);
            DEADLINES = lookup.findVarHandle(ReadinessSlots.class, "deadlines", Deadlines.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @SuppressWarnings("unused") // through READ_SLOT
    private @Nullable Object readSlot;

    @SuppressWarnings("unused") // through WRITE_SLOT
    private @Nullable Object writeSlot;

    /** Null until a deadline is first set, never taken back. */
    @SuppressWarnings("unused") // through DEADLINES
    private @Nullable Deadlines deadlines;

    @SuppressWarnings("unused") // through HANGUP; set by the poller, never taken back
    private boolean hangup;

    /** What the deadlines of this descriptor go by. Asked once, when the first is set. */
    AlarmClock alarmClock() {
        throw new IllegalStateException("netpoll: this descriptor has no clock for a deadline");
    }

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
        // Wait side of both barriers: slot first, closed bit and deadline second.
        while (!isClosed() && is(slotVolatile(direction), me)) {
            Wait reason = reasonToLeave(direction, me);
            if (reason != null) {
                if (compareAndSetSlotVolatile(direction, me, null)) {
                    return reason;
                }
                break; // readiness or close was faster
            }
            LockSupport.park(this);
        }
        return leave(direction);
    }

    private @Nullable Wait reasonToLeave(Direction direction, Thread me) {
        if (me.isInterrupted()) {
            return Wait.INTERRUPTED;
        }
        return leftNanos(direction) <= 0 ? Wait.TIMED_OUT : null;
    }

    /** Puts the thread into the slot; false if readiness was there and has been consumed. */
    private boolean enter(Direction direction, Thread me) {
        // Each round that fails means a swap by the poller or the closer, and a closed descriptor
        // is swapped once: the third round succeeds unless the lock of the direction is broken.
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
     * Likewise the alarms are stopped after the bit is set, and {@link #setDeadline} sets one
     * before it reads the bit: none stays set on a closed descriptor.
     */
    @Override
    final void wakeWaiters() {
        expel(Direction.READ);
        expel(Direction.WRITE);
        Deadlines present = deadlinesVolatile();
        if (present != null) {
            present.stopAlarms();
        }
    }

    private void expel(Direction direction) {
        if (swapSlotVolatile(direction, null) instanceof Thread waiter) {
            LockSupport.unpark(waiter);
        }
    }

    /**
     * Sets, moves or clears ({@link Deadlines#NEVER}) the deadline of a direction, for the wait
     * that is under way and for later ones. Callable from any thread, takes no lock; without effect
     * on a closed descriptor.
     */
    final void setDeadline(Direction direction, long whenNanos) {
        Deadlines present = deadlinesVolatile();
        if (present == null) {
            if (whenNanos == Deadlines.NEVER) {
                return;
            }
            present = installDeadlines();
        }
        // Deadline side of the barrier: the moment first, the slot second. A waiter whose deadline
        // is still to come is left to the alarm.
        present.set(direction, Math.max(whenNanos, 0), this);
        if (slotVolatile(direction) instanceof Thread waiter && present.leftNanos(direction) <= 0) {
            LockSupport.unpark(waiter);
        }
        if (isClosed()) {
            present.stopAlarms();
        }
    }

    /**
     * Called by the alarm when its moment has come, on any thread: makes who waits look at the
     * deadline. Never blocks.
     */
    final void ring(Direction direction) {
        if (slotVolatile(direction) instanceof Thread waiter) {
            LockSupport.unpark(waiter);
        }
    }

    /** The time until the deadline; 0 or less if it has passed, NEVER if there is none. */
    final long leftNanos(Direction direction) {
        Deadlines present = deadlinesVolatile();
        return present == null ? Deadlines.NEVER : present.leftNanos(direction);
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

    private @Nullable Deadlines deadlinesVolatile() {
        return (Deadlines) DEADLINES.getVolatile(this);
    }

    private Deadlines installDeadlines() {
        Deadlines fresh = new Deadlines(alarmClock());
        Deadlines witness = (Deadlines) DEADLINES.compareAndExchange(this, null, fresh);
        return witness == null ? fresh : witness;
    }

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
