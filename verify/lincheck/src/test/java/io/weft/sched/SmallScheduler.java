package io.weft.sched;

import static io.weft.verify.lincheck.Interleavings.check;
import static io.weft.verify.lincheck.Interleavings.shared;
import static io.weft.verify.lincheck.Interleavings.together;

import io.weft.sched.spi.Poller;
import io.weft.sched.spi.Prng;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The real scheduler with two Ps and small rings, on threads that Lincheck follows: it hangs with
 * subclasses of Thread, so the loop of each M runs in a plain thread that stands for the M. Time
 * and chance are the same in each run.
 */
final class SmallScheduler {

    private static final int PROCESSORS = 2;
    private static final int RUN_QUEUE = 2;
    private static final int GLOBAL_CHECK = 3;
    private static final int NEXT_CHAIN = 1;

    /** So that bounded spins end after a few looks at the clock. */
    private static final long NANOS_PER_LOOK = 2_000;

    private final Scheduler scheduler;
    private final M[] machines = new M[PROCESSORS];
    private final @Nullable Thread[] threads = new Thread[PROCESSORS];
    private final CountDownLatch meeting = new CountDownLatch(2);

    SmallScheduler(Supplier<Poller> pollers) {
        AtomicLong time = new AtomicLong();
        SchedulerOptions options =
                SchedulerOptions.of("small", PROCESSORS, i -> pollers.get())
                        .withCapacities(RUN_QUEUE, GLOBAL_CHECK, NEXT_CHAIN)
                        .withTimeAndChance(() -> time.getAndAdd(NANOS_PER_LOOK), Prng.xorshift(1))
                        .withCarriers(this::carrier, () -> null)
                        .withLateExecutor(Runnable::run);
        scheduler = new Scheduler(options);
        for (int i = 0; i < PROCESSORS; i++) {
            machines[i] = new M(scheduler, i, options, 1);
            machines[i].p = scheduler.processors[i];
        }
        shared(this);
    }

    private Thread carrier() {
        Thread me = Thread.currentThread();
        for (int i = 0; i < PROCESSORS; i++) {
            if (me.equals(threads[i])) {
                return machines[i];
            }
        }
        return me;
    }

    /** Two tasks that wait for each other, from a thread without a P. */
    void twoTasksFromOutsideMeet() {
        together(
                () -> runMachine(0),
                () -> runMachine(1),
                () -> {
                    scheduler.ready(this::meet);
                    scheduler.ready(this::meet);
                    await();
                    scheduler.stop();
                });
    }

    /** A task that makes another ready and waits for it, so that its own P cannot run it. */
    void aTaskMeetsOneThatItSubmits() {
        together(
                () -> runMachine(0),
                () -> runMachine(1),
                () -> {
                    scheduler.ready(
                            () -> {
                                scheduler.ready(this::meet);
                                meet();
                            });
                    await();
                    scheduler.stop();
                });
    }

    /** The loop of {@link M#run}, in a thread of the scenario. */
    private void runMachine(int number) {
        threads[number] = Thread.currentThread();
        M m = machines[number];
        P p = scheduler.processors[number];
        check(p.acquireFree(number), "the P is not free");
        FindRunnable search = new FindRunnable(scheduler, m);
        search.hold(p);
        for (Runnable task = search.next(); task != null; task = search.next()) {
            p.publishRunning(number);
            task.run();
            check(p.reenter(number), "the P is gone");
        }
        p.releaseFree(number);
    }

    private void meet() {
        meeting.countDown();
        await();
    }

    private void await() {
        try {
            meeting.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
