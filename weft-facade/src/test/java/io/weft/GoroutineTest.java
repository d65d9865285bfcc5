package io.weft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class GoroutineTest {

    private static WeftRuntime runtime(int procs) {
        return Weft.builder().procs(procs).build();
    }

    private static String carrier(WeftRuntime runtime) {
        // "VirtualThread[#30]/runnable@weft-1-M0": the part after @ is the carrier
        String text = Thread.currentThread().toString();
        assertThat(text).contains("@" + runtime.name() + "-M");
        return text.substring(text.indexOf('@') + 1);
    }

    @Test
    void isAvailableHere() {
        assertThat(Weft.unavailabilityCause()).isEmpty();
        assertThat(Weft.isAvailable()).isTrue();
    }

    @Test
    void goRunsATaskOnAnMachineOfTheRuntime() throws InterruptedException {
        try (WeftRuntime runtime = runtime(2)) {
            AtomicReference<String> carrier = new AtomicReference<>();
            Thread thread = runtime.go(() -> carrier.set(carrier(runtime)));
            thread.join();
            assertThat(thread.isVirtual()).isTrue();
            assertThat(carrier.get()).startsWith(runtime.name() + "-M");
        }
    }

    @Test
    void runWaitsAndPassesOnWhatTheBodyThrows() {
        try (WeftRuntime runtime = runtime(1)) {
            AtomicBoolean ran = new AtomicBoolean();
            runtime.run(() -> ran.set(true));
            assertThat(ran).isTrue();
            assertThatThrownBy(
                            () ->
                                    runtime.run(
                                            () -> {
                                                throw new IOException("disk full");
                                            }))
                    .isInstanceOf(IOException.class)
                    .hasMessage("disk full");
        }
    }

    @Test
    void anInterruptOfRunReachesTheBody() throws InterruptedException {
        try (WeftRuntime runtime = runtime(1)) {
            AtomicBoolean interrupted = new AtomicBoolean();
            AtomicBoolean stillSet = new AtomicBoolean();
            CountDownLatch started = new CountDownLatch(1);
            Thread caller =
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        runtime.run(
                                                () -> {
                                                    started.countDown();
                                                    try {
                                                        Thread.sleep(60_000);
                                                    } catch (InterruptedException e) {
                                                        interrupted.set(true);
                                                    }
                                                });
                                        stillSet.set(Thread.currentThread().isInterrupted());
                                    });
            started.await();
            caller.interrupt();
            caller.join();
            assertThat(interrupted).isTrue();
            assertThat(stillSet).isTrue();
        }
    }

    @Test
    void locksMonitorsAndSleepsWork() throws InterruptedException {
        try (WeftRuntime runtime = runtime(2)) {
            ReentrantLock lock = new ReentrantLock();
            Object monitor = new Object();
            long[] counts = new long[2];
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < 20; t++) {
                threads.add(
                        runtime.go(
                                () -> {
                                    for (int i = 0; i < 500; i++) {
                                        lock.lock();
                                        try {
                                            counts[0]++;
                                            Thread.yield();
                                        } finally {
                                            lock.unlock();
                                        }
                                        synchronized (monitor) {
                                            counts[1]++;
                                            Thread.yield();
                                        }
                                    }
                                    LockSupport.parkNanos(1_000_000);
                                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(counts).containsExactly(10_000, 10_000);
        }
    }

    @Test
    void waitAndNotifyWork() throws InterruptedException {
        try (WeftRuntime runtime = runtime(1)) {
            Object monitor = new Object();
            AtomicInteger turn = new AtomicInteger();
            Runnable player =
                    () -> {
                        int me = Integer.parseInt(Thread.currentThread().getName());
                        for (int i = 0; i < 200; i++) {
                            synchronized (monitor) {
                                while (turn.get() % 2 != me) {
                                    waitOn(monitor);
                                }
                                turn.incrementAndGet();
                                monitor.notifyAll();
                            }
                        }
                    };
            Thread zero = runtime.threadFactory().newThread(player);
            zero.setName("0");
            Thread one = runtime.threadFactory().newThread(player);
            one.setName("1");
            zero.start();
            one.start();
            zero.join();
            one.join();
            assertThat(turn).hasValue(400);
        }
    }

    @SuppressWarnings("WaitNotInLoop") // the loop is in the caller
    private static void waitOn(Object monitor) {
        try {
            monitor.wait(10_000);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void childrenOfAGoroutineRunOnItsRuntime() throws InterruptedException {
        try (WeftRuntime runtime = runtime(2)) {
            ConcurrentHashMap<String, Integer> carriers = new ConcurrentHashMap<>();
            CountDownLatch done = new CountDownLatch(100);
            runtime.go(
                    () -> {
                        for (int i = 0; i < 100; i++) {
                            Thread.startVirtualThread(
                                    () -> {
                                        Thread.yield();
                                        LockSupport.parkNanos(10_000);
                                        carriers.merge(carrier(runtime), 1, Integer::sum);
                                        done.countDown();
                                    });
                        }
                    });
            assertThat(done.await(30, TimeUnit.SECONDS)).as(runtime.dump()).isTrue();
            assertThat(carriers.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(100);
        }
    }

    @Test
    void runtimesAreIsolated() {
        try (WeftRuntime one = runtime(1);
                WeftRuntime two = runtime(1)) {
            AtomicReference<String> inner = new AtomicReference<>();
            one.run(() -> two.run(() -> inner.set(carrier(two))));
            assertThat(inner.get()).startsWith(two.name());
            assertThat(one.name()).isNotEqualTo(two.name());
        }
    }

    @Test
    void theExecutorRunsEachTaskInAGoroutine() throws Exception {
        try (WeftRuntime runtime = runtime(2);
                ExecutorService executor = runtime.executor()) {
            List<Callable<String>> tasks = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                tasks.add(() -> carrier(runtime));
            }
            for (Future<String> future : executor.invokeAll(tasks)) {
                assertThat(future.get()).startsWith(runtime.name());
            }
        }
    }

    @Test
    void anUncaughtExceptionEndsOneGoroutineOnly() throws InterruptedException {
        try (WeftRuntime runtime = runtime(1)) {
            LinkedBlockingQueue<Throwable> reported = new LinkedBlockingQueue<>();
            Thread thread =
                    runtime.threadFactory()
                            .newThread(
                                    () -> {
                                        throw new IllegalStateException("mine");
                                    });
            thread.setUncaughtExceptionHandler((t, e) -> reported.add(e));
            thread.start();
            thread.join();
            assertThat(reported.take()).hasMessage("mine");
            runtime.run(() -> {});
        }
    }

    @Test
    void closeWaitsForTheLivingAndRefusesTheRest() throws InterruptedException {
        WeftRuntime runtime = runtime(2);
        AtomicInteger ended = new AtomicInteger();
        CountDownLatch started = new CountDownLatch(10);
        for (int i = 0; i < 10; i++) {
            runtime.go(
                    () -> {
                        started.countDown();
                        LockSupport.parkNanos(50_000_000);
                        ended.incrementAndGet();
                    });
        }
        started.await();
        runtime.close();
        assertThat(ended).hasValue(10);
        assertThat(runtime.counters().liveGoroutines()).isZero();
        assertThatThrownBy(() -> runtime.go(() -> {}))
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessageContaining("closed");
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().startsWith(runtime.name() + "-M"));
    }

    @Test
    void whatOutlivesItsRuntimeGoesOnElsewhere() throws InterruptedException {
        WeftRuntime runtime = runtime(1);
        AtomicReference<Thread> child = new AtomicReference<>();
        CountDownLatch started = new CountDownLatch(1);
        runtime.run(
                () ->
                        child.set(
                                Thread.startVirtualThread(
                                        () -> {
                                            started.countDown();
                                            LockSupport.park();
                                        })));
        started.await();
        runtime.close();
        LockSupport.unpark(child.get());
        child.get().join();
        assertThat(child.get().isAlive()).isFalse();
    }

    @Test
    void aGoroutineCannotCloseItsOwnRuntime() {
        try (WeftRuntime runtime = runtime(1)) {
            runtime.run(
                    () ->
                            assertThatThrownBy(runtime::close)
                                    .isInstanceOf(IllegalStateException.class)
                                    .hasMessageContaining("its own runtime"));
        }
        assertThatThrownBy(() -> Weft.runtime().close()).hasMessageContaining("default runtime");
    }

    @Test
    void aLoopOfYieldsStillLetsASenderThrough() throws InterruptedException {
        try (WeftRuntime runtime = runtime(1)) {
            LinkedBlockingQueue<Integer> channel = new LinkedBlockingQueue<>();
            AtomicBoolean received = new AtomicBoolean();
            Thread loop =
                    runtime.go(
                            () -> {
                                while (channel.poll() == null) {
                                    Thread.yield();
                                }
                                received.set(true);
                            });
            runtime.go(
                    () -> {
                        LockSupport.parkNanos(10_000_000);
                        channel.add(1);
                    });
            loop.join();
            assertThat(received).isTrue();
        }
    }

    @Test
    void goroutinesRunInParallel() throws Exception {
        try (WeftRuntime runtime = runtime(4)) {
            for (int attempt = 0; attempt < 10; attempt++) {
                int workers = 4;
                AtomicInteger counter = new AtomicInteger();
                CountDownLatch done = new CountDownLatch(workers);
                for (int w = 0; w < workers; w++) {
                    int me = w;
                    runtime.go(
                            () -> {
                                // Each spins for its turn without parking: all four must be
                                // running.
                                for (int round = 0; round < 3; round++) {
                                    int turn = round * workers + me;
                                    while (counter.get() != turn) {
                                        Thread.onSpinWait();
                                    }
                                    counter.incrementAndGet();
                                }
                                done.countDown();
                            });
                }
                assertThat(done.await(20, TimeUnit.SECONDS)).as(runtime.dump()).isTrue();
            }
        }
    }

    @Test
    void aHeavyPairDoesNotStarveALightPair() throws InterruptedException {
        try (WeftRuntime runtime = runtime(1)) {
            AtomicBoolean stop = new AtomicBoolean();
            Pair heavy = new Pair(runtime, stop, 1_000);
            Pair light = new Pair(runtime, stop, 1);
            // Until the light pair has had its turns; a starved one never has.
            while (light.turn.get() < 2_000) {
                LockSupport.parkNanos(1_000_000);
            }
            stop.set(true);
            heavy.join();
            light.join();
            assertThat((double) light.turn.get() / heavy.turn.get()).isBetween(1.0 / 40, 40.0);
        }
    }

    /** Two goroutines that take turns; each wakes the other and parks. */
    private static final class Pair {

        final AtomicInteger turn = new AtomicInteger();
        private final List<Thread> players = new ArrayList<>();

        Pair(WeftRuntime runtime, AtomicBoolean stop, int spins) {
            CountDownLatch both = new CountDownLatch(1);
            for (int p = 0; p < 2; p++) {
                int me = p;
                players.add(
                        runtime.go(
                                () -> {
                                    awaitUnchecked(both);
                                    play(me, stop, spins);
                                }));
            }
            both.countDown();
        }

        private void play(int me, AtomicBoolean stop, int spins) {
            Thread other = players.get(1 - me);
            while (!stop.get()) {
                while (turn.get() % 2 != me && !stop.get()) {
                    LockSupport.park();
                }
                for (int i = 0; i < spins; i++) {
                    Thread.onSpinWait();
                }
                turn.incrementAndGet();
                LockSupport.unpark(other);
            }
            LockSupport.unpark(other);
        }

        void join() throws InterruptedException {
            for (Thread player : players) {
                player.join();
            }
        }
    }

    @Test
    void collectionsAndGoroutinesThatReplaceThemselvesGoTogether() throws InterruptedException {
        try (WeftRuntime runtime = runtime(2)) {
            AtomicBoolean stop = new AtomicBoolean();
            AtomicInteger generations = new AtomicInteger();
            runtime.go(() -> respawn(runtime, stop, generations));
            for (int i = 0; i < 20; i++) {
                System.gc();
            }
            stop.set(true);
        }
    }

    private static void respawn(WeftRuntime runtime, AtomicBoolean stop, AtomicInteger count) {
        count.incrementAndGet();
        if (!stop.get()) {
            runtime.go(() -> respawn(runtime, stop, count));
        }
    }

    @Test
    void aHundredThousandGoroutinesMeet() throws Exception {
        try (WeftRuntime runtime = runtime(2)) {
            int count = 100_000;
            CountDownLatch parked = new CountDownLatch(count);
            CountDownLatch release = new CountDownLatch(1);
            CountDownLatch done = new CountDownLatch(count);
            for (int i = 0; i < count; i++) {
                runtime.go(
                        () -> {
                            parked.countDown();
                            awaitUnchecked(release);
                            done.countDown();
                        });
            }
            parked.await();
            assertThat(runtime.counters().liveGoroutines()).isEqualTo(count);
            release.countDown();
            done.await();
        }
    }

    private static void awaitUnchecked(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aBarrierOfGoroutinesAndPlatformThreadsOpens() throws Exception {
        try (WeftRuntime runtime = runtime(2)) {
            CyclicBarrier barrier = new CyclicBarrier(8);
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < 8; t++) {
                Runnable meet =
                        () -> {
                            for (int i = 0; i < 300; i++) {
                                try {
                                    barrier.await(20, TimeUnit.SECONDS);
                                } catch (Exception e) {
                                    throw new IllegalStateException(e);
                                }
                            }
                        };
                threads.add(t % 2 == 0 ? runtime.go(meet) : Thread.ofPlatform().start(meet));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(barrier.isBroken()).isFalse();
        }
    }

    @Test
    void refusesSettingsThatAreMistakes() {
        assertThatThrownBy(() -> Weft.builder().procs(0)).hasMessageContaining("at least 1");
        System.setProperty("weft.procs", "many");
        try {
            assertThatThrownBy(() -> Weft.builder().build())
                    .hasMessageContaining("weft.procs")
                    .hasMessageContaining("many");
        } finally {
            System.clearProperty("weft.procs");
        }
    }
}
