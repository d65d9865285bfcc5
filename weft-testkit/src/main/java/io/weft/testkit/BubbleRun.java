package io.weft.testkit;

import io.weft.fiber.Fibers;
import io.weft.sched.RuntimeTimer;
import io.weft.sched.Scheduler;
import io.weft.sched.SchedulerOptions;
import io.weft.sched.spi.Simulator;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One run of a {@link Bubble}: a scheduler of its own with one P, whose poller asks {@link #onIdle}
 * what to do when nobody is runnable, and whose order is drawn from the seed.
 */
final class BubbleRun implements Simulator, BubblePoller.Idle {

    /** How soon to look again at a goroutine that is busy outside of the scheduler. */
    private static final long RECHECK_NANOS = TimeUnit.MICROSECONDS.toNanos(500);

    /** How often those that are left are interrupted; one may catch some, and wait again. */
    private static final int FAREWELLS_MAX = 100;

    private static final long STOP_TIMEOUT_SECONDS = 10;

    private static final long START_SINCE_EPOCH = VirtualClock.sinceEpoch(Bubble.START);

    /**
     * A delay that is told to a thread outside, as a moment, is as long there as here, at first.
     */
    private final long realStartNanos = System.nanoTime();

    private final VirtualClock clock = new VirtualClock();
    private final BubbleMembers members = new BubbleMembers(clock, (t, e) -> fail(e));
    private final BubbleHost host = new BubbleHost(this);
    private final SplittableRandom chance;
    private final Scheduler scheduler;

    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final AtomicReference<@Nullable Thread> settler = new AtomicReference<>();
    private final CountDownLatch over = new CountDownLatch(1);
    private volatile boolean bodyEnded;

    /** The M, while it asks what to do; only the M sets it. */
    private volatile @Nullable Thread idler;

    /** Whether the idler has made somebody runnable. Only for the M, as is what follows. */
    private boolean readied;

    private int farewells;

    private BubbleRun(long seed) {
        chance = new SplittableRandom(seed);
        SplittableRandom machines = chance.split();
        scheduler =
                new Scheduler(
                        SchedulerOptions.of("bubble", 1, i -> new BubblePoller(this))
                                .withCarriers(Fibers.CARRIERS, () -> null)
                                .withLateExecutor(Fibers.lateExecutor())
                                .withTimeAndChance(clock, machines::nextInt)
                                .withHost(host)
                                .withSimulator(this));
    }

    /** Runs a body to the end of all that it starts; returns what it or they have failed with. */
    static @Nullable Throwable run(long seed, Bubble.Body<?> body) {
        Fibers.unavailabilityCause()
                .ifPresent(
                        cause -> {
                            throw new UnsupportedOperationException(
                                    "a bubble cannot run here: " + cause);
                        });
        BubblePriming.prime();
        return runPrimed(seed, body);
    }

    /** As {@link #run}, where all that a bubble needs is there. */
    static @Nullable Throwable runPrimed(long seed, Bubble.Body<?> body) {
        BubbleRun run = new BubbleRun(seed);
        Thread first = run.host.go(() -> run.runBody(body)); // queued, so that nothing races it
        run.scheduler.start();
        run.awaitEnd(first);
        return run.failure.get();
    }

    private void runBody(Bubble.Body<?> body) {
        try {
            body.run();
        } catch (Throwable e) {
            fail(e);
        } finally {
            bodyEnded = true;
        }
    }

    /** The first failure is the one that counts: the others may come of it. */
    private void fail(Throwable e) {
        failure.compareAndSet(null, e);
    }

    private void awaitEnd(Thread first) {
        boolean interrupted = false;
        try {
            over.await();
        } catch (InterruptedException e) {
            interrupted = true;
            first.interrupt();
            insistOnEnd();
        }
        scheduler.stop();
        try {
            if (!scheduler.awaitStop(STOP_TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                fail(new BubbleError("a goroutine keeps its thread: " + scheduler.dump()));
            }
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Who interrupts the caller wants the end: a test has a time limit, for one. */
    private void insistOnEnd() {
        boolean ended;
        try {
            ended = over.await(STOP_TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            ended = false; // and wants it now
        }
        if (!ended) {
            fail(new BubbleError(BubbleReport.endless(members.all(), clock, scheduler.dump())));
            over.countDown();
        }
    }

    Scheduler scheduler() {
        return scheduler;
    }

    VirtualClock clock() {
        return clock;
    }

    /** What {@link System#nanoTime} says in the bubble, if there is an agent. */
    long nanoTime() {
        return realStartNanos + clock.nanoTime();
    }

    /** What a clock of the JDK says in the bubble, if there is an agent. */
    long nanosSinceEpoch() {
        return START_SINCE_EPOCH + clock.nanoTime();
    }

    boolean isOver() {
        return over.getCount() == 0;
    }

    /** As {@link Bubble#settle}. */
    void settle() throws InterruptedException {
        Thread me = Thread.currentThread();
        if (!settler.compareAndSet(null, me)) {
            throw new IllegalStateException(
                    "another goroutine of the bubble settles: let one of them do it");
        }
        while (me.equals(settler.get())) {
            LockSupport.park(this);
            if (Thread.interrupted() && settler.compareAndSet(me, null)) {
                throw new InterruptedException();
            }
        }
    }

    /** As {@link Bubble#outside}. */
    <T extends @Nullable Object> T outside(Callable<T> call) throws Exception {
        BubbleMember me = members.calling();
        me.enterOutside();
        try {
            return call.call();
        } finally {
            me.leaveOutside();
        }
    }

    /**
     * When the idler looks at the stack of a goroutine that is unparked at this moment, the JDK has
     * the idler make it runnable: that wakes nobody.
     */
    @Override
    public void onReady(Runnable task) {
        members.onReady(task);
        if (Thread.currentThread().equals(idler)) {
            readied = true;
        }
    }

    @Override
    public void onSearch(@Nullable Runnable last) {
        members.passMonitorsOn(last);
    }

    @Override
    public int choose(int count) {
        return chance.nextInt(count);
    }

    @Override
    public long onIdle(long timeoutNanos) {
        try {
            return isOver() ? UNTIL_WOKEN : decide(timeoutNanos);
        } catch (RuntimeException | Error broken) {
            fail(broken); // on an M, where nobody would see it
            over.countDown();
            return UNTIL_WOKEN;
        }
    }

    private long decide(long timeoutNanos) {
        readied = false;
        idler = Thread.currentThread();
        boolean settled = members.areSettled();
        idler = null;
        if (readied) {
            return GO_ON;
        }
        return settled ? onSettled(timeoutNanos) : RECHECK_NANOS;
    }

    private long onSettled(long timeoutNanos) {
        Thread waiting = settler.getAndSet(null);
        if (waiting != null) {
            LockSupport.unpark(waiting);
            return GO_ON;
        }
        if (members.isEmpty()) {
            over.countDown();
            return UNTIL_WOKEN;
        }
        if (failure.get() == null) {
            BubbleMember measuring = members.measuring();
            if (measuring != null && !bodyEnded) {
                fail(new BubbleError(BubbleReport.measuring(measuring, clock)));
            } else if (!bodyEnded && moveTime(timeoutNanos)) {
                return GO_ON;
            } else {
                String text = BubbleReport.deadlock(bodyEnded, members.all(), clock);
                fail(new BubbleError(text));
            }
        }
        return bidFarewell(timeoutNanos);
    }

    /** Moves to the next timer, unless that is for the end of all time. */
    private boolean moveTime(long timeoutNanos) {
        long moment = clock.nanoTime() + timeoutNanos;
        if (timeoutNanos < 0 || moment < 0 || moment >= RuntimeTimer.NEVER - 1) {
            return false;
        }
        clock.moveTo(moment);
        return true;
    }

    /** Gives those that are left a chance to end. */
    private long bidFarewell(long timeoutNanos) {
        if (farewells++ < FAREWELLS_MAX) {
            members.all().forEach(member -> member.thread.interrupt());
            boolean nobodyHears = farewells > FAREWELLS_MAX / 2;
            if (nobodyHears) {
                moveTime(timeoutNanos);
            }
            return GO_ON;
        }
        over.countDown();
        return UNTIL_WOKEN;
    }
}
