package io.weft.sync;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Waits for the end of several goroutines, or of whatever else is counted.
 *
 * {@snippet :
 * WaitGroup group = new WaitGroup();
 * for (Order order : orders) {
 *     group.go(() -> ship(order));
 * }
 * group.await();
 * }
 *
 * <p>The semantics are Go's ({@code sync.WaitGroup}): a counter, and threads that wait until it is
 * zero. It may be used again once all who have waited have returned. What is done before {@link
 * #done} is visible after {@link #await()}.
 *
 * <p>All methods may be called from any thread. Nothing is allocated unless somebody has to wait.
 *
 * <pre>
 *  word      meaning                                  who changes it, and to what
 *  ────────  ───────────────────────────────────────  ──────────────────────────────────────────────
 *  n, –      n more to come, nobody waits             n ± k by add; n, QUEUED by who begins to wait
 *  n, QUEUED n &gt; 0 more to come, somebody waits       n ± k by add; n, – by the last who gives up
 *  0, QUEUED those who wait are about to be woken     0, – by who has counted down to zero, or by
 *                                                     the last who gives up
 *  0, –      nothing to wait for                      k by add
 * </pre>
 *
 * <p>QUEUED changes with the lock of the queue, together with the queue. The counter does not leave
 * zero while QUEUED is set: a count that begins then is a misuse, since its waiters and those of
 * the count before could not be told apart.
 *
 * <p><b>Barrier.</b> All changes are volatile compare-and-sets, so who finds zero has seen what was
 * done before each count. Who waits is woken through {@link Parked}.
 */
public final class WaitGroup {

    /** The highest counter. */
    public static final int COUNT_MAX = Integer.MAX_VALUE;

    private static final long QUEUED = 1;
    private static final int COUNT_SHIFT = 1;

    private static final VarHandle WORD;

    static {
        try {
            WORD = MethodHandles.lookup().findVarHandle(WaitGroup.class, "word", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @SuppressWarnings("unused") // through WORD
    private long word;

    private final ParkQueue queue = new ParkQueue();

    /** Begins at zero. */
    public WaitGroup() {}

    /**
     * Adds to the counter. When it becomes zero, those who wait are released. What is added at zero
     * must be added before somebody waits for it.
     *
     * @param delta may be negative
     * @throws IllegalStateException if the counter would be negative, or more than {@link
     *     #COUNT_MAX}; or if those who have waited for the count before have not returned. The
     *     counter is as before then.
     */
    public void add(int delta) {
        long old;
        long count;
        do {
            old = word();
            count = (old >> COUNT_SHIFT) + delta;
            check(old, delta, count);
        } while (!WORD.compareAndSet(this, old, (count << COUNT_SHIFT) | (old & QUEUED)));
        if (count == 0 && (old & QUEUED) != 0) {
            releaseAll();
        }
    }

    private static void check(long old, int delta, long count) {
        if (count < 0) {
            throw new IllegalStateException(
                    "more is counted down than was added: call add before what it counts begins");
        }
        if (count > COUNT_MAX) {
            throw new IllegalStateException("a wait group counts to " + COUNT_MAX + " at most");
        }
        if (old == QUEUED && delta > 0) {
            throw new IllegalStateException(
                    "a wait group is used again before those who have waited for it have returned:"
                            + " add first, or use another one");
        }
    }

    /**
     * Counts one down.
     *
     * @throws IllegalStateException if the counter is zero
     */
    public void done() {
        add(-1);
    }

    /**
     * Counts one up, and starts a goroutine that counts it down when it ends, however it ends. What
     * the body throws goes to the handler of its thread.
     *
     * @return its thread
     * @throws IllegalStateException as {@link #add}
     * @throws RejectedExecutionException if the runtime of the caller takes no more goroutines;
     *     nothing is counted then
     */
    public Thread go(Runnable body) {
        Objects.requireNonNull(body, "body");
        add(1);
        boolean started = false;
        try {
            Thread thread = Hosts.current().go(() -> runAndCount(body));
            started = true;
            return thread;
        } finally {
            if (!started) {
                done();
            }
        }
    }

    private void runAndCount(Runnable body) {
        try {
            body.run();
        } finally {
            done();
        }
    }

    /** The counter; may be another when this returns. */
    public int count() {
        return (int) (word() >> COUNT_SHIFT);
    }

    /**
     * Waits until the counter is zero.
     *
     * @throws InterruptedException if the caller is or gets interrupted while it waits
     */
    public void await() throws InterruptedException {
        awaitUntil(Parked.NO_DEADLINE);
    }

    /**
     * Waits so long at most.
     *
     * @param timeout zero or less does not wait; some 292 years or more is for ever
     * @return whether the counter was zero
     * @throws InterruptedException if the caller is or gets interrupted while it waits
     */
    public boolean await(Duration timeout) throws InterruptedException {
        long nanos = Blocked.nanos(timeout);
        return nanos <= 0 ? count() == 0 : awaitUntil(Parked.deadlineNanos(nanos));
    }

    @Override
    public String toString() {
        return "WaitGroup[" + count() + "]";
    }

    private long word() {
        return (long) WORD.getVolatile(this);
    }

    /** As {@link #await(Duration)}, to a moment of {@link Hosts#nanoTime}. */
    boolean awaitUntil(long deadlineNanos) throws InterruptedException {
        if (count() == 0) {
            return true;
        }
        Parked mine = enqueue();
        if (mine == null) {
            return true;
        }
        boolean released =
                mine.await(this, true, deadlineNanos) == Parked.GRANTED || !withdraw(mine);
        boolean interrupted = mine.wasInterrupted();
        queue.end(mine, released);
        if (!released && interrupted) {
            throw new InterruptedException();
        }
        return released;
    }

    /** Null when there is nothing to wait for. */
    private @Nullable Parked enqueue() {
        queue.lock();
        try {
            long old;
            do {
                old = word();
                if (old >> COUNT_SHIFT == 0) {
                    return null;
                }
            } while (!WORD.compareAndSet(this, old, old | QUEUED));
            Parked mine = queue.begin();
            queue.addLast(mine);
            return mine;
        } finally {
            queue.unlock();
        }
    }

    /** Leaves the queue; false when it was released before. */
    private boolean withdraw(Parked mine) {
        queue.lock();
        boolean removed = queue.remove(mine);
        if (queue.isEmpty()) {
            WORD.getAndBitwiseAnd(this, ~QUEUED);
        }
        queue.unlock();
        return removed;
    }

    /**
     * Wakes those who wait for the zero that the caller has counted down to. If all have given up,
     * others may wait for a later one by now: they stay.
     */
    private void releaseAll() {
        List<Thread> waiting = new ArrayList<>();
        queue.lock();
        try {
            if (!WORD.compareAndSet(this, QUEUED, 0)) {
                return;
            }
            for (Parked each = queue.removeFirst(); each != null; each = queue.removeFirst()) {
                waiting.add(each.wake(Parked.GRANTED));
            }
        } finally {
            queue.unlock();
        }
        waiting.forEach(LockSupport::unpark);
    }
}
