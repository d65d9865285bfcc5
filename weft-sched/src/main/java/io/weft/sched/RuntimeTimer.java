package io.weft.sched;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * A timer of a scheduler: it is armed for a moment, and expires once for each arming, unless it is
 * stopped or armed anew before. One object may be armed again and again.
 *
 * <p>Arming and stopping are lock-free and, in the common cases, touch nothing but the timer: a
 * stop, and a move to a later moment, leave the entry in the heap as it is, and whoever finds it
 * there when its time has come puts it right. Go's timers do the same behind a lock for each timer;
 * here two words are enough:
 *
 * <pre>
 *  word    value        means                                    who changes it
 *  when    NEVER        not armed                                reset: swap, any value → w
 *          w            armed for w: the truth                   stop:  swap, any value → NEVER
 *                                                                firing: CAS w → NEVER, w is due
 *  queued  NEVER        no entry                                 reset: CAS q → w, w &lt; q, and then
 *          k            the entry with key k is alive; all         it inserts an entry (w)
 *                       others are dropped when they are seen    heap:  CAS k → w or NEVER, for an
 *                                                                  entry (k) that it holds
 * </pre>
 *
 * Who changes {@code queued} to a key inserts the entry, nobody else. Firing is the CAS of {@code
 * when}, so of a stop, a move and a firing exactly one gets the arming.
 *
 * <p>The invariant, but for the moments between two steps of one thread: an armed timer has an
 * entry whose key is at most {@code when}. It hangs on one pattern, store, then load, on both
 * sides, with all accesses volatile:
 *
 * <pre>
 *   reset(w)                                 heap, holding the entry (k)
 *   T0  swap when to w                       T2  CAS queued from k to a later key, or NEVER
 *   T1  read queued: at most w? then done,   T3  read when: earlier than that key?
 *       the entry will be found in time          then CAS queued down to it
 * </pre>
 *
 * If T1 saw the old key k, then T0 came before T2, and T3 sees w. Without T3 the entry would be
 * gone, or too late, and with it the arming. The same would happen if T3 were left out because a
 * second {@code reset}, for a later moment, has written {@code queued} meanwhile.
 *
 * <p>All public methods may be called from any thread. Subclasses should be final and small: there
 * may be a million.
 */
public abstract class RuntimeTimer {

    /** The moment of a timer that is not armed. */
    public static final long NEVER = Long.MAX_VALUE;

    private static final VarHandle WHEN;
    private static final VarHandle QUEUED;

    static {
        try {
            var lookup = MethodHandles.lookup();
            WHEN = lookup.findVarHandle(RuntimeTimer.class, "when", long.class);
            QUEUED = lookup.findVarHandle(RuntimeTimer.class, "queued", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Timers timers;

    /** Of the heap that got the last entry; plain and racy, it only helps to count. */
    private @Nullable TimerGarbage garbage;

    private volatile long when = NEVER;

    private volatile long queued = NEVER;

    /** A timer of this scheduler, not armed. */
    protected RuntimeTimer(Scheduler scheduler) {
        this(scheduler.timers());
    }

    RuntimeTimer(Timers timers) {
        this.timers = timers;
    }

    /**
     * Arms the timer for a moment, or moves it there. Never waits for anybody, takes no monitor and
     * loads no class: it may be called where the JDK parks and unparks. A move to a later moment
     * touches no heap.
     *
     * @param whenNanos a moment of {@link Scheduler#clock}'s time; one in the past expires as soon
     *     as possible, and so does a negative one; {@link #NEVER} is taken for the last moment
     *     before it
     * @return whether the timer was armed before; then that arming will not expire
     * @throws OutOfMemoryError if there is none for an entry; the timer is not armed then
     */
    public final boolean reset(long whenNanos) {
        long moment = Math.clamp(whenNanos, 0, NEVER - 1);
        boolean armed = (long) WHEN.getAndSet(this, moment) != NEVER; // barrier T0
        long key = queued; // barrier T1
        if (key <= moment) {
            if (!armed) {
                count(-1);
            }
            return armed;
        }
        if (armed && key != NEVER) {
            count(1);
        }
        try {
            enqueue(moment);
        } catch (OutOfMemoryError e) {
            WHEN.compareAndSet(this, moment, NEVER); // else it would be armed, and never found
            throw e;
        }
        return armed;
    }

    /**
     * Disarms the timer. Never waits, as {@link #reset}.
     *
     * @return whether it was armed: then {@link #expire} will not be called for that arming; if
     *     not, it was never armed, or stopped before, or its call of {@code expire} is made, under
     *     way, or certain to come
     */
    public final boolean stop() {
        if (when == NEVER || (long) WHEN.getAndSet(this, NEVER) == NEVER) {
            return false;
        }
        count(1);
        return true;
    }

    /** The moment for which the timer is armed, or {@link #NEVER}. */
    public final long whenNanos() {
        return when;
    }

    /**
     * Called once for each arming that is neither stopped nor moved, never before its moment, on a
     * carrier or on the system monitor. The timer is not armed then and may be armed again. Must
     * neither block nor throw nor load a class.
     *
     * @param whenNanos the moment for which the timer was armed
     */
    protected abstract void expire(long whenNanos);

    /**
     * The scheduler has stopped and will not fire the timer, which is armed, unless somebody stops
     * it. Whoever wants to see it through elsewhere reads {@link #whenNanos} and takes the arming
     * by {@link #stop}. May be called more than once for one arming. Does nothing by default.
     */
    protected void abandon() {}

    /** Sees to an entry with this key, or one that is earlier. */
    private void enqueue(long moment) {
        int count = timers.count();
        int first = timers.callerHeap();
        int index = first;
        for (int tries = 0; tries < count; tries++) {
            if (timers.heap(index).tryAdd(this, moment)) {
                return;
            }
            index = index + 1 == count ? 0 : index + 1;
        }
        timers.heap(first).addLater(this, moment);
    }

    /**
     * Moves the live entry to an earlier key, which the caller then has to insert.
     *
     * @return false when there is an entry that is early enough
     */
    final boolean lowerKey(long key) {
        for (long now = queued; now > key; now = queued) {
            if (QUEUED.compareAndSet(this, now, key)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Takes the arming of an entry whose time has come, for the caller to fire. Under the lock of
     * the heap.
     *
     * @return the moment for which the timer was armed, or NEVER if it is not due
     */
    final long claim(long key, long nowNanos) {
        if (queued != key) {
            return NEVER;
        }
        for (long moment = when; moment <= nowNanos; moment = when) {
            if (WHEN.compareAndSet(this, moment, NEVER)) {
                return moment;
            }
        }
        return NEVER;
    }

    /**
     * Brings an entry in line with the moment for which the timer is armed. Under the lock of the
     * heap.
     *
     * @return the key that the entry has to have, or NEVER when it has to go
     */
    final long settle(long key) {
        long current = key;
        if (queued != current) {
            return NEVER;
        }
        for (long moment = when; moment != current; moment = when) { // barrier T3
            // Somebody may have put a key of their own there, but not one for whom T1 saw the key
            // that was raised here: so that is seen to even then.
            if (!QUEUED.compareAndSet(this, current, moment) // barrier T2
                    && !lowerKey(moment)) {
                return NEVER; // there is another entry, and it is early enough
            }
            current = moment;
        }
        return current;
    }

    /**
     * Gives up an entry without a look at the timer. Under the lock of the heap.
     *
     * @return false if it was not alive
     */
    final boolean dropEntry(long key) {
        return QUEUED.compareAndSet(this, key, NEVER);
    }

    /** Whether this mark was given to the timer last. */
    @SuppressWarnings("ReferenceEquality") // a mark is its identity
    final boolean isMarked(TimerGarbage mark) {
        return garbage == mark;
    }

    /** Says where the entry is from here on. */
    final void mark(TimerGarbage home) {
        garbage = home;
    }

    private void count(int change) {
        TimerGarbage home = garbage;
        if (home != null) {
            home.entries += change;
        }
    }
}
