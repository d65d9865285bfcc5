package io.weft.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class MutexTest {

    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(5);

    private final Mutex mutex = new Mutex();

    /** Guarded by the mutex. */
    private int count;

    @Test
    void itIsLockedByOneAtATime() throws Exception {
        assertThat(mutex.isLocked()).isFalse();
        mutex.lock();
        assertThat(mutex.isLocked()).isTrue();
        assertThat(mutex.tryLock()).isFalse();
        assertThat(mutex.tryLock(Duration.ZERO)).isFalse();
        assertThat(mutex.tryLock(SHORT)).isFalse();
        mutex.unlock();
        assertThat(mutex.tryLock()).isTrue();
        mutex.unlock();
        assertThat(mutex.tryLock(Duration.ZERO)).isTrue();
        mutex.unlock();
        assertThat(mutex.tryLock(Duration.ofNanos(-1))).isTrue();
        mutex.unlock();
        assertThat(mutex.tryLock(LONG)).isTrue();
        mutex.unlock();
        mutex.lockInterruptibly();
        mutex.unlock();
        assertThat(mutex.isLocked()).isFalse();
    }

    @Test
    void anUnlockWithoutALockIsAMistakeThatIsNamed() {
        assertThatThrownBy(mutex::unlock)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("needs a lock");
        mutex.lock();
        mutex.unlock();
        assertThatThrownBy(mutex::unlock).isInstanceOf(IllegalStateException.class);
        assertThat(mutex.tryLock()).as("it is as usable as before").isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void whoLocksItTwiceWaitsForAnother(Threads threads) throws Exception {
        TestThread<Boolean> twice =
                threads.run(
                        () -> {
                            mutex.lock();
                            assertThat(mutex.tryLock()).isFalse();
                            mutex.lock();
                        });
        twice.awaitParked();
        assertThat(twice.isDone()).isFalse();
        mutex.unlock();
        assertThat(twice.result()).isTrue();
        assertThat(mutex.isLocked()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void anotherThreadMayUnlockIt(Threads threads) throws Exception {
        mutex.lock();
        assertThat(threads.run(mutex::unlock).result()).isTrue();
        assertThat(mutex.tryLock()).isTrue();
    }

    @Test
    void itSaysWhatItIsInDumps() throws Exception {
        assertThat(mutex).hasToString("Mutex[unlocked]");
        mutex.lock();
        assertThat(mutex).hasToString("Mutex[locked]");
        TestThread<Boolean> waiter = Threads.VIRTUAL.run(mutex::lock).awaitParked();
        assertThat(mutex).hasToString("Mutex[locked, queued]");
        mutex.unlock();
        assertThat(waiter.result()).isTrue();
        assertThat(mutex).hasToString("Mutex[locked]");
    }

    @ParameterizedTest
    @EnumSource
    void manyThreadsExcludeEachOther(Threads threads) throws Exception {
        int perThread = 5_000;
        List<TestThread<Boolean>> all = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            all.add(threads.run(() -> countUpTo(perThread)));
        }
        for (TestThread<Boolean> each : all) {
            assertThat(each.result()).isTrue();
        }
        assertThat(count).isEqualTo(all.size() * perThread);
        assertThat(mutex).hasToString("Mutex[unlocked]");
    }

    /**
     * Every third time by trying only, as in Go's HammerMutex; now and then with a pause inside.
     */
    private void countUpTo(int times) {
        for (int i = 0; i < times; i++) {
            boolean locked = i % 3 == 0 && mutex.tryLock();
            if (!locked) {
                mutex.lock();
            }
            count++;
            if (i % 100 == 0) {
                LockSupport.parkNanos(1_000);
            }
            mutex.unlock();
        }
    }

    /** The way of a mutex through waits that end by all means at once. */
    @ParameterizedTest
    @EnumSource
    void waitsThatAreGivenUpLoseNoWakeUp(Threads threads) throws Exception {
        List<TestThread<Integer>> all = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            int seed = i;
            all.add(threads.start(() -> lockSomehow(2_000, seed)));
        }
        AtomicBoolean over = new AtomicBoolean();
        TestThread<Boolean> disturber =
                threads.run(
                        () -> {
                            while (!over.get()) {
                                all.forEach(each -> each.thread().interrupt());
                                LockSupport.parkNanos(50_000);
                            }
                        });
        int locked = 0;
        for (TestThread<Integer> each : all) {
            locked += each.result();
        }
        over.set(true);
        assertThat(disturber.result()).isTrue();
        assertThat(count).isEqualTo(locked);
        assertThat(mutex).hasToString("Mutex[unlocked]");
    }

    /** How often it was locked. */
    private int lockSomehow(int times, int seed) {
        int locked = 0;
        for (int i = 0; i < times; i++) {
            if (tryOneWay((i + seed) % 4)) {
                locked++;
                count++;
                if (i % 50 == 0) {
                    LockSupport.parkNanos(20_000);
                }
                mutex.unlock();
            }
        }
        return locked;
    }

    private boolean tryOneWay(int way) {
        try {
            return switch (way) {
                case 0 -> mutex.tryLock(Duration.ofNanos(10_000));
                case 1 -> mutex.tryLock(Duration.ofMillis(2));
                case 2 -> {
                    mutex.lockInterruptibly();
                    yield true;
                }
                default -> {
                    mutex.lock();
                    yield true;
                }
            };
        } catch (InterruptedException e) {
            return false;
        }
    }

    @ParameterizedTest
    @EnumSource
    void anInterruptEndsAWaitThatCanBeInterrupted(Threads threads) throws Exception {
        mutex.lock();
        TestThread<Boolean> waits = threads.run(mutex::lockInterruptibly).awaitParked();
        TestThread<Boolean> timed = threads.startParked(() -> mutex.tryLock(LONG));
        assertThat(mutex.hasQueued()).isTrue();
        waits.thread().interrupt();
        assertThatThrownBy(waits::result).hasCauseInstanceOf(InterruptedException.class);
        timed.thread().interrupt();
        assertThatThrownBy(timed::result).hasCauseInstanceOf(InterruptedException.class);
        assertThat(mutex.hasQueued()).isFalse();
        mutex.unlock();
        assertThat(mutex.tryLock()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void anInterruptBeforeTheWaitEndsIt(Threads threads) throws Exception {
        mutex.lock();
        TestThread<Boolean> waits =
                threads.start(
                        () -> {
                            Thread.currentThread().interrupt();
                            assertThatThrownBy(mutex::lockInterruptibly)
                                    .isInstanceOf(InterruptedException.class);
                            return Thread.currentThread().isInterrupted();
                        });
        assertThat(waits.result()).as("it was delivered").isFalse();
        assertThat(mutex.hasQueued()).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void lockIsNotInterruptedAndKeepsTheInterrupt(Threads threads) throws Exception {
        mutex.lock();
        TestThread<Boolean> before =
                threads.startParked(
                        () -> {
                            Thread.currentThread().interrupt();
                            mutex.lock();
                            mutex.unlock();
                            return Thread.interrupted();
                        });
        TestThread<Boolean> meanwhile =
                threads.startParked(
                        () -> {
                            mutex.lock();
                            mutex.unlock();
                            return Thread.interrupted();
                        });
        meanwhile.thread().interrupt();
        assertThat(meanwhile.awaitParked().isDone()).isFalse();
        mutex.unlock();
        assertThat(before.result()).isTrue();
        assertThat(meanwhile.result()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void whoDoesNotWaitIsNotInterrupted(Threads threads) throws Exception {
        assertThat(
                        threads.start(
                                        () -> {
                                            Thread.currentThread().interrupt();
                                            mutex.lockInterruptibly();
                                            return Thread.interrupted();
                                        })
                                .result())
                .as("the interrupt is pending")
                .isTrue();
        assertThat(mutex.isLocked()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void aTimeOutIsNotEarly(Threads threads) throws Exception {
        mutex.lock();
        long nanos =
                threads.start(
                                () -> {
                                    long begin = System.nanoTime();
                                    assertThat(mutex.tryLock(SHORT)).isFalse();
                                    return System.nanoTime() - begin;
                                })
                        .result();
        assertThat(nanos).isGreaterThanOrEqualTo(SHORT.toNanos());
        assertThat(mutex.hasQueued()).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void theLongestTimeoutDoesNotOverflow(Threads threads) throws Exception {
        mutex.lock();
        TestThread<Boolean> forEver =
                threads.startParked(() -> mutex.tryLock(Duration.ofSeconds(Long.MAX_VALUE)));
        TestThread<Boolean> almost =
                threads.startParked(() -> mutex.tryLock(Duration.ofNanos(Long.MAX_VALUE - 1)));
        mutex.unlock();
        assertThat(forEver.result()).isTrue();
        mutex.unlock();
        assertThat(almost.result()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void thoseWhoWaitAreServedInTheOrderOfArrival(Threads threads) throws Exception {
        mutex.lock();
        List<Integer> order = new ArrayList<>();
        List<TestThread<Boolean>> waiters = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            int number = i;
            waiters.add(
                    threads.run(
                                    () -> {
                                        mutex.lock();
                                        order.add(number);
                                        mutex.unlock();
                                    })
                            .awaitParked());
        }
        mutex.unlock();
        for (TestThread<Boolean> each : waiters) {
            assertThat(each.result()).isTrue();
        }
        assertThat(order).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        assertThat(mutex).hasToString("Mutex[unlocked]");
    }

    /**
     * Go's TestMutexFairness: one has it nearly all the time, the other one gets it all the same.
     */
    @ParameterizedTest
    @EnumSource
    void aHogDoesNotStarveAnother(Threads threads) throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        TestThread<Boolean> hog =
                threads.run(
                        () -> {
                            while (!over.get()) {
                                mutex.lock();
                                LockSupport.parkNanos(100_000);
                                mutex.unlock();
                            }
                        });
        TestThread<Boolean> other =
                threads.run(
                        () -> {
                            for (int i = 0; i < 10; i++) {
                                LockSupport.parkNanos(100_000);
                                mutex.lock();
                                mutex.unlock();
                            }
                        });
        assertThat(other.result()).isTrue();
        over.set(true);
        assertThat(hog.result()).isTrue();
    }

    /** Whoever tries cannot get it while it is handed from one to the next. */
    @ParameterizedTest
    @EnumSource
    void aStarvingMutexIsHandedOver(Threads threads) throws Exception {
        long deadline = System.nanoTime() + LONG.toNanos();
        while (!overtakeUntilItStarves(threads)) {
            assertThat(System.nanoTime() - deadline).isNegative();
        }
        assertThat(mutex).hasToString("Mutex[unlocked]");
    }

    /** False when the one that was woken was faster than this thread. */
    private boolean overtakeUntilItStarves(Threads threads) throws Exception {
        mutex.lock();
        TestThread<Boolean> first = threads.run(mutex::lock).awaitParked();
        TestThread<Boolean> second = threads.run(mutex::lock).awaitParked();
        Thread.sleep(2);
        mutex.unlock();
        boolean overtaken = mutex.tryLock();
        if (overtaken) {
            while (!mutex.isStarving()) {
                Thread.sleep(1);
            }
            mutex.unlock();
            assertThat(mutex.tryLock()).as("it was never free").isFalse();
        }
        assertThat(first.result()).isTrue();
        mutex.unlock();
        assertThat(overtaken && mutex.tryLock()).isFalse();
        assertThat(second.result()).isTrue();
        mutex.unlock();
        return overtaken;
    }
}
