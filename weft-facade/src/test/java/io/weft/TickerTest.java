package io.weft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@link Ticker}; with the behaviour that Go's tests of its tickers ask for. */
@Timeout(60)
class TickerTest {

    private static final long LATE_SECONDS = 20;

    private final WeftRuntime runtime = Weft.builder().procs(2).build();

    @AfterEach
    void close() {
        runtime.close();
    }

    private static Duration millis(long count) {
        return Duration.ofMillis(count);
    }

    /** What a wait came to, for another thread to look at. */
    private static String outcome(Ticker ticker) {
        try {
            return "ticks " + ticker.await();
        } catch (InterruptedException e) {
            return "interrupted";
        } catch (CancellationException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static void awaitWaiting(Thread thread) throws InterruptedException {
        while (thread.getState() != Thread.State.WAITING) {
            Thread.sleep(1);
        }
    }

    @Test
    void ticksComeAtTheRateAndAtTheNewOneAfterAReset() throws InterruptedException {
        runtime.run(
                () -> {
                    Ticker ticker = runtime.ticker(millis(20));
                    long start = System.nanoTime();
                    awaitTicks(ticker, 5);
                    assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(99_000_000L);
                    assertThat(ticker.reset(millis(40))).isTrue();
                    start = System.nanoTime();
                    awaitTicks(ticker, 5);
                    assertThat(System.nanoTime() - start).isBetween(200_000_000L, 20_000_000_000L);
                    assertThat(ticker.stop()).isTrue();
                    assertThat(ticker.stop()).isFalse();
                });
    }

    private static void awaitTicks(Ticker ticker, long count) throws InterruptedException {
        for (long ticks = 0; ticks < count; ) {
            ticks += ticker.await();
        }
    }

    /** However late each is awaited, the ticks stay on the grid of the start. */
    @Test
    void ticksThatWereMissedAreCountedAndDoNotShiftTheOthers() throws InterruptedException {
        try (Ticker ticker = runtime.ticker(millis(10))) {
            long start = System.nanoTime();
            long ticks = 0;
            for (int i = 0; i < 5; i++) {
                Thread.sleep(35);
                long more = ticker.await();
                assertThat(more).isGreaterThanOrEqualTo(3);
                ticks += more;
            }
            long elapsed = System.nanoTime() - start;
            assertThat(ticks).isBetween(17L, elapsed / 10_000_000L + 1);
        }
    }

    @Test
    void aTickThatHasComeIsThereAtOnceAndOnce() throws InterruptedException {
        try (Ticker ticker = runtime.ticker(Duration.ofSeconds(1))) {
            Thread.sleep(1_100);
            long start = System.nanoTime();
            assertThat(ticker.await()).isGreaterThanOrEqualTo(1);
            assertThat(System.nanoTime() - start).isLessThan(400_000_000L);
            start = System.nanoTime();
            assertThat(ticker.await()).isGreaterThanOrEqualTo(1);
            assertThat(System.nanoTime() - start).isGreaterThan(100_000_000L);
        }
    }

    @Test
    void aStoppedTickerIsSilentUntilItIsReset() throws InterruptedException {
        Ticker ticker = runtime.ticker(millis(1));
        Thread.sleep(20);
        assertThat(ticker.stop()).isTrue();
        assertThat(outcome(ticker)).isEqualTo("the ticker is stopped");
        assertThat(ticker.reset(millis(50))).isFalse();
        long start = System.nanoTime();
        assertThat(ticker.await()).isEqualTo(1);
        assertThat(System.nanoTime() - start).isGreaterThan(30_000_000L);
        ticker.close();
        assertThatThrownBy(ticker::await).isInstanceOf(CancellationException.class);
    }

    @Test
    void aStopEndsTheWaitsOfAll() throws InterruptedException {
        Ticker ticker = runtime.ticker(Duration.ofHours(1));
        BlockingQueue<String> outcomes = new LinkedBlockingQueue<>();
        List<Thread> waiters = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            waiters.add(runtime.go(() -> outcomes.add(outcome(ticker))));
        }
        waiters.add(Thread.ofPlatform().start(() -> outcomes.add(outcome(ticker))));
        for (Thread waiter : waiters) {
            awaitWaiting(waiter);
        }
        ticker.close();
        for (Thread waiter : waiters) {
            waiter.join();
        }
        assertThat(outcomes).hasSize(4).containsOnly("the ticker is stopped");
    }

    @Test
    void aResetReachesWhoeverWaits() throws InterruptedException {
        Ticker ticker = runtime.ticker(Duration.ofHours(1));
        BlockingQueue<String> outcomes = new LinkedBlockingQueue<>();
        Thread waiter = runtime.go(() -> outcomes.add(outcome(ticker)));
        awaitWaiting(waiter);
        assertThat(ticker.reset(millis(1))).isTrue();
        assertThat(outcomes.poll(LATE_SECONDS, TimeUnit.SECONDS)).startsWith("ticks ");
    }

    @Test
    void anInterruptEndsAWaitAndLosesNoTick() throws InterruptedException {
        Ticker ticker = runtime.ticker(millis(300));
        BlockingQueue<String> outcomes = new LinkedBlockingQueue<>();
        Thread waiter = runtime.go(() -> outcomes.add(outcome(ticker)));
        awaitWaiting(waiter);
        waiter.interrupt();
        assertThat(outcomes.poll(LATE_SECONDS, TimeUnit.SECONDS)).isEqualTo("interrupted");
        assertThat(ticker.await()).isGreaterThanOrEqualTo(1);
        ticker.close();
    }

    @Test
    void eachTickGoesToOneOfThoseWhoWait() throws InterruptedException {
        Ticker ticker = runtime.ticker(millis(1));
        AtomicLong ticks = new AtomicLong();
        long start = System.nanoTime();
        List<Thread> waiters = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            waiters.add(
                    runtime.go(
                            () -> {
                                try {
                                    for (int wait = 0; wait < 50; wait++) {
                                        ticks.addAndGet(ticker.await());
                                    }
                                } catch (InterruptedException e) {
                                    throw new IllegalStateException(e);
                                }
                            }));
        }
        for (Thread waiter : waiters) {
            waiter.join();
        }
        long elapsed = System.nanoTime() - start;
        assertThat(ticks.get()).isBetween(200L, elapsed / 1_000_000L + 2);
        ticker.close();
    }

    /** The shortest period there is, while the collector works. */
    @Test
    void aTickEachNanosecondIsCounted() throws InterruptedException {
        AtomicBoolean stop = new AtomicBoolean();
        Thread collector =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    while (!stop.get()) {
                                        System.gc();
                                    }
                                });
        try (Ticker ticker = runtime.ticker(Duration.ofNanos(1))) {
            runtime.run(
                    () -> {
                        for (int i = 0; i < 100; i++) {
                            assertThat(ticker.await()).isPositive();
                        }
                    });
        } finally {
            stop.set(true);
            collector.join();
        }
    }

    @Test
    void theLongestPeriodDoesNotOverflow() throws InterruptedException {
        Ticker ticker = runtime.ticker(Duration.ofSeconds(Long.MAX_VALUE));
        BlockingQueue<String> outcomes = new LinkedBlockingQueue<>();
        Thread waiter = runtime.go(() -> outcomes.add(outcome(ticker)));
        awaitWaiting(waiter);
        assertThat(outcomes.poll(100, TimeUnit.MILLISECONDS)).isNull();
        ticker.close();
        assertThat(outcomes.take()).isEqualTo("the ticker is stopped");
    }

    @Test
    void aPeriodThatIsNoneIsRefused() {
        for (Duration period : List.of(Duration.ZERO, Duration.ofNanos(-1))) {
            assertThatThrownBy(() -> runtime.ticker(period))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("the period of a ticker must be more than zero: " + period);
        }
        try (Ticker ticker = runtime.ticker(millis(1))) {
            assertThatThrownBy(() -> ticker.reset(Duration.ZERO))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    /** Nobody stops them, and nothing keeps them. */
    @Test
    void aForgottenTickerIsGarbage() throws InterruptedException {
        List<WeakReference<Ticker>> tickers = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            Ticker ticker = runtime.ticker(millis(1));
            ticker.await();
            tickers.add(new WeakReference<>(ticker));
        }
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LATE_SECONDS);
        while (tickers.stream().filter(t -> t.get() != null).count() > 1
                && System.nanoTime() < end) {
            System.gc();
            Thread.sleep(10);
        }
        assertThat(tickers.stream().filter(t -> t.get() != null).count()).isLessThan(2);
    }

    @Test
    void closingTheRuntimeEndsTheWaitsOfOthers() throws InterruptedException {
        BlockingQueue<String> outcomes = new LinkedBlockingQueue<>();
        WeftRuntime shortLived = Weft.builder().procs(1).build();
        Ticker ticker = shortLived.ticker(Duration.ofHours(1));
        Thread waiter = Thread.ofPlatform().start(() -> outcomes.add(outcome(ticker)));
        awaitWaiting(waiter);
        shortLived.close();
        assertThatThrownBy(() -> shortLived.ticker(millis(1)))
                .isInstanceOf(RejectedExecutionException.class);
        assertThat(outcomes.poll(LATE_SECONDS, TimeUnit.SECONDS))
                .isEqualTo("the runtime of the ticker is closed");
        assertThatThrownBy(() -> ticker.reset(millis(1)))
                .isInstanceOf(RejectedExecutionException.class);
    }
}
