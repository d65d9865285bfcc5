package io.weft;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.sync.Cond;
import io.weft.sync.Mutex;
import io.weft.sync.PLocal;
import io.weft.sync.RWMutex;
import io.weft.sync.Semaphore;
import io.weft.sync.WaitGroup;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Wait groups, semaphores, conditions and the rest between goroutines, on one P and on two. */
@Timeout(60)
class WaitsGoroutineTest {

    private WeftRuntime runtime = Weft.builder().procs(1).build();

    @AfterEach
    void close() {
        runtime.close();
    }

    private void useProcs(int procs) {
        runtime.close();
        runtime = Weft.builder().procs(procs).build();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void childrenOfAGroupRunOnTheRuntimeOfTheirParent(int procs) throws Exception {
        useProcs(procs);
        AtomicInteger here = new AtomicInteger();
        runtime.run(
                () -> {
                    WaitGroup group = new WaitGroup();
                    for (int i = 0; i < 1_000; i++) {
                        group.go(() -> here.addAndGet(runtime.currentProcessor() >= 0 ? 1 : 0));
                    }
                    group.await();
                });
        assertThat(here).hasValue(1_000);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aSemaphoreBoundsHowManyRunAtOnce(int procs) throws Exception {
        useProcs(procs);
        Semaphore semaphore = new Semaphore(3);
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        runtime.run(
                () -> {
                    WaitGroup group = new WaitGroup();
                    for (int i = 0; i < 200; i++) {
                        group.go(() -> enter(semaphore, inside, most));
                    }
                    group.await();
                });
        assertThat(most.get()).isBetween(1, 3);
        assertThat(semaphore.available()).isEqualTo(3);
    }

    private static void enter(Semaphore semaphore, AtomicInteger inside, AtomicInteger most) {
        try {
            semaphore.acquire(1);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        most.accumulateAndGet(inside.incrementAndGet(), Math::max);
        Thread.yield();
        inside.decrementAndGet();
        semaphore.release(1);
    }

    /** A platform thread signals, goroutines wait. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aPlatformThreadSignalsGoroutines(int procs) throws Exception {
        useProcs(procs);
        Mutex mutex = new Mutex();
        Cond changed = new Cond(mutex);
        int[] turn = {0};
        int turns = 500;
        Thread goroutine = runtime.go(() -> takeTurns(changed, turn, 1, turns));
        takeTurns(changed, turn, 0, turns);
        goroutine.join();
        assertThat(turn[0]).isEqualTo(turns);
    }

    private static void takeTurns(Cond changed, int[] turn, int first, int end) {
        for (int i = first; i < end; i += 2) {
            changed.mutex().lock();
            try {
                while (turn[0] != i) {
                    changed.await();
                }
                turn[0]++;
                changed.signal();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            } finally {
                changed.mutex().unlock();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void readersAndWritersExcludeEachOther(int procs) throws Exception {
        useProcs(procs);
        RWMutex lock = new RWMutex();
        int[] pair = {0, 0};
        AtomicInteger torn = new AtomicInteger();
        runtime.run(
                () -> {
                    WaitGroup group = new WaitGroup();
                    for (int i = 0; i < 10; i++) {
                        group.go(() -> write(lock, pair));
                        group.go(() -> read(lock, pair, torn));
                    }
                    group.await();
                });
        assertThat(torn).hasValue(0);
        assertThat(pair).containsExactly(2_000, 2_000);
    }

    private static void write(RWMutex lock, int[] pair) {
        for (int i = 0; i < 200; i++) {
            lock.lock();
            pair[0]++;
            if (i % 20 == 0) {
                Thread.yield();
            }
            pair[1]++;
            lock.unlock();
        }
    }

    private static void read(RWMutex lock, int[] pair, AtomicInteger torn) {
        for (int i = 0; i < 200; i++) {
            lock.readLock();
            torn.addAndGet(Math.abs(pair[0] - pair[1]));
            if (i % 20 == 0) {
                Thread.yield();
            }
            lock.readUnlock();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aGoroutineFindsWhatItHasPut(int procs) throws Exception {
        useProcs(procs);
        AtomicInteger made = new AtomicInteger();
        runtime.run(
                () -> {
                    PLocal<Integer> numbers = new PLocal<>(made::incrementAndGet);
                    for (int i = 0; i < 100; i++) {
                        numbers.put(numbers.get());
                        Thread.yield();
                    }
                });
        assertThat(made.get()).isLessThan(100);
    }
}
