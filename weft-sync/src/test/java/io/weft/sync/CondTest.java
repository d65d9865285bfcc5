package io.weft.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class CondTest {

    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(5);

    private final Mutex mutex = new Mutex();
    private final Cond cond = new Cond(mutex);

    /** Guarded by the mutex: who was woken, in this order. */
    private final List<Integer> woken = new ArrayList<>();

    private List<TestThread<Boolean>> startWaiters(Threads threads, int count) throws Exception {
        List<TestThread<Boolean>> waiters = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int number = i;
            waiters.add(
                    threads.run(
                                    () -> {
                                        mutex.lock();
                                        cond.await();
                                        woken.add(number);
                                        mutex.unlock();
                                    })
                            .awaitParked());
        }
        return waiters;
    }

    private int woken() {
        mutex.lock();
        int count = woken.size();
        mutex.unlock();
        return count;
    }

    /** Go's TestCondSignal and TestCondSignalGenerations. */
    @ParameterizedTest
    @EnumSource
    void eachSignalWakesTheOneThatWaitsLongest(Threads threads) throws Exception {
        List<TestThread<Boolean>> waiters = startWaiters(threads, 100);
        for (int i = 0; i < waiters.size(); i++) {
            assertThat(woken()).as("nobody wakes up without a signal").isEqualTo(i);
            mutex.lock();
            cond.signal();
            mutex.unlock();
            assertThat(waiters.get(i).result()).isTrue();
            assertThat(woken.get(i)).isEqualTo(i);
        }
        assertThat(cond.hasWaiters()).isFalse();
        cond.signal();
        assertThat(mutex.isLocked()).isFalse();
    }

    /** Go's TestCondBroadcast: all that wait wake up once. */
    @ParameterizedTest
    @EnumSource
    void aBroadcastWakesEachOnce(Threads threads) throws Exception {
        List<TestThread<Boolean>> waiters = startWaiters(threads, 200);
        assertThat(cond.hasWaiters()).isTrue();
        cond.broadcast();
        for (TestThread<Boolean> each : waiters) {
            assertThat(each.result()).isTrue();
        }
        assertThat(woken).hasSize(200).doesNotHaveDuplicates();
        cond.broadcast();
        assertThat(cond).hasToString("Cond[Mutex[unlocked]]");
    }

    /** Go's TestCondSignalStealing: who begins to wait later does not take the signal. */
    @ParameterizedTest
    @EnumSource
    void aLaterWaiterDoesNotStealASignal(Threads threads) throws Exception {
        for (int round = 0; round < 1_000; round++) {
            boolean[] signalled = {false};
            TestThread<Boolean> first =
                    threads.run(
                            () -> {
                                mutex.lock();
                                cond.await();
                                mutex.unlock();
                            });
            awaitWaiter();
            mutex.lock();
            cond.signal();
            mutex.unlock();
            TestThread<Boolean> later =
                    threads.run(
                            () -> {
                                mutex.lock();
                                while (!signalled[0]) {
                                    cond.await();
                                }
                                mutex.unlock();
                            });
            assertThat(first.result()).isTrue();
            mutex.lock();
            signalled[0] = true;
            cond.broadcast();
            mutex.unlock();
            assertThat(later.result()).isTrue();
        }
    }

    private void awaitWaiter() {
        while (!cond.hasWaiters()) {
            Thread.yield();
        }
    }

    @Test
    void aWaitWithoutTheMutexIsAMistakeThatIsNamed() {
        assertThatThrownBy(cond::await)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("lock it before");
        assertThatThrownBy(() -> cond.await(SHORT)).isInstanceOf(IllegalStateException.class);
        assertThat(cond.hasWaiters()).isFalse();
        assertThatThrownBy(() -> new Cond(Absent.of(Mutex.class)))
                .isInstanceOf(NullPointerException.class);
    }

    @ParameterizedTest
    @EnumSource
    void anInterruptEndsAWaitWithTheMutexLocked(Threads threads) throws Exception {
        TestThread<Boolean> waits =
                threads.startParked(
                        () -> {
                            mutex.lock();
                            assertThatThrownBy(cond::await)
                                    .isInstanceOf(InterruptedException.class);
                            return mutex.isLocked() && !Thread.currentThread().isInterrupted();
                        });
        waits.thread().interrupt();
        assertThat(waits.result()).isTrue();
        assertThat(cond.hasWaiters()).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void anInterruptBeforeTheWaitEndsIt(Threads threads) throws Exception {
        TestThread<Boolean> waits =
                threads.start(
                        () -> {
                            mutex.lock();
                            Thread.currentThread().interrupt();
                            assertThatThrownBy(cond::await)
                                    .isInstanceOf(InterruptedException.class);
                            return mutex.isLocked();
                        });
        assertThat(waits.result()).isTrue();
        assertThat(cond.hasWaiters()).isFalse();
    }

    /** An interrupt after the signal is kept, and the signal has not gone to waste. */
    @ParameterizedTest
    @EnumSource
    void anInterruptAfterTheSignalStaysPending(Threads threads) throws Exception {
        TestThread<Boolean> waits =
                threads.startParked(
                        () -> {
                            mutex.lock();
                            cond.await();
                            mutex.unlock();
                            return Thread.interrupted();
                        });
        mutex.lock();
        cond.signal();
        waits.thread().interrupt();
        mutex.unlock();
        assertThat(waits.result()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void aTimedWaitSaysWhetherItWasSignalled(Threads threads) throws Exception {
        TestThread<Boolean> timed =
                threads.start(
                        () -> {
                            mutex.lock();
                            long begin = System.nanoTime();
                            boolean signalled = cond.await(SHORT) || cond.await(Duration.ZERO);
                            assertThat(System.nanoTime() - begin)
                                    .isGreaterThanOrEqualTo(SHORT.toNanos());
                            assertThat(mutex.isLocked()).isTrue();
                            mutex.unlock();
                            return signalled;
                        });
        assertThat(timed.result()).isFalse();
        assertThat(cond.hasWaiters()).isFalse();
        TestThread<Boolean> patient =
                threads.startParked(
                        () -> {
                            mutex.lock();
                            boolean signalled = cond.await(LONG);
                            mutex.unlock();
                            return signalled;
                        });
        cond.signal();
        assertThat(patient.result()).isTrue();
    }

    /** A queue of one between producers and consumers, some of whom are impatient. */
    @ParameterizedTest
    @EnumSource
    void noSignalIsLostToTimeOuts(Threads threads) throws Exception {
        Cond emptied = new Cond(mutex);
        int items = 2_000;
        int[] slot = {0, 0};
        TestThread<Boolean> consumer =
                threads.run(
                        () -> {
                            for (int i = 0; i < items; i++) {
                                mutex.lock();
                                while (slot[0] == 0) {
                                    cond.await();
                                }
                                slot[0] = 0;
                                slot[1]++;
                                emptied.signal();
                                mutex.unlock();
                            }
                        });
        TestThread<Boolean> impatient =
                threads.run(
                        () -> {
                            for (int i = 0; i < 200; i++) {
                                mutex.lock();
                                if (cond.await(Duration.ofNanos(20_000))) {
                                    cond.signal(); // it was meant for the consumer
                                }
                                mutex.unlock();
                                LockSupport.parkNanos(10_000);
                            }
                        });
        for (int i = 0; i < items; i++) {
            mutex.lock();
            while (slot[0] != 0) {
                emptied.await();
            }
            slot[0] = 1;
            cond.signal();
            mutex.unlock();
        }
        assertThat(consumer.result() && impatient.result()).isTrue();
        assertThat(slot[1]).isEqualTo(items);
    }
}
