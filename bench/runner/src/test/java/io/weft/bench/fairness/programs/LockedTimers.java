package io.weft.bench.fairness.programs;

import java.time.Duration;

/**
 * Timers that are threads which sleep, with a lock that decides between firing and being prevented.
 * None is ever early.
 */
final class LockedTimers implements TimerKind<LockedTimers.Locked> {

    /** A timer; its fields are guarded by itself. */
    static final class Locked {
        private final Runnable task;
        private int generation;
        private boolean armed;

        Locked(Runnable task) {
            this.task = task;
        }
    }

    @Override
    public Locked arm(Duration delay, Runnable task) {
        Locked timer = new Locked(task);
        reset(timer, delay);
        return timer;
    }

    @Override
    public boolean reset(Locked timer, Duration delay) {
        synchronized (timer) {
            boolean before = timer.armed;
            timer.armed = true;
            int generation = ++timer.generation;
            Thread.startVirtualThread(() -> fire(timer, generation, delay));
            return before;
        }
    }

    @Override
    public boolean stop(Locked timer) {
        synchronized (timer) {
            boolean before = timer.armed;
            timer.armed = false;
            return before;
        }
    }

    private static void fire(Locked timer, int generation, Duration delay) {
        try {
            Thread.sleep(delay);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        synchronized (timer) {
            if (!timer.armed || timer.generation != generation) {
                return;
            }
            timer.armed = false;
        }
        timer.task.run();
    }
}
