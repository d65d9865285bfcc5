package io.weft.netpoll;

import java.util.concurrent.Semaphore;

/** The sleep of {@link UringPoller} over a queue that is only a number, with a mistake. */
final class BrokenSleep implements SleepInterleavingsTest.Sleeper {

    /** What is wrong. */
    enum Mistake {
        /** The sleeper does not look at the queue once more. */
        NO_LOOK,
        /** The sleeper looks, and marks its sleep in a second step. */
        MARK_LATER,
        /** Who queues on this P relies on an M that sleeps. */
        SLEEPER_IGNORED
    }

    private final Mistake mistake;
    private final int all;
    private final Semaphore edge = new Semaphore(0);
    private final SubmissionLock lock = new SubmissionLock();
    private boolean asleep;
    private int pending;
    private int taken;

    BrokenSleep(Mistake mistake, int all) {
        this.mistake = mistake;
        this.all = all;
    }

    @Override
    public boolean areAllTaken() {
        lock.lock();
        try {
            return taken == all;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void block() {
        submit();
        if (!fallAsleep()) {
            return;
        }
        edge.acquireUninterruptibly();
        lock.lock();
        asleep = false;
        lock.unlock();
    }

    private boolean fallAsleep() {
        lock.lock();
        boolean mayNot = mistake != Mistake.NO_LOOK && (pending > 0 || taken == all);
        if (mistake == Mistake.MARK_LATER) {
            lock.unlock();
            lock.lock();
        }
        if (!mayNot) {
            asleep = true;
        }
        lock.unlock();
        return !mayNot;
    }

    @Override
    public void queue(boolean isForeign) {
        lock.lock();
        pending++;
        boolean mustSubmit = isForeign || (mistake != Mistake.SLEEPER_IGNORED && asleep);
        lock.unlock();
        if (mustSubmit) {
            submit();
        }
    }

    private void submit() {
        lock.lock();
        taken += pending;
        pending = 0;
        boolean completes = taken == all && edge.availablePermits() == 0;
        lock.unlock();
        if (completes) {
            edge.release();
        }
    }
}
