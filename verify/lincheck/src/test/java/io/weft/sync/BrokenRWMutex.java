package io.weft.sync;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** An {@link RWMutex} for one writer, with a mistake. */
final class BrokenRWMutex implements RWMutexInterleavingsTest.Lock {

    /** What is wrong. */
    enum Mistake {
        /** A writer waits for readers that have left. */
        WRITER_DOES_NOT_LOOK,
        /** A reader queues although the writer has left. */
        READER_DOES_NOT_LOOK,
        /** A writer that gives up leaves the readers behind that it has kept out. */
        GIVES_UP_SILENTLY
    }

    private static final int WRITER = 1;
    private static final int READER = 4;

    private final Mistake mistake;
    private final AtomicInteger word = new AtomicInteger();
    private final ParkQueue queue = new ParkQueue();
    private @Nullable Parked waiting;

    BrokenRWMutex(Mistake mistake) {
        this.mistake = mistake;
    }

    @Override
    public void readLock() {
        if (tryReadLock()) {
            return;
        }
        queue.lock();
        if (mistake != Mistake.READER_DOES_NOT_LOOK && tryReadLock()) {
            queue.unlock();
            return;
        }
        Parked mine = queue.begin();
        queue.addLast(mine);
        queue.unlock();
        mine.await(this, false, Parked.NO_DEADLINE);
    }

    private boolean tryReadLock() {
        int old = word.get();
        while ((old & WRITER) == 0) {
            if (word.compareAndSet(old, old + READER)) {
                return true;
            }
            old = word.get();
        }
        return false;
    }

    @Override
    public void readUnlock() {
        if (word.addAndGet(-READER) != WRITER) {
            return;
        }
        Thread thread = null;
        queue.lock();
        Parked writer = waiting;
        if (writer != null && word.get() < READER) {
            waiting = null;
            thread = writer.wake(Parked.GRANTED);
        }
        queue.unlock();
        LockSupport.unpark(thread);
    }

    @Override
    public boolean lockUntil(long deadlineNanos) {
        if (word.getAndUpdate(old -> old | WRITER) == 0) {
            return true;
        }
        queue.lock();
        if (mistake != Mistake.WRITER_DOES_NOT_LOOK && word.get() < READER) {
            queue.unlock();
            return true;
        }
        Parked mine = queue.begin();
        waiting = mine;
        queue.unlock();
        return mine.await(this, false, deadlineNanos) == Parked.GRANTED || !admit(mine);
    }

    @Override
    public void unlock() {
        admit(null);
    }

    private boolean admit(@Nullable Parked givingUp) {
        List<Thread> readers = new ArrayList<>();
        queue.lock();
        boolean admits = givingUp == waiting;
        if (admits) {
            waiting = null;
            word.getAndUpdate(old -> old & ~WRITER);
        }
        if (admits && (givingUp == null || mistake != Mistake.GIVES_UP_SILENTLY)) {
            for (Parked each = queue.removeFirst(); each != null; each = queue.removeFirst()) {
                word.addAndGet(READER);
                readers.add(each.wake(Parked.GRANTED));
            }
        }
        queue.unlock();
        readers.forEach(LockSupport::unpark);
        return admits;
    }
}
