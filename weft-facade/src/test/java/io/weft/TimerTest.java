package io.weft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@link Timer}; with the behaviour that Go's tests of its timers ask for. */
@Timeout(60)
class TimerTest {

    private static final Duration HOUR = Duration.ofHours(1);
    private static final long LATE_SECONDS = 20;

    private final WeftRuntime runtime = Weft.builder().procs(2).build();

    @AfterEach
    void close() {
        runtime.close();
    }

    private static Duration millis(long count) {
        return Duration.ofMillis(count);
    }

    private static void await(CountDownLatch latch) throws InterruptedException {
        assertThat(latch.await(LATE_SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aFunctionRunsAfterTheDelayOnAGoroutine() throws InterruptedException {
        BlockingQueue<Long> fired = new LinkedBlockingQueue<>();
        AtomicBoolean goroutine = new AtomicBoolean();
        long start = System.nanoTime();
        runtime.after(
                millis(100),
                () -> {
                    String thread = Thread.currentThread().toString();
                    goroutine.set(thread.contains("@" + runtime.name() + "-M"));
                    fired.add(System.nanoTime());
                });
        assertThat(fired.take() - start).isBetween(100_000_000L, 20_000_000_000L);
        assertThat(goroutine).isTrue();
    }

    @Test
    void oneAfterTheOtherNeitherRushesNorDrifts() throws InterruptedException {
        long start = System.nanoTime();
        for (int i = 0; i < 10; i++) {
            CountDownLatch fired = new CountDownLatch(1);
            runtime.after(millis(20), fired::countDown);
            await(fired);
        }
        assertThat(System.nanoTime() - start).isBetween(200_000_000L, 20_000_000_000L);
    }

    /** Thirteen moments in no order; those that are equal may come in any. */
    @Test
    void timersFireInTheOrderOfTheirMoments() throws InterruptedException {
        int[] slots = {5, 3, 6, 6, 6, 1, 1, 2, 7, 9, 4, 8, 0};
        BlockingQueue<Integer> fired = new LinkedBlockingQueue<>();
        for (int slot : slots) {
            runtime.after(millis(100L + 50L * slot), () -> fired.add(slot));
        }
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < slots.length; i++) {
            order.add(fired.take());
        }
        assertThat(order).isSorted().hasSize(slots.length);
    }

    @Test
    void aStoppedTimerDoesNotFire() throws InterruptedException {
        AtomicBoolean ran = new AtomicBoolean();
        Timer timer = runtime.after(millis(200), () -> ran.set(true));
        assertThat(timer.stop()).isTrue();
        assertThat(timer.stop()).isFalse();
        Thread.sleep(300);
        assertThat(ran).isFalse();
    }

    @Test
    void aTimerThatHasFiredCannotBeStopped() throws InterruptedException {
        CountDownLatch fired = new CountDownLatch(1);
        Timer timer = runtime.after(Duration.ZERO, fired::countDown);
        await(fired);
        assertThat(timer.stop()).isFalse();
    }

    @Test
    void aResetMovesTheMomentAndArmsAnewAfterIt() throws InterruptedException {
        BlockingQueue<Long> fired = new LinkedBlockingQueue<>();
        Timer timer = runtime.after(millis(100), () -> fired.add(System.nanoTime()));
        Thread.sleep(10);
        long start = System.nanoTime();
        assertThat(timer.reset(millis(200))).isTrue();
        assertThat(fired.take() - start).isGreaterThanOrEqualTo(200_000_000L);
        start = System.nanoTime();
        assertThat(timer.reset(millis(20))).isFalse();
        assertThat(fired.take() - start).isGreaterThanOrEqualTo(20_000_000L);
        assertThat(timer.stop()).isFalse();
        assertThat(fired).isEmpty();
    }

    @Test
    void aResetToAnEarlierMomentIsNotMissed() throws InterruptedException {
        for (int i = 0; i < 1_000; i++) {
            CountDownLatch fired = new CountDownLatch(1);
            Timer timer = runtime.after(HOUR, fired::countDown);
            assertThat(timer.reset(Duration.ofSeconds(-1))).isTrue();
            await(fired);
        }
    }

    @Test
    void aMillionTimersOfNoDelayAllFire() throws InterruptedException {
        int count = 1_000_000;
        int batch = 10_000;
        AtomicInteger fired = new AtomicInteger();
        for (int done = 0; done < count; done += batch) {
            CountDownLatch left = new CountDownLatch(batch);
            for (int i = 0; i < batch; i++) {
                runtime.after(
                        Duration.ZERO,
                        () -> {
                            fired.incrementAndGet();
                            left.countDown();
                        });
            }
            await(left);
        }
        assertThat(fired).hasValue(count);
    }

    @Test
    void theEndsOfTheScaleDoNotOverflow() throws InterruptedException {
        AtomicBoolean ran = new AtomicBoolean();
        List<Timer> never = new ArrayList<>();
        for (Duration delay :
                List.of(Duration.ofNanos(Long.MAX_VALUE), Duration.ofSeconds(Long.MAX_VALUE))) {
            never.add(runtime.after(delay, () -> ran.set(true)));
        }
        for (Duration delay :
                List.of(Duration.ofNanos(Long.MIN_VALUE), Duration.ofSeconds(Long.MIN_VALUE))) {
            CountDownLatch fired = new CountDownLatch(1);
            runtime.after(delay, fired::countDown);
            await(fired);
        }
        Thread.sleep(50);
        assertThat(ran).isFalse();
        assertThat(never).allSatisfy(timer -> assertThat(timer.stop()).isTrue());
    }

    @Test
    void aHundredTimersStoppedInTimeStaySilent() throws InterruptedException {
        AtomicInteger ran = new AtomicInteger();
        List<Timer> timers = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            timers.add(runtime.after(millis(2_000), ran::incrementAndGet));
        }
        List<Thread> stoppers = new ArrayList<>();
        for (Timer timer : timers) {
            stoppers.add(runtime.go(timer::stop));
        }
        for (Thread stopper : stoppers) {
            stopper.join();
        }
        Thread.sleep(2_100);
        assertThat(ran).hasValue(0);
    }

    /** Random timers pushed back and forth; each fires once in the end, and never early. */
    @Test
    void timersThatAreMovedAboutFireOnce() throws InterruptedException {
        Random random = new Random(47762);
        int count = 100;
        CountDownLatch fired = new CountDownLatch(count);
        AtomicInteger early = new AtomicInteger();
        long[] due = new long[count];
        List<Timer> timers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int index = i;
            timers.add(
                    runtime.after(
                            HOUR,
                            () -> {
                                synchronized (due) {
                                    if (System.nanoTime() < due[index]) {
                                        early.incrementAndGet();
                                    }
                                }
                                fired.countDown();
                            }));
        }
        for (int round = 0; round < 10; round++) {
            for (Timer timer : timers) {
                assertThat(timer.reset(Duration.ofSeconds(60L + random.nextInt(600)))).isTrue();
            }
            Thread.sleep(1);
        }
        for (int i = 0; i < count; i++) {
            Duration delay = millis(random.nextInt(500));
            synchronized (due) {
                due[i] = System.nanoTime() + delay.toNanos();
            }
            timers.get(i).reset(delay);
        }
        await(fired);
        assertThat(early).hasValue(0);
        assertThat(timers).allSatisfy(timer -> assertThat(timer.stop()).isFalse());
    }

    /** Timers that are made and stopped in great number must not slow down the making. */
    @Test
    void garbageOfTimersDoesNotPileUp() throws InterruptedException {
        long start = System.nanoTime();
        List<Thread> sleepers = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            sleepers.add(
                    runtime.go(
                            () -> {
                                try {
                                    Weft.sleep(HOUR);
                                } catch (InterruptedException e) {
                                    // the test is over
                                }
                            }));
        }
        for (int i = 0; i < 1_000_000; i++) {
            runtime.after(Duration.ofSeconds(5), () -> {}).stop();
        }
        assertThat(System.nanoTime() - start).isLessThan(30_000_000_000L);
        for (Thread sleeper : sleepers) {
            sleeper.interrupt();
        }
        for (Thread sleeper : sleepers) {
            sleeper.join();
        }
    }

    @Test
    void aFunctionThatBlocksHoldsUpNobody() throws InterruptedException {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch others = new CountDownLatch(100);
        runtime.after(Duration.ZERO, () -> awaitUnchecked(release));
        for (int i = 0; i < 100; i++) {
            runtime.after(millis(i), others::countDown);
        }
        await(others);
        release.countDown();
    }

    private static void awaitUnchecked(CountDownLatch latch) {
        try {
            await(latch);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aFunctionThatThrowsEndsItsOwnGoroutineOnly() throws InterruptedException {
        Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
        BlockingQueue<Throwable> caught = new LinkedBlockingQueue<>();
        Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> caught.add(failure));
        try {
            Timer timer =
                    runtime.after(
                            Duration.ZERO,
                            () -> {
                                throw new IllegalStateException("the function's own");
                            });
            for (int i = 0; i < 3; i++) {
                assertThat(caught.poll(LATE_SECONDS, TimeUnit.SECONDS))
                        .hasMessage("the function's own");
                assertThat(timer.reset(Duration.ZERO)).isFalse();
            }
            assertThat(caught.poll(LATE_SECONDS, TimeUnit.SECONDS)).isNotNull();
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(before);
        }
    }

    @Test
    void aFunctionMayResetItsOwnTimer() throws InterruptedException {
        CountDownLatch runs = new CountDownLatch(5);
        AtomicReference<Timer> timer = new AtomicReference<>();
        CountDownLatch known = new CountDownLatch(1);
        timer.set(
                runtime.after(
                        millis(1),
                        () -> {
                            awaitUnchecked(known);
                            runs.countDown();
                            if (runs.getCount() > 0) {
                                timer.get().reset(millis(1));
                            }
                        }));
        known.countDown();
        await(runs);
    }

    @Test
    void theFunctionInheritsNothingFromWhoArmsTheTimer() throws InterruptedException {
        InheritableThreadLocal<String> local = new InheritableThreadLocal<>();
        BlockingQueue<String> seen = new LinkedBlockingQueue<>();
        local.set("the caller's");
        runtime.after(
                Duration.ZERO,
                () -> {
                    ClassLoader loader = Thread.currentThread().getContextClassLoader();
                    seen.add(local.get() + " " + ClassLoader.getSystemClassLoader().equals(loader));
                });
        assertThat(seen.take()).isEqualTo("null true");
    }

    @Test
    void closeWaitsForNoTimerAndThoseThatAreArmedNeverFire() throws InterruptedException {
        AtomicBoolean ran = new AtomicBoolean();
        WeftRuntime shortLived = Weft.builder().procs(1).build();
        Timer timer = shortLived.after(millis(200), () -> ran.set(true));
        shortLived.close();
        assertThatThrownBy(() -> shortLived.after(Duration.ZERO, () -> ran.set(true)))
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessage("the runtime " + shortLived.name() + " is closed");
        assertThatThrownBy(() -> timer.reset(Duration.ZERO))
                .isInstanceOf(RejectedExecutionException.class);
        Thread.sleep(300);
        assertThat(ran).isFalse();
    }

    @Test
    void closeWaitsForAFunctionThatRuns() throws InterruptedException {
        AtomicBoolean over = new AtomicBoolean();
        try (WeftRuntime shortLived = Weft.builder().procs(1).build()) {
            CountDownLatch begun = new CountDownLatch(1);
            shortLived.after(
                    Duration.ZERO,
                    () -> {
                        begun.countDown();
                        try {
                            Weft.sleep(millis(100));
                        } catch (InterruptedException e) {
                            throw new IllegalStateException(e);
                        }
                        over.set(true);
                    });
            await(begun);
        }
        assertThat(over).isTrue();
    }

    /** Goroutines that keep both Ps busy must not keep a timer from firing. */
    @Test
    void busyGoroutinesDoNotHoldUpATimer() throws InterruptedException {
        expectATimerBeside(Thread::yield);
    }

    /** The same with loops that never enter the scheduler. */
    @Test
    void endlessLoopsDoNotHoldUpATimer() throws InterruptedException {
        expectATimerBeside(Thread::onSpinWait);
    }

    private void expectATimerBeside(Runnable turn) throws InterruptedException {
        AtomicBoolean stop = new AtomicBoolean();
        List<Thread> busy = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            busy.add(
                    runtime.go(
                            () -> {
                                while (!stop.get()) {
                                    turn.run();
                                }
                            }));
        }
        runtime.after(millis(20), () -> stop.set(true));
        for (Thread thread : busy) {
            assertThat(thread.join(Duration.ofSeconds(LATE_SECONDS))).isTrue();
        }
    }
}
