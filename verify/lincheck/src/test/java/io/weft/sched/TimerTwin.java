package io.weft.sched;

import static io.weft.sched.RuntimeTimer.NEVER;
import static io.weft.verify.lincheck.Interleavings.check;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The protocol of {@link RuntimeTimer} and {@link TimerHeap} for one timer and one heap, whose
 * entries are a few keys in no order. It exists to be broken in one place.
 */
final class TimerTwin implements TimerScenario.Timer {

    /** What is wrong. */
    enum Mistake {
        NONE,
        /** The heap gives up or moves an entry, and does not look at the timer again. */
        NO_SECOND_LOOK,
        /** Who arms looks at the entry first, and says then for when. */
        ARMING_LOOKS_FIRST,
        /** Who fires looks at the moment and stores. */
        FIRING_LOOKS_AND_STORES,
        /** Who stops looks at the moment and stores. */
        STOP_LOOKS_AND_STORES,
        /** Who gives the lock back does not look into the inbox then. */
        INBOX_FORGOTTEN,
        /** Who leaves an entry in the inbox does not try the lock again. */
        NO_SECOND_TRY
    }

    private static final int ENTRIES_MAX = 16;

    private final Mistake mistake;
    private final Runnable expire;
    private final AtomicLong when = new AtomicLong(NEVER);
    private final AtomicLong queued = new AtomicLong(NEVER);
    private final AtomicBoolean locked = new AtomicBoolean();
    private final AtomicReference<@Nullable Letter> inbox = new AtomicReference<>();
    private final long[] keys = new long[ENTRIES_MAX];
    private int size;

    /** An entry in the inbox. */
    private static final class Letter {
        final long key;
        final @Nullable Letter older;

        Letter(long key, @Nullable Letter older) {
            this.key = key;
            this.older = older;
        }
    }

    TimerTwin(Mistake mistake, Runnable expire) {
        this.mistake = mistake;
        this.expire = expire;
    }

    @Override
    public boolean reset(long moment) {
        boolean early = queued.get() <= moment;
        boolean armed = when.getAndSet(moment) != NEVER;
        if (mistake != Mistake.ARMING_LOOKS_FIRST) {
            early = queued.get() <= moment;
        }
        if (!early) {
            enqueue(moment);
        }
        return armed;
    }

    @Override
    public boolean stop() {
        if (mistake == Mistake.STOP_LOOKS_AND_STORES) {
            boolean armed = when.get() != NEVER;
            when.set(NEVER);
            return armed;
        }
        return when.getAndSet(NEVER) != NEVER;
    }

    private void enqueue(long key) {
        if (tryLock()) {
            if (lowerKey(key)) {
                add(key);
            }
            unlock();
            return;
        }
        if (!lowerKey(key)) {
            return;
        }
        Letter older = inbox.get();
        while (!inbox.compareAndSet(older, new Letter(key, older))) {
            older = inbox.get();
        }
        if (mistake != Mistake.NO_SECOND_TRY && tryLock()) {
            unlock();
        }
    }

    private boolean lowerKey(long key) {
        for (long now = queued.get(); now > key; now = queued.get()) {
            if (queued.compareAndSet(now, key)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void runDue(long now) {
        if (!tryLock()) {
            return;
        }
        int index = due(now);
        boolean fires = index >= 0 && takeOut(index, now);
        unlock();
        if (fires) {
            expire.run();
        }
    }

    private int due(long now) {
        for (int i = 0; i < size; i++) {
            if (keys[i] <= now) {
                return i;
            }
        }
        return -1;
    }

    private boolean takeOut(int index, long now) {
        long key = keys[index];
        keys[index] = keys[--size];
        if (queued.get() != key) {
            return false;
        }
        boolean fires = claim(now);
        settle(key);
        return fires;
    }

    private boolean claim(long now) {
        for (long moment = when.get(); moment <= now; moment = when.get()) {
            if (mistake == Mistake.FIRING_LOOKS_AND_STORES) {
                when.set(NEVER);
                return true;
            }
            if (when.compareAndSet(moment, NEVER)) {
                return true;
            }
        }
        return false;
    }

    private void settle(long key) {
        long current = key;
        for (long moment = when.get(); moment != current; moment = when.get()) {
            if (!queued.compareAndSet(current, moment) && !lowerKey(moment)) {
                return;
            }
            current = moment;
            if (mistake == Mistake.NO_SECOND_LOOK) {
                break;
            }
        }
        if (current != NEVER) {
            add(current);
        }
    }

    private void add(long key) {
        check(size < ENTRIES_MAX, "too many entries");
        keys[size++] = key;
    }

    private boolean tryLock() {
        return !locked.get() && locked.compareAndSet(false, true);
    }

    private void unlock() {
        do {
            for (Letter all = inbox.getAndSet(null); all != null; all = all.older) {
                add(all.key);
            }
            locked.set(false);
        } while (mistake != Mistake.INBOX_FORGOTTEN && inbox.get() != null && tryLock());
    }

    @Override
    public long when() {
        return when.get();
    }

    @Override
    public long next() {
        long next = NEVER;
        for (int i = 0; i < size; i++) {
            next = Math.min(next, keys[i]);
        }
        return next;
    }
}
