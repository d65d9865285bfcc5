package io.weft.bench.micro.operations;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Has many threads asleep at once, until the same instant. */
final class Sleepers {

    private static final int REHEARSALS = 5;
    private static final int REHEARSED_THREADS = 20_000;
    private static final long REHEARSED_SLEEP_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long SLEEP_LEAST_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** So many times the expected time to start all do they sleep. */
    private static final int SLEEP_MARGIN = 6;

    private static final int TRIES_MOST = 3;

    /** What became of them. */
    private record Night(long startNanos, long wakeNanos, long residentBytes, long aliveAtOnce) {}

    private final int count;

    Sleepers(int count) {
        this.count = count;
    }

    /** Takes a longer night where not all slept at once. */
    void measure(Threads threads, Figures figures) throws InterruptedException {
        // What the rehearsals leave behind is used again, so it counts; with many it is little.
        long before = ProcessFigures.residentBytes();
        long startNanos = 0;
        int rehearsed = Math.min(count, REHEARSED_THREADS);
        for (int i = 0; i < REHEARSALS; i++) {
            startNanos = sleep(threads, rehearsed, REHEARSED_SLEEP_NANOS).startNanos();
        }
        long nanos = Math.max(SLEEP_LEAST_NANOS, SLEEP_MARGIN * startNanos / rehearsed * count);
        for (int tries = 1; tries <= TRIES_MOST; tries++) {
            Night night = sleep(threads, count, nanos);
            if (night.aliveAtOnce() == count) {
                long grown = night.residentBytes() - before;
                figures.add("ns_per_op", (double) night.startNanos() / count);
                figures.add("start_ms", night.startNanos() / 1e6);
                figures.add("wake_ms", night.wakeNanos() / 1e6);
                figures.add("rss_bytes_per_goroutine", (double) grown / count);
                figures.add("alive_at_once", night.aliveAtOnce());
                figures.add("created", count);
                figures.add("tries", tries);
                figures.add("steady", 1);
                return;
            }
            nanos *= 2;
        }
        throw new WrongResultException(
                "in %d tries not all of %d threads slept at once".formatted(TRIES_MOST, count));
    }

    private static Night sleep(Threads threads, int count, long nanos) throws InterruptedException {
        AtomicLong asleep = new AtomicLong();
        AtomicLong woken = new AtomicLong();
        CountDownLatch allAsleep = new CountDownLatch(1);
        CountDownLatch allWoken = new CountDownLatch(1);
        long start = System.nanoTime();
        long deadline = start + nanos;
        Runnable sleeper =
                () -> {
                    if (asleep.incrementAndGet() == count) {
                        allAsleep.countDown();
                    }
                    sleepUntil(deadline);
                    if (woken.incrementAndGet() == count) {
                        allWoken.countDown();
                    }
                };
        for (int i = 0; i < count; i++) {
            threads.start(sleeper);
        }
        allAsleep.await();
        long startNanos = System.nanoTime() - start;
        long aliveAtOnce = count - woken.get();
        long residentBytes = ProcessFigures.residentBytes();
        allWoken.await();
        long wakeNanos = System.nanoTime() - deadline;
        WrongResultException.check("threads that woke", woken.get(), count);
        return new Night(startNanos, wakeNanos, residentBytes, aliveAtOnce);
    }

    private static void sleepUntil(long deadline) {
        try {
            TimeUnit.NANOSECONDS.sleep(deadline - System.nanoTime());
        } catch (InterruptedException e) {
            throw new IllegalStateException("micro: nobody interrupts a sleeper", e);
        }
    }
}
