package io.weft.sched;

import static io.weft.sched.RuntimeTimer.NEVER;

import java.lang.System.Logger.Level;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The timers of a P: entries by key behind a lock that nobody waits for. Who wants to add an entry
 * and finds the lock taken tries the heaps of other Ps; if all are taken, leaves the entry in the
 * inbox, for the holder to take in. So a holder that the kernel has taken off its CPU delays those
 * entries, and never a thread.
 *
 * <p>Barriers: who leaves an entry in the inbox pushes it (T4) and tries the lock then (T5); a
 * holder gives the lock back (T6) and looks into the inbox then (T7). All four are volatile, so one
 * of the two sees the other. The flag {@code closed} is set and looked at in the same way.
 */
final class TimerHeap {

    private static final System.Logger LOGGER = System.getLogger(TimerHeap.class.getName());

    /** Fewer entries than this are not swept: they are little, and soon gone. */
    private static final int SWEEP_MIN = 64;

    /**
     * How many entries one call of {@link #runDue} looks at. Timers that were stopped or moved are
     * looked at when their former time comes, a million of them perhaps at once; goroutines that
     * are ready must not wait for all.
     */
    static final int LOOKS_MAX = 1024;

    private static final VarHandle LOCKED;
    private static final VarHandle INBOX;

    static {
        try {
            var lookup = MethodHandles.lookup();
            LOCKED = lookup.findVarHandle(TimerHeap.class, "locked", boolean.class);
            INBOX = lookup.findVarHandle(TimerHeap.class, "inbox", Letter.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static final RuntimeTimer[] NONE = {};

    /** An entry that could not be added at once. */
    private static final class Letter {

        final long key;
        final RuntimeTimer timer;

        /** Set before the letter is in the inbox, and published by that. */
        @Nullable Letter older;

        Letter(long key, RuntimeTimer timer) {
            this.key = key;
            this.timer = timer;
        }
    }

    /** The index of the P. */
    final int processor;

    private final Timers timers;

    /** Guarded by the lock; its size is also read without. */
    private final TimerEntries entries = new TimerEntries();

    /** Replaced under the lock; its count is changed by anyone. */
    private TimerGarbage garbage = new TimerGarbage();

    @SuppressWarnings("unused") // through LOCKED
    private volatile boolean locked;

    private volatile long next = NEVER;
    private volatile @Nullable Letter inbox;
    private volatile boolean closed;

    TimerHeap(int processor, Timers timers) {
        this.processor = processor;
        this.timers = timers;
    }

    /**
     * The earliest key, or {@link RuntimeTimer#NEVER}. No timer of this heap is due before it; one
     * that was stopped or moved may have left it.
     */
    long next() {
        return next;
    }

    /** How many entries there are, those of stopped timers included; a moment's truth. */
    int size() {
        return entries.size();
    }

    /** How many entries the arrays have room for; a moment's truth. */
    int capacity() {
        return entries.capacity();
    }

    /**
     * Adds an entry with this key, unless the timer has one that is as early.
     *
     * @return false if the lock is taken, and nothing was done
     */
    boolean tryAdd(RuntimeTimer timer, long key) {
        if (!tryLock()) {
            return false;
        }
        try {
            makeRoom();
            if (timer.lowerKey(key)) {
                insert(key, timer);
            }
        } finally {
            unlock();
        }
        return true;
    }

    /** The same, at the next chance, if the lock is taken: by whoever holds it. */
    void addLater(RuntimeTimer timer, long key) {
        Letter letter = new Letter(key, timer);
        if (!timer.lowerKey(key)) {
            return;
        }
        do {
            letter.older = inbox;
        } while (!INBOX.compareAndSet(this, letter.older, letter)); // barrier T4
        if (tryLock()) { // barrier T5
            unlock();
        }
    }

    /**
     * Fires timers that are due, each outside the lock. Looks at {@link #LOOKS_MAX} entries at
     * most, so that there may be due timers left when it has fired fewer than {@code max}: {@link
     * #next} tells.
     *
     * @param nowNanos no later than the present moment
     * @param max how many timers are fired at most
     * @return how many were fired; also 0 if the lock is taken, since its holder runs them, or adds
     *     one and is soon done
     */
    int runDue(long nowNanos, int max) {
        if ((next > nowNanos && !needsSweep()) || !tryLock()) {
            return 0;
        }
        if (needsSweep()) {
            sweep();
        }
        int fired = 0;
        for (int looks = 0; looks < LOOKS_MAX && fired < max; looks++) {
            if (entries.firstKey() > nowNanos) {
                break;
            }
            RuntimeTimer timer = entries.first();
            long due = takeFirst(timer, nowNanos);
            if (due == NEVER) {
                continue;
            }
            unlock();
            fired++;
            fire(timer, due);
            if (!tryLock()) {
                return fired;
            }
        }
        trim();
        unlock();
        return fired;
    }

    /**
     * Tells each armed timer, and each one that is armed from here on, that it will not be fired.
     * If the lock is taken, its holder does that.
     */
    void abandonAll() {
        closed = true;
        if (tryLock()) {
            unlock();
        }
    }

    /** Puts the first entry right; returns the moment for which its timer is to be fired. */
    private long takeFirst(RuntimeTimer timer, long nowNanos) {
        long key = entries.firstKey();
        long due = timer.claim(key, nowNanos);
        long settled = timer.settle(key);
        entries.replaceFirst(settled);
        if (due == NEVER && settled == NEVER && garbage.entries > 0) {
            garbage.entries--;
        }
        return due;
    }

    private static void fire(RuntimeTimer timer, long whenNanos) {
        try {
            timer.expire(whenNanos);
        } catch (Throwable failure) {
            // It must not throw; but if it does, the other timers are not to suffer.
            LOGGER.log(Level.ERROR, "sched: the timer " + timer + " failed to expire", failure);
        }
    }

    private void insert(long key, RuntimeTimer timer) {
        timer.mark(garbage);
        entries.add(key, timer);
    }

    private boolean needsSweep() {
        int size = entries.size();
        return size >= SWEEP_MIN && garbage.entries > size / 4;
    }

    private void sweep() {
        TimerGarbage mark = new TimerGarbage();
        garbage = mark;
        entries.sweep(mark);
        trim();
    }

    /** Sees to it that one entry can be added. Sweeps before it grows. */
    private void makeRoom() {
        if (needsSweep() || entries.isFull()) {
            sweep();
            // Half full at least, or the next sweep would come too soon.
            if (entries.size() > entries.capacity() / 2) {
                entries.resize(2 * entries.capacity());
            }
        }
    }

    /** Gives memory back when three quarters of the room are empty. */
    private void trim() {
        int capacity = entries.capacity();
        if (capacity > TimerEntries.CAPACITY_MIN && entries.size() < capacity / 4) {
            try {
                entries.resize(Math.max(TimerEntries.CAPACITY_MIN, 2 * entries.size()));
            } catch (OutOfMemoryError e) {
                LOGGER.log(Level.DEBUG, "sched: no memory to give timer memory back", e);
            }
        }
    }

    /** Takes the lock, unless somebody has it. */
    boolean tryLock() {
        return !locked && LOCKED.compareAndSet(this, false, true);
    }

    /**
     * Takes the inbox in, publishes the earliest key and gives the lock back; once more, if
     * somebody came too late for the inbox and too early for the lock.
     */
    void unlock() {
        boolean empty;
        boolean closing;
        do {
            empty = readInbox();
            closing = closed;
            RuntimeTimer[] left = closing ? entries.takeAll() : NONE;
            long before = next;
            long first = entries.firstKey();
            if (first != before) {
                next = first;
            }
            locked = false; // barrier T6
            if (first < before) {
                timers.earlier(this, first);
            }
            for (RuntimeTimer timer : left) {
                abandon(timer);
            }
        } while (empty && (inbox != null || closed != closing) && tryLock()); // barrier T7
    }

    private static void abandon(RuntimeTimer timer) {
        if (timer.whenNanos() != NEVER) { // barrier T3: it may have been armed as its entry went
            timer.abandon();
        }
    }

    /**
     * Adds what the inbox holds.
     *
     * @return false if memory has run out; what is left waits for the next holder of the lock
     */
    private boolean readInbox() {
        try {
            for (Letter letter = inbox; letter != null; letter = inbox) {
                makeRoom();
                if (INBOX.compareAndSet(this, letter, letter.older)) {
                    insert(letter.key, letter.timer);
                }
            }
            return true;
        } catch (OutOfMemoryError e) {
            return false;
        }
    }
}
