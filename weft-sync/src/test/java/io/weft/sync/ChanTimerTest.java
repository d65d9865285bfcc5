package io.weft.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ChanTimerTest {

    private static final Duration SHORT = Duration.ofMillis(20);
    private static final Duration LONG = Duration.ofHours(1);

    @Test
    void aTimerSendsOnceAndNotEarly() throws Exception {
        long start = System.nanoTime();
        ChanTimer timer = ChanTimer.after(SHORT);
        assertThat(timer.channel().tryReceive()).isNull();
        Instant tick = timer.channel().receive();
        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(SHORT.toNanos());
        assertThat(tick).isBeforeOrEqualTo(Instant.now());
        assertThat(timer.channel().tryReceive(SHORT)).isNull();
        assertThat(timer.stop()).isFalse();
        assertThat(timer.channel().size() + timer.channel().capacity()).isZero();
    }

    @Test
    void theValueIsTheMomentItWasSetFor() throws Exception {
        Instant start = Instant.now();
        ChanTimer timer = ChanTimer.after(SHORT);
        Thread.sleep(200);
        assertThat(timer.channel().receive())
                .isBetween(start.plus(SHORT), start.plus(SHORT).plusMillis(100));
    }

    @Test
    void nothingStaleComesAfterStopAndReset() throws Exception {
        ChanTimer timer = ChanTimer.after(Duration.ZERO);
        Thread.sleep(5);
        assertThat(timer.stop()).as("it was not received").isTrue();
        assertThat(timer.stop()).isFalse();
        assertThat(timer.channel().tryReceive(SHORT)).isNull();
        assertThat(timer.reset(Duration.ZERO)).isFalse();
        Thread.sleep(5);
        assertThat(timer.reset(LONG)).isTrue();
        assertThat(timer.channel().tryReceive(SHORT)).isNull();
        assertThat(timer.reset(Duration.ZERO)).isTrue();
        assertThat(timer.channel().receive()).isNotNull();
    }

    @Test
    void whoWaitsIsServedByAReset() throws Exception {
        ChanTimer timer = ChanTimer.after(LONG);
        TestThread<Instant> waiter = TestThread.start(timer.channel()::receive).awaitParked();
        timer.reset(SHORT);
        assertThat(waiter.result()).isNotNull();
    }

    @Test
    void farAndNegativeDelays() throws Exception {
        ChanTimer far = ChanTimer.after(Duration.ofSeconds(Long.MAX_VALUE));
        assertThat(far.channel().tryReceive(SHORT)).isNull();
        assertThat(ChanTimer.after(Duration.ofSeconds(Long.MIN_VALUE)).channel().receive())
                .isNotNull();
    }

    @Test
    void timersFireInOrder() throws Exception {
        int[] delaysMillis = {60, 20, 40, 0, 80};
        Chan<Integer> order = Chan.buffered(delaysMillis.length);
        List<TestThread<Boolean>> waiters = new ArrayList<>();
        for (int delay : delaysMillis) {
            ChanTimer timer = ChanTimer.after(Duration.ofMillis(delay));
            waiters.add(
                    TestThread.start(
                            () -> {
                                assertThat(timer.channel().receive()).isNotNull();
                                return order.trySend(delay);
                            }));
        }
        for (TestThread<Boolean> waiter : waiters) {
            assertThat(waiter.result()).isTrue();
        }
        order.close();
        assertThat(order).containsExactly(0, 20, 40, 60, 80);
    }

    @Test
    void aTickerTicksAndLosesWhatNobodyTook() throws Exception {
        long start = System.nanoTime();
        try (ChanTicker ticker = ChanTicker.every(SHORT)) {
            for (int i = 0; i < 5; i++) {
                assertThat(ticker.channel().receive()).isNotNull();
            }
            assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(5 * SHORT.toNanos());
            Thread.sleep(SHORT.multipliedBy(5));
            assertThat(ticker.channel().tryReceive()).as("the latest").isNotNull();
            assertThat(ticker.channel().tryReceive()).as("those before it").isNull();
            assertThat(ticker.stop()).isTrue();
            Thread.sleep(SHORT);
            assertThat(ticker.channel().tryReceive(SHORT)).isNull();
            assertThat(ticker.reset(SHORT)).isFalse();
            assertThat(ticker.channel().receive()).isNotNull();
        }
    }

    @Test
    void ticksAreCasesOfASelect() throws Exception {
        try (ChanTicker ticker = ChanTicker.every(Duration.ofMillis(2))) {
            Chan<Integer> silent = Chan.unbuffered();
            ReceiveChan<Instant> end = ChanTimer.after(Duration.ofMillis(200)).channel();
            Select select = new Select();
            select.receive(silent);
            int ticked = select.receive(ticker.channel());
            int ended = select.receive(end);
            int ticks = 0;
            int chosen = select.await();
            while (chosen == ticked) {
                ticks++;
                chosen = select.await();
            }
            assertThat(chosen).isEqualTo(ended);
            assertThat(ticks).isBetween(2, 100);
        }
    }

    @Test
    void severalWhoWaitGetATickEach() throws Exception {
        try (ChanTicker ticker = ChanTicker.every(Duration.ofMillis(1))) {
            List<TestThread<Instant>> waiters = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                waiters.add(TestThread.start(ticker.channel()::receive));
            }
            for (TestThread<Instant> waiter : waiters) {
                assertThat(waiter.result()).isNotNull();
            }
        }
    }

    @Test
    void whatIsForgottenIsGarbage() throws Exception {
        List<WeakReference<Object>> forgotten = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            forgotten.add(new WeakReference<>(ChanTimer.after(LONG)));
            forgotten.add(new WeakReference<>(ChanTicker.every(LONG)));
        }
        for (int i = 0; i < 50 && forgotten.stream().anyMatch(f -> !f.refersTo(null)); i++) {
            System.gc();
            Thread.sleep(1);
        }
        assertThat(forgotten).allMatch(f -> f.refersTo(null));
    }

    @Test
    void mistakesAreNamed() {
        assertThatThrownBy(() -> ChanTicker.every(Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("more than zero");
    }
}
