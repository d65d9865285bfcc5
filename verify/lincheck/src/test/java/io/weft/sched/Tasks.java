package io.weft.sched;

import static io.weft.verify.lincheck.Interleavings.check;

import java.util.concurrent.atomic.AtomicIntegerArray;
import org.jspecify.annotations.Nullable;

/** Numbered tasks that count how often each was run; each has to be run once. */
final class Tasks {

    private final AtomicIntegerArray runs;

    Tasks(int count) {
        runs = new AtomicIntegerArray(count);
    }

    Runnable task(int number) {
        return () -> runs.getAndIncrement(number);
    }

    /** Runs what a queue has given out, if anything. */
    static boolean run(@Nullable Runnable task) {
        if (task == null) {
            return false;
        }
        task.run();
        return true;
    }

    void checkEachRanOnce() {
        for (int i = 0; i < runs.length(); i++) {
            int times = runs.get(i);
            check(times == 1, "task " + i + " was run " + times + " times");
        }
    }
}
