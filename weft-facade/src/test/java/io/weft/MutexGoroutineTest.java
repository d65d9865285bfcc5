package io.weft;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.sync.Mutex;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A mutex between goroutines, on one P and on two. */
@Timeout(60)
class MutexGoroutineTest {

    private WeftRuntime runtime = Weft.builder().procs(1).build();
    private final Mutex mutex = new Mutex();

    /** Guarded by the mutex. */
    private int count;

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
    void manyGoroutinesExcludeEachOther(int procs) throws Exception {
        useProcs(procs);
        List<Thread> all = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            all.add(runtime.go(() -> countUpTo(1_000)));
        }
        countUpTo(1_000);
        for (Thread each : all) {
            each.join();
        }
        assertThat(count).isEqualTo(101_000);
        assertThat(mutex).hasToString("Mutex[unlocked]");
    }

    /** Now and then others run while it is locked. */
    private void countUpTo(int times) {
        for (int i = 0; i < times; i++) {
            mutex.lock();
            count++;
            if (i % 10 == 0) {
                Thread.yield();
            }
            mutex.unlock();
        }
    }

    /** One never stops to lock and unlock, and never waits for anything else. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aGoroutineThatNeverLetsGoDoesNotStarveAnother(int procs) throws Exception {
        useProcs(procs);
        AtomicBoolean over = new AtomicBoolean();
        Thread hog =
                runtime.go(
                        () -> {
                            while (!over.get()) {
                                countUpTo(1);
                            }
                        });
        Thread other = runtime.go(() -> countUpTo(50));
        other.join();
        over.set(true);
        hog.join();
        assertThat(count).isGreaterThanOrEqualTo(50);
    }

    /**
     * Go's TestSemaHandoff: who gets a mutex because it has starved runs before the one that has
     * handed it over goes on.
     */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void whoIsHandedTheMutexRunsAtOnce(int procs) throws Exception {
        useProcs(procs);
        int handOvers = 200;
        int[] atOnce = {0};
        runtime.run(
                () -> {
                    for (int i = 0; i < handOvers; i++) {
                        atOnce[0] += handOver() ? 1 : 0;
                    }
                });
        assertThat(atOnce[0]).isGreaterThan(handOvers * 2 / 3);
    }

    /** Hands the mutex over; whether who got it has run when that returns. */
    private boolean handOver() throws InterruptedException {
        while (true) {
            AtomicBoolean ran = new AtomicBoolean();
            mutex.lock();
            Thread waiter =
                    runtime.go(
                            () -> {
                                mutex.lock();
                                ran.set(true);
                                mutex.unlock();
                            });
            boolean starves = starves(ran);
            mutex.unlock();
            boolean atOnce = ran.get();
            waiter.join();
            if (starves) {
                return atOnce;
            }
        }
    }

    /** Wakes the one that waits and overtakes it, until it starves; false when it was faster. */
    private boolean starves(AtomicBoolean ran) throws InterruptedException {
        while (!ran.get()) {
            if (mutex.toString().contains("starving")) {
                return true;
            }
            Thread.sleep(2);
            mutex.unlock();
            mutex.lock();
            Thread.yield();
        }
        return false;
    }
}
