package io.weft.netpoll;

import io.weft.netpoll.FdWordInterleavingsTest.Descriptor;
import io.weft.netpoll.FdWordInterleavingsTest.Lifetime;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * {@link FdWord} with a mistake, for one direction. The word: closed, locked, queued, references.
 */
final class BrokenLifetime implements Lifetime {

    /** What is wrong. */
    enum Mistake {
        /** close() closes the descriptor, whoever is inside. */
        CLOSE_AT_ONCE,
        /** The reference is given back in one step, the last one is looked for in the next. */
        RELEASE_IN_TWO_STEPS,
        /** A locker queues up even if the lock was given back since it looked. */
        BLIND_QUEUE
    }

    private static final int CLOSED = 1;
    private static final int LOCKED = 1 << 1;
    private static final int QUEUED = 1 << 2;
    private static final int QUEUED_MASK = 0xFF * QUEUED;
    private static final int REFERENCE = 1 << 10;

    private final Mistake mistake;
    private final Descriptor descriptor = new Descriptor();
    private final AtomicInteger word = new AtomicInteger();
    private final Semaphore turns = new Semaphore(0);

    BrokenLifetime(Mistake mistake) {
        this.mistake = mistake;
    }

    @Override
    public boolean acquire() {
        while (true) {
            int old = word.get();
            if ((old & CLOSED) != 0) {
                return false;
            }
            if (word.compareAndSet(old, old + REFERENCE)) {
                return true;
            }
        }
    }

    @Override
    public void release() {
        int next = word.addAndGet(-REFERENCE);
        finishIfLast(mistake == Mistake.RELEASE_IN_TWO_STEPS ? word.get() : next);
    }

    @Override
    public boolean lockRead() {
        while (true) {
            int old = word.get();
            if ((old & CLOSED) != 0) {
                return false;
            }
            if ((old & LOCKED) == 0) {
                if (word.compareAndSet(old, (old | LOCKED) + REFERENCE)) {
                    return true;
                }
            } else if (mistake == Mistake.BLIND_QUEUE) {
                word.getAndAdd(QUEUED);
                turns.acquireUninterruptibly();
            } else if (word.compareAndSet(old, old + QUEUED)) {
                turns.acquireUninterruptibly();
            }
        }
    }

    @Override
    public void unlockRead() {
        while (true) {
            int old = word.get();
            int oneLess = (old & QUEUED_MASK) == 0 ? 0 : QUEUED;
            int next = (old & ~LOCKED) - REFERENCE - oneLess;
            if (word.compareAndSet(old, next)) {
                turns.release(oneLess / QUEUED);
                finishIfLast(next);
                return;
            }
        }
    }

    @Override
    public boolean close() {
        while (true) {
            int old = word.get();
            if ((old & CLOSED) != 0) {
                return false;
            }
            int next = (old | CLOSED) & ~QUEUED_MASK;
            if (word.compareAndSet(old, next)) {
                turns.release((old & QUEUED_MASK) / QUEUED);
                finishIfLast(mistake == Mistake.CLOSE_AT_ONCE ? CLOSED : next);
                return true;
            }
        }
    }

    @Override
    public void awaitClosed() {
        throw new UnsupportedOperationException("no scenario with a mistake waits for the close");
    }

    @Override
    public Descriptor descriptor() {
        return descriptor;
    }

    private void finishIfLast(int next) {
        if ((next & CLOSED) != 0 && next / REFERENCE == 0) {
            descriptor.close();
        }
    }
}
