package io.weft.sched;

import io.weft.sched.spi.Poller;
import io.weft.sched.spi.Simulator;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * A processor: the right to run goroutines, and what its holder needs at hand for it. The {@link
 * OwnerWord} says who holds it.
 *
 * <p>The local work of a P is the ring, which thieves may empty, and {@code next}: the goroutine
 * that was made ready last by the one that runs. It runs before the ring and inherits the rest of
 * the time slice, so that two goroutines that hand work to each other share one slice and one warm
 * cache. {@code next} is set by the owner and taken by compare-and-set, by anyone.
 */
final class P extends OwnerWord {

    /** Before all moments: nobody has to wake this P for a timer. */
    static final long AWAKE = Long.MIN_VALUE;

    private static final VarHandle NEXT;
    private static final VarHandle POLLING;

    static {
        try {
            var lookup = MethodHandles.lookup();
            NEXT = lookup.findVarHandle(P.class, "next", Runnable.class);
            POLLING = lookup.findVarHandle(P.class, "polling", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final int index;
    final RunQueue ring;
    final Poller poller;
    final PollCadence cadence = new PollCadence();
    final TimerHeap timers;

    /** The M that holds this P, or held it last; written by that M, a hint for all others. */
    volatile @Nullable M holder;

    /**
     * Until when the M that holds this P sleeps, in scheduler time; {@link #AWAKE} when it does
     * not. See {@link SchedulerTimers#earlier}.
     */
    volatile long sleepsUntilNanos = AWAKE;

    private final GlobalQueue global;
    private final @Nullable Runnable[] overflow;
    private final int globalCheckInterval;
    private final int nextChainMax;
    private final @Nullable Simulator simulator;

    @SuppressWarnings("unused") // through NEXT
    private @Nullable Runnable next;

    /** The poll lock: held by the one thread that polls {@link #poller}. */
    @SuppressWarnings("unused") // through POLLING
    private boolean polling;

    /** When the poller was looked at last; written under the poll lock, read by idle Ms. */
    volatile long lastPollNanos;

    /** Grows with each time slice, not with each goroutine: {@code next} inherits. Owner only. */
    private int scheduleTick;

    private int nextChain;

    /** See {@link #pushFound}. Owner only. */
    boolean firstFoundRunsNext;

    // Counters: written by the owner alone, read by anyone, one moment apart.
    long schedules;
    long polls;
    long pollEvents;
    long steals;
    long stalePolls;
    long wakeUps;
    long idles;
    long overflows;
    long timersRun;

    P(int index, SchedulerOptions options, GlobalQueue global, TimerHeap timers) {
        this.index = index;
        this.global = global;
        this.timers = timers;
        ring = new RunQueue(options.runQueueCapacity());
        overflow = new Runnable[options.runQueueCapacity() / 2];
        poller = options.pollers().apply(index);
        globalCheckInterval = options.globalCheckInterval();
        nextChainMax = options.nextChainMax();
        simulator = options.simulator();
    }

    /** Puts a task before all others; the one that was there goes to the ring. Owner only. */
    void pushNext(Runnable task) {
        // Release: whoever takes the task by CAS sees what made it ready. Only the owner fills
        // next,
        // so an empty one stays empty, and a store will do.
        if (NEXT.getOpaque(this) == null) {
            NEXT.setRelease(this, task);
            return;
        }
        Runnable displaced = (Runnable) NEXT.getAndSetRelease(this, task);
        if (displaced != null) {
            push(displaced);
        }
    }

    /**
     * Puts a task that a poll or a timer has found: at the tail, but the first one of a look that a
     * busy P takes before all others. It has waited for the look already, and to let it wait for
     * the whole ring would double that; more than one for each look would starve the ring. Owner
     * only.
     */
    void pushFound(Runnable task) {
        if (firstFoundRunsNext) {
            firstFoundRunsNext = false;
            pushNext(task);
        } else {
            push(task);
        }
    }

    /**
     * Puts a task at the tail; a full ring gives its older half to the global queue. Owner only.
     */
    void push(Runnable task) {
        while (!ring.push(task)) {
            int moved = ring.takeHalf(overflow);
            if (moved > 0) {
                overflows++;
            }
            for (int i = 0; i < moved; i++) {
                global.add(java.util.Objects.requireNonNull(overflow[i]));
                overflow[i] = null;
            }
        }
    }

    /**
     * The next task of this P, or null. Starts a new time slice unless the task came through {@code
     * next}. Owner only.
     */
    @Nullable Runnable takeLocal() {
        Simulator test = simulator;
        return test == null ? takeInOrder() : takeInTest(test);
    }

    private @Nullable Runnable takeInTest(Simulator test) {
        int waiting = waiting();
        int chosen = waiting == 0 ? -1 : test.choose(waiting);
        return chosen < 0 ? takeInOrder() : takeChosen(chosen);
    }

    private @Nullable Runnable takeInOrder() {
        Runnable task = (Runnable) NEXT.getOpaque(this);
        if (task == null || !takeNext(task)) {
            return takeRing();
        }
        if (++nextChain <= nextChainMax) {
            return task;
        }
        // The chain is long enough: those in the ring come first, and the slice is over.
        push(task);
        return takeRing();
    }

    /** The task at this place; those before it go to the tail. */
    private @Nullable Runnable takeChosen(int place) {
        Runnable first = peekNext();
        if (first != null && takeNext(first)) {
            push(first);
        }
        for (int i = 0; i < place; i++) {
            Runnable passed = ring.pop();
            if (passed != null) {
                push(passed);
            }
        }
        return takeRing();
    }

    private @Nullable Runnable takeRing() {
        Runnable task = ring.pop();
        if (task != null) {
            newSlice();
        }
        return task;
    }

    /** A goroutine starts with a slice of its own. Owner only. */
    void newSlice() {
        scheduleTick++;
        nextChain = 0;
    }

    /**
     * Whether it is the turn of the global queue: now and then, or every other time while more wait
     * there than here. Under saturation the older half of the ring overflows there again and again,
     * and would otherwise wait for as long as polls keep the ring from running empty. Owner only.
     */
    boolean isGlobalTurn() {
        int waiting = global.size();
        if (waiting == 0) {
            return false;
        }
        int interval = waiting > ring.size() ? 2 : globalCheckInterval;
        return scheduleTick % interval == 0;
    }

    /** What would run next through {@code next}; anyone may look. */
    @Nullable Runnable peekNext() {
        return (Runnable) NEXT.getVolatile(this);
    }

    /** Takes exactly this task out of {@code next}; anyone may try. */
    boolean takeNext(Runnable expected) {
        return NEXT.compareAndSet(this, expected, null);
    }

    /** Whether this P has nothing to run; a moment's truth for all but the owner. */
    boolean isQueueEmpty() {
        // next before ring: the owner moves from next to the ring, never back, so a task cannot
        // slip past a reader who looks in this order; ring is read once more in case it moved.
        return ring.isEmpty() && peekNext() == null && ring.isEmpty();
    }

    /** Whether there is more to run here than one goroutine; a moment's truth. Owner only. */
    boolean hasSeveral() {
        return waiting() > 1;
    }

    private int waiting() {
        return ring.size() + (peekNext() == null ? 0 : 1);
    }

    /** Tries to become the one thread that polls this P's poller. */
    boolean tryLockPoller() {
        return POLLING.compareAndSet(this, false, true);
    }

    void unlockPoller() {
        POLLING.setRelease(this, false);
    }
}
