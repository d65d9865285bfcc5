package io.weft.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.testkit.Allocations;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Locks that nobody contends for make no garbage. */
@Timeout(60)
class MutexAllocationTest {

    private static final int ROUNDS = 50;
    private static final int OPERATIONS = 20_000;

    /** Below it is what the JVM allocates now and then; one object per operation is far above. */
    private static final long NEXT_TO_NOTHING = OPERATIONS;

    /** Bytes of the best round: a compilation or a profiler may allocate, no operation may. */
    private static long bestRound(Runnable operation) {
        long best = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            long before = Allocations.ofCurrentThread();
            for (int i = 0; i < OPERATIONS; i++) {
                operation.run();
            }
            best = Math.min(best, Allocations.ofCurrentThread() - before);
        }
        return best;
    }

    @Test
    void aMutexAllocatesNothing() {
        Mutex mutex = new Mutex();
        assertThat(
                        bestRound(
                                () -> {
                                    mutex.lock();
                                    mutex.unlock();
                                }))
                .isLessThan(NEXT_TO_NOTHING);
    }

    @Test
    void aLockForReadersAndWritersAllocatesNothing() {
        RWMutex lock = new RWMutex();
        assertThat(
                        bestRound(
                                () -> {
                                    lock.readLock();
                                    lock.readUnlock();
                                    lock.lock();
                                    lock.unlock();
                                }))
                .isLessThan(NEXT_TO_NOTHING);
    }

    @Test
    void aSemaphoreAllocatesNothing() {
        Semaphore semaphore = new Semaphore(2);
        assertThat(
                        bestRound(
                                () -> {
                                    if (semaphore.tryAcquire(2)) {
                                        semaphore.release(2);
                                    }
                                }))
                .isLessThan(NEXT_TO_NOTHING);
    }

    @Test
    void aWaitGroupAllocatesNothing() {
        WaitGroup group = new WaitGroup();
        assertThat(
                        bestRound(
                                () -> {
                                    group.add(1);
                                    group.done();
                                }))
                .isLessThan(NEXT_TO_NOTHING);
    }

    @Test
    void aPoolAllocatesNothingThatItHas() {
        PLocal<Object> pool = new PLocal<>(Object::new);
        assertThat(bestRound(() -> pool.put(pool.get()))).isLessThan(NEXT_TO_NOTHING);
    }
}
