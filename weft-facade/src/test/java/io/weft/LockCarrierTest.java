package io.weft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.linux.CallStates;
import io.weft.linux.NativeThreadSys;
import io.weft.linux.ThreadSys;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@link Weft#lockCarrier}; with the behaviour that Go's tests of its locked threads ask for. */
@Timeout(60)
class LockCarrierTest {

    private static final ThreadSys THREADS = new NativeThreadSys(CallStates.perThread());
    private static final long LATE_SECONDS = 20;

    private static WeftRuntime runtime(int procs) {
        return Weft.builder().procs(procs).build();
    }

    private static void pause() {
        try {
            Weft.sleep(Duration.ofMillis(1));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void join(Thread thread) throws InterruptedException {
        assertThat(thread.join(Duration.ofSeconds(LATE_SECONDS))).isTrue();
    }

    @Test
    void theOsThreadStaysTheSameOverWaitsAndYields() throws InterruptedException {
        try (WeftRuntime runtime = runtime(2)) {
            AtomicBoolean stop = new AtomicBoolean();
            AtomicInteger others = new AtomicInteger();
            List<Thread> busy = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                busy.add(
                        runtime.go(
                                () -> {
                                    while (!stop.get()) {
                                        others.incrementAndGet();
                                        Thread.yield();
                                    }
                                }));
            }
            runtime.run(
                    () -> {
                        Weft.lockCarrier();
                        int mine = THREADS.gettid();
                        for (int i = 0; i < 20; i++) {
                            Thread.yield();
                            assertThat(THREADS.gettid()).isEqualTo(mine);
                            int before = others.get();
                            pause();
                            assertThat(THREADS.gettid()).isEqualTo(mine);
                            assertThat(others.get()).isGreaterThan(before);
                        }
                        Weft.unlockCarrier();
                    });
            stop.set(true);
            for (Thread thread : busy) {
                join(thread);
            }
        }
    }

    /** While the carrier is locked, it runs nobody else. */
    @Test
    void aLockedThreadRunsNobodyElse() throws InterruptedException {
        try (WeftRuntime runtime = runtime(1)) {
            BlockingQueue<Integer> foreign = new LinkedBlockingQueue<>();
            runtime.run(
                    () -> {
                        Weft.lockCarrier();
                        int mine = THREADS.gettid();
                        for (int i = 0; i < 50; i++) {
                            runtime.go(() -> foreign.add(THREADS.gettid()));
                        }
                        for (int i = 0; i < 50; i++) {
                            Integer other = foreign.poll(LATE_SECONDS, TimeUnit.SECONDS);
                            assertThat(other).isNotNull().isNotEqualTo(mine);
                        }
                        assertThat(THREADS.gettid()).isEqualTo(mine);
                        Weft.unlockCarrier();
                    });
        }
    }

    @Test
    void locksAreCounted() {
        try (WeftRuntime runtime = runtime(2)) {
            runtime.run(
                    () -> {
                        Weft.lockCarrier();
                        Weft.lockCarrier();
                        int mine = THREADS.gettid();
                        Weft.unlockCarrier();
                        for (int i = 0; i < 10; i++) {
                            pause();
                            assertThat(THREADS.gettid()).isEqualTo(mine);
                        }
                        Weft.unlockCarrier();
                        assertThatThrownBy(Weft::unlockCarrier)
                                .isInstanceOf(IllegalStateException.class)
                                .hasMessageContaining("call lockCarrier() first");
                    });
        }
    }

    @Test
    void anUnlockWithoutALockNamesTheCure() {
        try (WeftRuntime runtime = runtime(1)) {
            runtime.run(
                    () ->
                            assertThatThrownBy(Weft::unlockCarrier)
                                    .isInstanceOf(IllegalStateException.class)
                                    .hasMessageContaining("call lockCarrier() first"));
        }
    }

    /** A goroutine that ends locked takes its thread along; the others go on. */
    @Test
    void aGoroutineThatEndsLockedEndsItsThread() throws InterruptedException {
        try (WeftRuntime runtime = runtime(1)) {
            BlockingQueue<Integer> tids = new LinkedBlockingQueue<>();
            for (int i = 0; i < 20; i++) {
                join(
                        runtime.go(
                                () -> {
                                    for (int turn = 0; turn < 10; turn++) {
                                        if (turn == 0) {
                                            Weft.lockCarrier();
                                            tids.add(THREADS.gettid());
                                        }
                                        Thread.yield();
                                        pause();
                                    }
                                }));
            }
            assertThat(tids).hasSize(20);
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LATE_SECONDS);
            for (int tid : tids) {
                while (THREADS.state(tid) > 0 && System.nanoTime() < end) {
                    Thread.sleep(1);
                }
                assertThat(THREADS.state(tid)).isNegative();
            }
            runtime.run(LockCarrierTest::pause);
        }
    }

    /** A loop that asks and yields must not keep out the one it waits for. */
    @Test
    void aLockedLoopOfYieldsStillLetsASenderThrough() throws InterruptedException {
        try (WeftRuntime runtime = runtime(1)) {
            BlockingQueue<String> queue = new ArrayBlockingQueue<>(1);
            CountDownLatch received = new CountDownLatch(1);
            Thread receiver =
                    runtime.go(
                            () -> {
                                Weft.lockCarrier();
                                while (queue.poll() == null) {
                                    Thread.yield();
                                }
                                received.countDown();
                            });
            runtime.run(
                    () -> {
                        Weft.sleep(Duration.ofMillis(10));
                        queue.add("at last");
                    });
            assertThat(received.await(LATE_SECONDS, TimeUnit.SECONDS)).isTrue();
            join(receiver);
        }
    }

    @Test
    void aLockedGoroutineHandsValuesOver() throws InterruptedException {
        try (WeftRuntime runtime = runtime(1)) {
            SynchronousQueue<Integer> queue = new SynchronousQueue<>();
            Thread sender =
                    runtime.go(
                            () -> {
                                Weft.lockCarrier();
                                try {
                                    for (int i = 0; i < 10; i++) {
                                        queue.put(i);
                                    }
                                } catch (InterruptedException e) {
                                    throw new IllegalStateException(e);
                                }
                                Weft.unlockCarrier();
                            });
            runtime.run(
                    () -> {
                        for (int i = 0; i < 10; i++) {
                            assertThat(queue.take()).isEqualTo(i);
                        }
                    });
            join(sender);
        }
    }

    @Test
    void twoLockedGoroutinesTakeTurnsOnOneProcessor() throws InterruptedException {
        try (WeftRuntime runtime = runtime(1)) {
            SynchronousQueue<Integer> queue = new SynchronousQueue<>();
            AtomicBoolean moved = new AtomicBoolean();
            List<Thread> threads = new ArrayList<>();
            for (boolean sends : new boolean[] {true, false}) {
                threads.add(
                        runtime.go(
                                () -> {
                                    Weft.lockCarrier();
                                    int mine = THREADS.gettid();
                                    try {
                                        for (int i = 0; i < 200; i++) {
                                            if (sends) {
                                                queue.put(i);
                                            } else {
                                                queue.take();
                                            }
                                            if (THREADS.gettid() != mine) {
                                                moved.set(true);
                                            }
                                        }
                                    } catch (InterruptedException e) {
                                        throw new IllegalStateException(e);
                                    }
                                    Weft.unlockCarrier();
                                }));
            }
            for (Thread thread : threads) {
                join(thread);
            }
            assertThat(moved).isFalse();
        }
    }

    /** It has no P then, and is no less a goroutine. */
    @Test
    void lockingInsideABlockingCallWorks() throws Exception {
        try (WeftRuntime runtime = runtime(1)) {
            runtime.run(
                    () -> {
                        int inside =
                                Weft.blocking(
                                        () -> {
                                            Weft.lockCarrier();
                                            return THREADS.gettid();
                                        });
                        assertThat(THREADS.gettid()).isEqualTo(inside);
                        assertThat(Weft.blocking(THREADS::gettid)).isEqualTo(inside);
                        pause();
                        assertThat(THREADS.gettid()).isEqualTo(inside);
                        Weft.unlockCarrier();
                    });
        }
    }

    @Test
    void aPlatformThreadIsLockedAnyway() {
        Weft.lockCarrier();
        Weft.unlockCarrier();
    }

    @Test
    void aVirtualThreadOfTheJdkIsToldWhatToDo() throws InterruptedException {
        BlockingQueue<String> messages = new LinkedBlockingQueue<>();
        Thread.ofVirtual()
                .start(
                        () -> {
                            try {
                                Weft.lockCarrier();
                            } catch (IllegalStateException e) {
                                messages.add(String.valueOf(e.getMessage()));
                            }
                        })
                .join();
        assertThat(messages).singleElement().asString().contains("start it with Weft.go");
    }

    @Test
    void moreLocksThanSpareCarriersAreRefused() throws InterruptedException {
        try (WeftRuntime runtime = Weft.builder().procs(1).maxSpareCarriers(1).build()) {
            CountDownLatch release = new CountDownLatch(1);
            CountDownLatch locked = new CountDownLatch(1);
            Thread holder =
                    runtime.go(
                            () -> {
                                Weft.lockCarrier();
                                locked.countDown();
                                try {
                                    release.await();
                                } catch (InterruptedException e) {
                                    throw new IllegalStateException(e);
                                }
                                Weft.unlockCarrier();
                            });
            assertThat(locked.await(LATE_SECONDS, TimeUnit.SECONDS)).isTrue();
            runtime.run(
                    () ->
                            assertThatThrownBy(Weft::lockCarrier)
                                    .isInstanceOf(IllegalStateException.class)
                                    .hasMessageContaining("maxSpareCarriers"));
            release.countDown();
            join(holder);
        }
    }
}
