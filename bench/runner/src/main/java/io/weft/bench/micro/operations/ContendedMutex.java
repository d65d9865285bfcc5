package io.weft.bench.micro.operations;

import io.weft.sync.Mutex;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Many threads take one mutex of Weft over and over, for next to nothing, until all acquisitions of
 * the batch are done. The operation is an acquisition.
 */
final class ContendedMutex implements Operation {

    private static final int LOCKERS = 100;

    private final long acquisitions;
    private final Mutex mutex = new Mutex();

    /** Guarded by the mutex. */
    private long count;

    /**
     * @param acquisitions of a batch
     */
    ContendedMutex(long acquisitions) {
        this.acquisitions = acquisitions;
    }

    @Override
    public Done batch(Threads threads) throws InterruptedException {
        share(threads, this::lockOften);
        return new Done(acquisitions, LOCKERS);
    }

    private long lockOften() {
        boolean more = true;
        while (more) {
            mutex.lock();
            more = next();
            mutex.unlock();
        }
        return 0;
    }

    /** Counts an acquisition, unless all are done. The mutex is held. */
    private boolean next() {
        if (count == acquisitions) {
            return false;
        }
        count++;
        return true;
    }

    /** All do the work; the most that any of them answers. */
    private long share(Threads threads, LongSupplier work) throws InterruptedException {
        count = 0;
        long[] answers = new long[LOCKERS];
        CountDownLatch ended = new CountDownLatch(LOCKERS);
        for (int i = 0; i < LOCKERS; i++) {
            int me = i;
            threads.start(
                    () -> {
                        answers[me] = work.getAsLong();
                        ended.countDown();
                    });
        }
        ended.await();
        WrongResultException.check("acquisitions", count, acquisitions);
        long most = 0;
        for (long answer : answers) {
            most = Math.max(most, answer);
        }
        return most;
    }

    /**
     * How long the longest wait for the mutex is, in a window of its own: asking the clock twice
     * for each acquisition costs more than the acquisition.
     */
    @Override
    public void more(Threads threads, Window window, Figures figures) throws InterruptedException {
        longestWaitNanos(threads, window.leastMillis());
        figures.add("longest_wait_us", longestWaitNanos(threads, window.millis()) / 1e3);
    }

    private long longestWaitNanos(Threads threads, int millis) throws InterruptedException {
        long start = System.nanoTime();
        long longest = 0;
        do {
            longest = Math.max(longest, share(threads, this::lockWithClock));
        } while (System.nanoTime() - start < TimeUnit.MILLISECONDS.toNanos(millis));
        return longest;
    }

    /** As {@link #lockOften}; answers its longest wait. */
    private long lockWithClock() {
        long longest = 0;
        boolean more = true;
        while (more) {
            long asked = System.nanoTime();
            mutex.lock();
            longest = Math.max(longest, System.nanoTime() - asked);
            more = next();
            mutex.unlock();
        }
        return longest;
    }
}
