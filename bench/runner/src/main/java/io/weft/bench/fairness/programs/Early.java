package io.weft.bench.fairness.programs;

import io.weft.bench.micro.operations.Figures;
import io.weft.bench.micro.operations.Threads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Arms timers of mixed lengths, moves some, stops some, and counts firings that came early, that
 * never came, and that came although they were prevented.
 *
 * <p>Threads work on batches of their own. Of a hundred timers of a batch, five are sleeping
 * threads, twenty are moved and ten stopped once all are armed, when some of them have fired; a
 * third are due at one instant; the rest take up to a few milliseconds, and a few a multiple.
 */
final class Early {

    private static final int BATCH = 20_000;
    private static final int THREADS_PER_PROC = 2;
    private static final int LOST_AFTER_SECONDS = 60;

    private static final int PERCENT = 100;
    private static final int ASLEEP = 5;
    private static final int MOVED = ASLEEP + 20;
    private static final int STOPPED = MOVED + 10;

    private static final int SHORT_NANOS = 4_000_000;
    private static final int TINY_NANOS = 50_000;
    private static final int LONG_NANOS = 40_000_000;

    private final long total;
    private final LongAdder fired = new LongAdder();
    private final LongAdder early = new LongAdder();
    private final LongAdder lost = new LongAdder();
    private final LongAdder extra = new LongAdder();
    private final LongAdder incomplete = new LongAdder();

    Early(long total) {
        this.total = total;
    }

    <T> void measure(TimerKind<T> kind, Threads threads, Figures figures)
            throws InterruptedException {
        int count = threads.procs() * THREADS_PER_PROC;
        List<Thread> workers = new ArrayList<>();
        long start = System.nanoTime();
        for (int i = 0; i < count; i++) {
            long share = total / count + (i < total % count ? 1 : 0);
            SplittableRandom random = new SplittableRandom(i + 1L);
            workers.add(threads.start(() -> work(kind, threads, share, random)));
        }
        for (Thread worker : workers) {
            worker.join();
        }
        figures.add("timers", total);
        figures.add("fired", fired.sum());
        figures.add("early", early.sum());
        figures.add("never_fired", lost.sum());
        figures.add("extra", extra.sum());
        figures.add("incomplete_batches", incomplete.sum());
        figures.add("seconds", (System.nanoTime() - start) / 1e9);
    }

    private <T> void work(TimerKind<T> kind, Threads threads, long share, SplittableRandom random) {
        try {
            for (long left = share; left > 0; left -= BATCH) {
                new Batch<>(kind, threads, random).run((int) Math.min(left, BATCH));
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("fairness: nobody interrupts a batch", e);
        }
    }

    /** Timers that are armed together. Used by one thread. */
    private final class Batch<T> {

        private final TimerKind<T> kind;
        private final Threads threads;
        private final SplittableRandom random;
        private final Semaphore firings = new Semaphore(0);
        private final List<Shot> shots = new ArrayList<>();
        private final List<Entry<T>> moved = new ArrayList<>();
        private final List<Entry<T>> stopped = new ArrayList<>();

        /** Many timers of the batch are due at this instant. */
        private final long together;

        private int expected;

        Batch(TimerKind<T> kind, Threads threads, SplittableRandom random) {
            this.kind = kind;
            this.threads = threads;
            this.random = random;
            this.together = System.nanoTime() + SHORT_NANOS;
        }

        void run(int size) throws InterruptedException {
            for (int i = 0; i < size; i++) {
                arm(random.nextInt(PERCENT));
            }
            expected = size;
            moved.forEach(this::move);
            stopped.forEach(this::stop);
            if (!firings.tryAcquire(expected, LOST_AFTER_SECONDS, TimeUnit.SECONDS)) {
                incomplete.increment();
            }
            shots.forEach(this::count);
        }

        private void arm(int percent) {
            Shot shot = new Shot(firings);
            shots.add(shot);
            Duration delay = Duration.ofNanos(delayNanos());
            shot.firstDue = System.nanoTime() + delay.toNanos();
            if (percent < ASLEEP) {
                threads.start(() -> sleep(delay, shot));
                return;
            }
            T timer = kind.arm(delay, shot);
            if (percent < MOVED) {
                moved.add(new Entry<>(timer, shot));
            } else if (percent < STOPPED) {
                stopped.add(new Entry<>(timer, shot));
            }
        }

        private long delayNanos() {
            return switch (random.nextInt(12)) {
                case 0 -> 0;
                case 1, 2 -> random.nextInt(TINY_NANOS);
                case 3 -> TimeUnit.MILLISECONDS.toNanos(random.nextInt(1, 4));
                case 4, 5, 6, 7 -> Math.max(0, together - System.nanoTime());
                case 8 -> random.nextInt(PERCENT) < ASLEEP ? random.nextInt(LONG_NANOS) : 1;
                default -> random.nextInt(SHORT_NANOS);
            };
        }

        private void move(Entry<T> entry) {
            Duration delay = Duration.ofNanos(random.nextInt(SHORT_NANOS));
            entry.shot().secondDue = System.nanoTime() + delay.toNanos();
            entry.shot().prevented = kind.reset(entry.timer(), delay);
            entry.shot().twice = !entry.shot().prevented;
            expected += entry.shot().twice ? 1 : 0;
        }

        private void stop(Entry<T> entry) {
            if (kind.stop(entry.timer())) {
                // Nothing is due any more: whatever fires is early.
                entry.shot().prevented = true;
                entry.shot().secondDue = Long.MAX_VALUE;
                expected--;
            }
        }

        private void count(Shot shot) {
            boolean none = shot.prevented && shot.secondDue == Long.MAX_VALUE;
            int wanted = none ? 0 : shot.twice ? 2 : 1;
            int firingsOfIt = shot.firings();
            fired.add(firingsOfIt);
            extra.add(Math.max(0, firingsOfIt - wanted));
            lost.add(Math.max(0, wanted - firingsOfIt));
            early.add(shot.early());
        }
    }

    /** A timer that is going to be moved or stopped. */
    private record Entry<T>(T timer, Shot shot) {}

    private static void sleep(Duration delay, Shot shot) {
        try {
            Thread.sleep(delay);
        } catch (InterruptedException e) {
            throw new IllegalStateException("fairness: nobody interrupts a sleeper", e);
        }
        shot.run();
    }
}
