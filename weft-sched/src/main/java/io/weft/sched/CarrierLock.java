package io.weft.sched;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Ties one goroutine to one M. When the goroutine waits, its M gives its P away and waits, too;
 * whoever takes the goroutine from a queue hands its own P to that M.
 *
 * <pre>
 *  waiting  pending  event                            then
 *  ───────  ───────  ───────────────────────────────  ─────────────────────────────────────────
 *  false    false    offer (another M has the task)   pending: the M is about to come back
 *  false    true     the M comes back                 runs the task again, on the P it still has
 *  false    true     the M comes back without a P     waiting, then puts the task into a queue
 *  false    false    the M comes back                 hands its P off; waiting
 *  true     false    offer                            pending; waiting → false; grants the P
 *  true     true     granted                          runs the task
 * </pre>
 *
 * <p>Barrier: {@link #offer} sets pending and then tries to end waiting; {@link #await} sets
 * waiting and then looks at pending. All are volatile, so one of the two sees the other. A task
 * that the JDK submits twice is pending once, and runs on the M of its goroutine all the same.
 */
final class CarrierLock {

    private static final VarHandle WAITING;
    private static final VarHandle PENDING;

    static {
        try {
            var lookup = MethodHandles.lookup();
            WAITING = lookup.findVarHandle(CarrierLock.class, "waiting", boolean.class);
            PENDING = lookup.findVarHandle(CarrierLock.class, "pending", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final Runnable task;
    private final Thread goroutine;

    /** The M that runs the goroutine; null before the lock is on and after it is off. */
    private volatile @Nullable M machine;

    /** How often the goroutine has locked; only its own code reads or writes it. */
    int depth = 1;

    @SuppressWarnings("unused") // through WAITING
    private boolean waiting;

    @SuppressWarnings("unused") // through PENDING
    private boolean pending;

    CarrierLock(Runnable task, Thread goroutine) {
        this.task = task;
        this.goroutine = goroutine;
    }

    /** On, for the M that runs the caller, or off. */
    void tie(@Nullable M m) {
        machine = m;
    }

    /** Whether the goroutine may run on this M: on its own one, or on any while the lock is off. */
    boolean isOn(M m) {
        M mine = machine;
        return mine == null || mine.equals(m);
    }

    /** Whether the goroutine has come to its end without unlocking. */
    boolean isOver() {
        return !goroutine.isAlive();
    }

    /**
     * Called by an M that has taken the goroutine from a queue.
     *
     * @return whether the P of that M went to the goroutine's M
     */
    boolean offer(M from, P held) {
        PENDING.setVolatile(this, true);
        M mine = machine;
        if (mine == null) {
            requeue(from.scheduler); // the M has ended, because of the stop
            return false;
        }
        if (!WAITING.compareAndSet(this, true, false)) {
            return false;
        }
        from.p = null;
        held.transfer(from.number, mine.number);
        mine.grant(held);
        return true;
    }

    /** The goroutine, if it is to run. */
    @Nullable Runnable takeTask() {
        return (boolean) PENDING.getAndSet(this, false) ? task : null;
    }

    /** Waits for a P to run the goroutine with. Returns null when the M should end. */
    @Nullable P await(Scheduler scheduler, M m) {
        while (!isOver()) {
            WAITING.setVolatile(this, true);
            if ((boolean) PENDING.getVolatile(this) && WAITING.compareAndSet(this, true, false)) {
                requeue(scheduler); // ready before this M waited, and no P here to run it with
                continue;
            }
            P granted = m.takeGrant();
            while (granted == null) {
                if (scheduler.isStopping() && WAITING.compareAndSet(this, true, false)) {
                    // First no machine, then the look at pending; offer() the other way round.
                    machine = null;
                    requeue(scheduler);
                    return null;
                }
                LockSupport.park(this);
                granted = m.takeGrant();
            }
            return granted;
        }
        scheduler.locks.remove(this);
        return null;
    }

    private void requeue(Scheduler scheduler) {
        if ((boolean) PENDING.getAndSet(this, false)) {
            scheduler.readyFromOutside(task);
        }
    }
}
