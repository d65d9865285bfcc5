package io.weft.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class SemaphoreTest {

    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(5);

    @Test
    void permitsAreTakenAndGivenBack() throws Exception {
        Semaphore semaphore = new Semaphore(4);
        assertThat(semaphore.capacity()).isEqualTo(4);
        assertThat(semaphore.tryAcquire(0)).isTrue();
        assertThat(semaphore.tryAcquire(3)).isTrue();
        assertThat(semaphore.tryAcquire(2)).isFalse();
        assertThat(semaphore.tryAcquire(2, Duration.ZERO)).isFalse();
        assertThat(semaphore.tryAcquire(2, SHORT)).isFalse();
        semaphore.acquire(1);
        assertThat(semaphore).hasToString("Semaphore[0 of 4]");
        semaphore.release(2);
        semaphore.release(0);
        assertThat(semaphore.available()).isEqualTo(2);
        assertThat(semaphore.tryAcquire(2, LONG)).isTrue();
        semaphore.release(4);
        assertThat(semaphore.available()).isEqualTo(4);
        assertThat(semaphore.hasQueued()).isFalse();
    }

    @Test
    void mistakesAreNamed() {
        assertThatThrownBy(() -> new Semaphore(-1)).isInstanceOf(IllegalArgumentException.class);
        Semaphore semaphore = new Semaphore(4);
        assertThatThrownBy(() -> semaphore.acquire(5))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("make a larger semaphore");
        assertThatThrownBy(() -> semaphore.tryAcquire(5))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> semaphore.tryAcquire(5, SHORT))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> semaphore.acquire(-1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> semaphore.release(-1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(semaphore.tryAcquire(1)).isTrue();
        assertThatThrownBy(() -> semaphore.release(2))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("give back what was acquired");
        assertThat(semaphore.available()).as("as before").isEqualTo(3);
        assertThatThrownBy(() -> semaphore.release(Long.MAX_VALUE))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void theLargestSemaphoreDoesNotOverflow() {
        Semaphore semaphore = new Semaphore(Long.MAX_VALUE);
        assertThat(semaphore.tryAcquire(Long.MAX_VALUE)).isTrue();
        assertThat(semaphore.tryAcquire(1)).isFalse();
        semaphore.release(Long.MAX_VALUE);
        assertThat(semaphore.available()).isEqualTo(Long.MAX_VALUE);
        assertThat(new Semaphore(0).tryAcquire(0)).isTrue();
    }

    /** A large request at the head is not overtaken by small ones that would fit. */
    @ParameterizedTest
    @EnumSource
    void nobodyOvertakes(Threads threads) throws Exception {
        Semaphore semaphore = new Semaphore(4);
        semaphore.acquire(2);
        List<String> order = Collections.synchronizedList(new ArrayList<>());
        TestThread<Boolean> large = acquirer(threads, semaphore, 4, order).awaitParked();
        TestThread<Boolean> small = acquirer(threads, semaphore, 1, order).awaitParked();
        assertThat(semaphore.hasQueued()).isTrue();
        assertThat(semaphore.tryAcquire(1)).as("two are there, but others wait").isFalse();
        semaphore.release(1);
        assertThat(large.awaitParked().isDone()).isFalse();
        assertThat(small.awaitParked().isDone()).isFalse();
        semaphore.release(1);
        assertThat(large.result()).isTrue();
        assertThat(small.awaitParked().isDone()).isFalse();
        semaphore.release(4);
        assertThat(small.result()).isTrue();
        assertThat(order).containsExactly("4", "1");
        assertThat(semaphore.available()).isEqualTo(3);
    }

    private static TestThread<Boolean> acquirer(
            Threads threads, Semaphore semaphore, int permits, List<String> order) {
        return threads.run(
                () -> {
                    semaphore.acquire(permits);
                    order.add("" + permits);
                });
    }

    /** Who gives up at the head lets those behind have what is there. */
    @ParameterizedTest
    @EnumSource
    void whoGivesUpStandsInNobodysWay(Threads threads) throws Exception {
        Semaphore semaphore = new Semaphore(4);
        semaphore.acquire(2);
        TestThread<Boolean> large = threads.run(() -> semaphore.acquire(4)).awaitParked();
        TestThread<Boolean> one = threads.run(() -> semaphore.acquire(1)).awaitParked();
        TestThread<Boolean> another = threads.run(() -> semaphore.acquire(1)).awaitParked();
        large.thread().interrupt();
        assertThatThrownBy(large::result).hasCauseInstanceOf(InterruptedException.class);
        assertThat(one.result() && another.result()).isTrue();
        TestThread<Boolean> timed = threads.start(() -> semaphore.tryAcquire(3, SHORT));
        TestThread<Boolean> last = threads.run(() -> semaphore.acquire(1));
        assertThat(timed.result()).isFalse();
        semaphore.release(1);
        assertThat(last.result()).isTrue();
        semaphore.release(4);
        assertThat(semaphore.available()).isEqualTo(4);
    }

    @ParameterizedTest
    @EnumSource
    void anInterruptBeforeTheWaitEndsIt(Threads threads) throws Exception {
        Semaphore semaphore = new Semaphore(1);
        semaphore.acquire(1);
        TestThread<Boolean> waits =
                threads.start(
                        () -> {
                            Thread.currentThread().interrupt();
                            assertThatThrownBy(() -> semaphore.acquire(1))
                                    .isInstanceOf(InterruptedException.class);
                            return Thread.currentThread().isInterrupted();
                        });
        assertThat(waits.result()).isFalse();
        assertThat(semaphore.hasQueued()).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void aTimeOutIsNotEarly(Threads threads) throws Exception {
        Semaphore semaphore = new Semaphore(1);
        semaphore.acquire(1);
        TestThread<Long> waits =
                threads.start(
                        () -> {
                            long begin = System.nanoTime();
                            assertThat(semaphore.tryAcquire(1, SHORT)).isFalse();
                            return System.nanoTime() - begin;
                        });
        assertThat(waits.result()).isGreaterThanOrEqualTo(SHORT.toNanos());
    }

    /** All ways to wait at once: what is taken is never more than there is, and all comes back. */
    @ParameterizedTest
    @EnumSource
    void noPermitIsLostOrInvented(Threads threads) throws Exception {
        int capacity = 5;
        Semaphore semaphore = new Semaphore(capacity);
        AtomicLong taken = new AtomicLong();
        List<TestThread<Boolean>> all = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            int seed = i;
            all.add(threads.run(() -> takeAndGive(semaphore, taken, seed)));
        }
        for (TestThread<Boolean> each : all) {
            assertThat(each.result()).isTrue();
        }
        assertThat(semaphore.available()).isEqualTo(capacity);
        assertThat(semaphore.hasQueued()).isFalse();
    }

    private static void takeAndGive(Semaphore semaphore, AtomicLong taken, int seed)
            throws InterruptedException {
        for (int i = 0; i < 2_000; i++) {
            int permits = (i * 7 + seed) % ((int) semaphore.capacity() + 1);
            boolean has =
                    switch (i % 3) {
                        case 0 -> semaphore.tryAcquire(permits);
                        case 1 -> semaphore.tryAcquire(permits, Duration.ofNanos(20_000));
                        default -> {
                            semaphore.acquire(permits);
                            yield true;
                        }
                    };
            if (has) {
                assertThat(taken.addAndGet(permits)).isLessThanOrEqualTo(semaphore.capacity());
                if (i % 40 == 0) {
                    LockSupport.parkNanos(10_000);
                }
                taken.addAndGet(-permits);
                semaphore.release(permits);
            }
        }
    }
}
