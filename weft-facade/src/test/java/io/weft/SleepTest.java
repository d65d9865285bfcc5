package io.weft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@link Weft#sleep}; with the behaviour that Go's tests of its sleep ask for. */
@Timeout(60)
class SleepTest {

    private static final Duration FOREVER = Duration.ofSeconds(Long.MAX_VALUE);

    private final WeftRuntime runtime = Weft.builder().procs(2).build();

    @AfterEach
    void close() {
        runtime.close();
    }

    private static long nanosOf(Body<InterruptedException> body) throws InterruptedException {
        long start = System.nanoTime();
        body.run();
        return System.nanoTime() - start;
    }

    @Test
    void aSleepIsNeverShort() throws InterruptedException {
        List<Duration> lengths =
                List.of(
                        Duration.ofNanos(1),
                        Duration.ofNanos(50_000),
                        Duration.ofMillis(1),
                        Duration.ofMillis(100));
        runtime.run(
                () -> {
                    for (Duration length : lengths) {
                        assertThat(nanosOf(() -> Weft.sleep(length)))
                                .isBetween(length.toNanos(), length.toNanos() + 10_000_000_000L);
                    }
                });
    }

    /** A wake-up that is not the timer's must not end it. */
    @Test
    void unparksDoNotShortenASleep() throws InterruptedException {
        AtomicBoolean over = new AtomicBoolean();
        runtime.run(
                () -> {
                    Thread sleeper = Thread.currentThread();
                    Thread pest =
                            runtime.go(
                                    () -> {
                                        while (!over.get()) {
                                            LockSupport.unpark(sleeper);
                                            LockSupport.parkNanos(1_000_000);
                                        }
                                    });
                    long nanos = nanosOf(() -> Weft.sleep(Duration.ofMillis(50)));
                    over.set(true);
                    pest.join();
                    assertThat(nanos).isGreaterThanOrEqualTo(50_000_000L);
                });
    }

    @Test
    void nothingToWaitForReturnsAtOnce() throws InterruptedException {
        Duration[] lengths = {
            Duration.ZERO, Duration.ofNanos(-1), Duration.ofSeconds(Long.MIN_VALUE)
        };
        runtime.run(
                () -> {
                    for (Duration length : lengths) {
                        assertThat(nanosOf(() -> Weft.sleep(length))).isLessThan(1_000_000_000L);
                    }
                });
    }

    /** One that never ends, and one that is only too long for a number of nanoseconds. */
    @Test
    void theLongestSleepsDoNotOverflow() throws InterruptedException {
        CountDownLatch awake = new CountDownLatch(1);
        List<Thread> sleepers = new ArrayList<>();
        for (Duration length : List.of(FOREVER, Duration.ofNanos(Long.MAX_VALUE))) {
            sleepers.add(
                    runtime.go(
                            () -> {
                                try {
                                    Weft.sleep(length);
                                    awake.countDown();
                                } catch (InterruptedException e) {
                                    // the test is over
                                }
                            }));
        }
        assertThat(awake.await(200, TimeUnit.MILLISECONDS)).isFalse();
        for (Thread sleeper : sleepers) {
            sleeper.interrupt();
            sleeper.join();
        }
        assertThat(awake.getCount()).isEqualTo(1);
    }

    @Test
    void anInterruptEndsASleep() throws InterruptedException {
        AtomicReference<String> outcome = new AtomicReference<>("nothing");
        Thread sleeper =
                runtime.go(
                        () -> {
                            try {
                                Weft.sleep(FOREVER);
                            } catch (InterruptedException e) {
                                outcome.set("status " + Thread.currentThread().isInterrupted());
                            }
                        });
        while (sleeper.getState() != Thread.State.WAITING) {
            Thread.sleep(1);
        }
        sleeper.interrupt();
        sleeper.join();
        assertThat(outcome).hasValue("status false");
    }

    @Test
    void anInterruptBeforeASleepThatIsNoneIsNotLost() {
        runtime.run(
                () -> {
                    Thread.currentThread().interrupt();
                    assertThatThrownBy(() -> Weft.sleep(Duration.ZERO))
                            .isInstanceOf(InterruptedException.class);
                });
    }

    @Test
    void otherThreadsSleepAsUsual() throws InterruptedException {
        assertThat(nanosOf(() -> Weft.sleep(Duration.ofMillis(5)))).isGreaterThan(4_999_999L);
        AtomicReference<Long> nanos = new AtomicReference<>(0L);
        Thread.ofVirtual()
                .start(
                        () -> {
                            try {
                                nanos.set(nanosOf(() -> Weft.sleep(Duration.ofMillis(5))));
                            } catch (InterruptedException e) {
                                throw new IllegalStateException(e);
                            }
                        })
                .join();
        assertThat(nanos.get()).isGreaterThan(4_999_999L);
    }

    /** The runtime does not wait for it: it is a child that was started past the runtime. */
    @Test
    void aSleepThatOutlivesItsRuntimeIsSeenThrough() throws InterruptedException {
        AtomicReference<Thread> child = new AtomicReference<>();
        AtomicReference<Long> nanos = new AtomicReference<>(0L);
        try (WeftRuntime shortLived = Weft.builder().procs(1).build()) {
            shortLived.run(
                    () ->
                            child.set(
                                    Thread.startVirtualThread(
                                            () -> {
                                                try {
                                                    nanos.set(
                                                            nanosOf(
                                                                    () ->
                                                                            Weft.sleep(
                                                                                    Duration
                                                                                            .ofMillis(
                                                                                                    300))));
                                                } catch (InterruptedException e) {
                                                    throw new IllegalStateException(e);
                                                }
                                            })));
            Thread started = child.get();
            while (started.getState() != Thread.State.WAITING) {
                Thread.sleep(1);
            }
        }
        child.get().join();
        assertThat(nanos.get()).isBetween(300_000_000L, 20_000_000_000L);
    }

    @Test
    void aHundredThousandSleepersAllWakeUp() throws InterruptedException {
        int count = 100_000;
        CountDownLatch awake = new CountDownLatch(count);
        AtomicBoolean early = new AtomicBoolean();
        for (int i = 0; i < count; i++) {
            Duration length = Duration.ofMillis(1 + i % 50);
            runtime.go(
                    () -> {
                        try {
                            if (nanosOf(() -> Weft.sleep(length)) < length.toNanos()) {
                                early.set(true);
                            }
                            awake.countDown();
                        } catch (InterruptedException e) {
                            throw new IllegalStateException(e);
                        }
                    });
        }
        assertThat(awake.await(50, TimeUnit.SECONDS)).isTrue();
        assertThat(early).isFalse();
    }
}
