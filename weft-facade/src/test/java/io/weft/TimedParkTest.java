package io.weft;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Timed waits of the JDK in goroutines: served by the runtime's timers, and as they are specified.
 */
@Timeout(60)
class TimedParkTest {

    private static final long WAIT_MILLIS = 5;
    private static final long WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(WAIT_MILLIS);
    private static final long FAR_MILLIS = TimeUnit.HOURS.toMillis(1);

    /** Each way waits for nothing until the time is over. */
    enum Way {
        SLEEP {
            @Override
            void await() throws Exception {
                Thread.sleep(Duration.ofMillis(WAIT_MILLIS));
            }
        },
        PARK {
            @Override
            void await() {
                long end = System.nanoTime() + WAIT_NANOS;
                while (System.nanoTime() < end) {
                    LockSupport.parkNanos(this, end - System.nanoTime());
                }
            }
        },
        OBJECT_WAIT {
            @Override
            void await() throws Exception {
                Object monitor = new Object();
                long end = System.nanoTime() + WAIT_NANOS;
                synchronized (monitor) {
                    while (System.nanoTime() < end) {
                        monitor.wait(WAIT_MILLIS);
                    }
                }
            }
        },
        CONDITION {
            @Override
            void await() throws Exception {
                ReentrantLock lock = new ReentrantLock();
                Condition condition = lock.newCondition();
                lock.lock();
                try {
                    long rest = WAIT_NANOS;
                    while (rest > 0) {
                        rest = condition.awaitNanos(rest);
                    }
                } finally {
                    lock.unlock();
                }
            }
        },
        FUTURE {
            @Override
            void await() throws Exception {
                try {
                    new CompletableFuture<Void>().get(WAIT_MILLIS, TimeUnit.MILLISECONDS);
                } catch (TimeoutException expected) {
                    return;
                }
                throw new AssertionError("the future was done");
            }
        },
        POLL {
            @Override
            void await() throws Exception {
                assertThat(new ArrayBlockingQueue<>(1).poll(WAIT_MILLIS, TimeUnit.MILLISECONDS))
                        .isNull();
            }
        };

        abstract void await() throws Exception;
    }

    private static List<String> unparkers() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("VirtualThread-unparker"))
                .toList();
    }

    @ParameterizedTest
    @EnumSource
    void isServedByATimerOfTheScheduler(Way way) throws Exception {
        List<String> unparkersBefore = unparkers();
        try (WeftRuntime runtime = Weft.builder().procs(2).build()) {
            long timersBefore = runtime.counters().scheduler().timers();
            long nanos =
                    runtime.executor()
                            .submit(
                                    () -> {
                                        long start = System.nanoTime();
                                        way.await();
                                        return System.nanoTime() - start;
                                    })
                            .get();
            assertThat(nanos).isGreaterThanOrEqualTo(WAIT_NANOS);
            assertThat(runtime.counters().scheduler().timers()).isGreaterThan(timersBefore);
        }
        assertThat(unparkers()).as("threads of the JDK for timed waits").isEqualTo(unparkersBefore);
    }

    @Test
    void endsWhenWhatItWaitsForComesFirst() throws Exception {
        try (WeftRuntime runtime = Weft.builder().procs(2).build()) {
            Semaphore ping = new Semaphore(0);
            Semaphore pong = new Semaphore(0);
            CountDownLatch done = new CountDownLatch(2);
            AtomicBoolean timedOut = new AtomicBoolean();
            int rounds = 20_000;
            runtime.go(() -> take(ping, pong, rounds, timedOut, done));
            runtime.go(() -> take(pong, ping, rounds, timedOut, done));
            ping.release();
            done.await();
            assertThat(timedOut).isFalse();
        }
    }

    private static void take(
            Semaphore mine, Semaphore other, int rounds, AtomicBoolean late, CountDownLatch done) {
        try {
            for (int i = 0; i < rounds; i++) {
                if (!mine.tryAcquire(FAR_MILLIS, TimeUnit.MILLISECONDS)) {
                    late.set(true);
                }
                other.release();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            done.countDown();
        }
    }

    @Test
    void anInterruptEndsIt() throws Exception {
        try (WeftRuntime runtime = Weft.builder().procs(1).build()) {
            CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
            Thread sleeper =
                    runtime.go(
                            () -> {
                                try {
                                    Thread.sleep(FAR_MILLIS);
                                    interrupted.complete(false);
                                } catch (InterruptedException e) {
                                    interrupted.complete(true);
                                }
                            });
            while (sleeper.getState() != Thread.State.TIMED_WAITING) {
                Thread.onSpinWait();
            }
            sleeper.interrupt();
            assertThat(interrupted.get()).isTrue();
        }
    }

    @Test
    void whoOutlivesTheRuntimeWakesAllTheSame() throws Exception {
        CompletableFuture<Long> slept = new CompletableFuture<>();
        CompletableFuture<Thread> heir = new CompletableFuture<>();
        try (WeftRuntime runtime = Weft.builder().procs(1).build()) {
            // The runtime does not count what a goroutine starts by itself, nor wait for it.
            runtime.go(() -> heir.complete(Thread.startVirtualThread(() -> sleepTwice(slept))));
            Thread sleeper = heir.get();
            while (sleeper.getState() != Thread.State.TIMED_WAITING) {
                Thread.onSpinWait();
            }
        }
        assertThat(slept.get()).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(1_010));
    }

    private static void sleepTwice(CompletableFuture<Long> slept) {
        try {
            long start = System.nanoTime();
            Thread.sleep(1_000);
            Thread.sleep(10); // not on a carrier of the runtime any more
            slept.complete(System.nanoTime() - start);
        } catch (InterruptedException e) {
            slept.completeExceptionally(e);
        }
    }

    @Test
    void aTimedWaitOfAVirtualThreadOfTheJdkGoesOnAsBefore() throws Exception {
        try (WeftRuntime runtime = Weft.builder().procs(1).build()) {
            Thread.startVirtualThread(
                            () -> {
                                try {
                                    Thread.sleep(WAIT_MILLIS);
                                } catch (InterruptedException e) {
                                    throw new IllegalStateException(e);
                                }
                            })
                    .join();
            assertThat(runtime.counters().scheduler().timers()).isZero();
        }
    }
}
