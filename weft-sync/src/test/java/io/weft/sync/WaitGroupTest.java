package io.weft.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class WaitGroupTest {

    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(5);

    private final WaitGroup group = new WaitGroup();

    @Test
    void atZeroThereIsNothingToWaitFor() throws Exception {
        group.await();
        assertThat(group.await(Duration.ZERO)).isTrue();
        assertThat(group.await(Duration.ofNanos(-1))).isTrue();
        group.add(3);
        group.add(0);
        assertThat(group).hasToString("WaitGroup[3]");
        assertThat(group.await(Duration.ZERO)).isFalse();
        assertThat(group.await(SHORT)).isFalse();
        group.add(-2);
        group.done();
        assertThat(group.count()).isZero();
        assertThat(group.await(LONG)).isTrue();
    }

    /** Go's testWaitGroup: a group that is used again and again, from both sides. */
    @ParameterizedTest
    @EnumSource
    void allWaitForAll(Threads threads) throws Exception {
        int count = 16;
        WaitGroup back = new WaitGroup();
        for (int round = 0; round < 8; round++) {
            group.add(count);
            back.add(count);
            AtomicInteger after = new AtomicInteger();
            List<TestThread<Boolean>> all = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                all.add(
                        threads.run(
                                () -> {
                                    group.done();
                                    back.await();
                                    after.incrementAndGet();
                                }));
            }
            group.await();
            assertThat(after).as("the other group is waited for still").hasValue(0);
            for (int i = 0; i < count; i++) {
                back.done();
            }
            for (TestThread<Boolean> each : all) {
                assertThat(each.result()).isTrue();
            }
        }
    }

    /** Go's TestWaitGroupRace: what is done before done is seen after await. */
    @ParameterizedTest
    @EnumSource
    void whatWasDoneIsVisible(Threads threads) throws Exception {
        for (int round = 0; round < 1_000; round++) {
            WaitGroup fresh = new WaitGroup();
            int[] sum = {0, 0};
            fresh.add(1);
            TestThread<Boolean> first = threads.run(() -> countAndDone(fresh, sum, 0));
            fresh.add(1);
            TestThread<Boolean> second = threads.run(() -> countAndDone(fresh, sum, 1));
            fresh.await();
            assertThat(sum).containsExactly(1, 1);
            assertThat(first.result() && second.result()).isTrue();
        }
    }

    private static void countAndDone(WaitGroup group, int[] sum, int index) {
        sum[index]++;
        group.done();
    }

    @Test
    void aNegativeCounterIsAMistakeThatIsNamed() {
        assertThatThrownBy(group::done)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("call add before");
        group.add(1);
        assertThatThrownBy(() -> group.add(-2)).isInstanceOf(IllegalStateException.class);
        assertThat(group.count()).as("as before").isEqualTo(1);
        group.done();
        group.add(WaitGroup.COUNT_MAX);
        assertThatThrownBy(() -> group.add(1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("at most");
        assertThat(group.count()).isEqualTo(WaitGroup.COUNT_MAX);
    }

    @ParameterizedTest
    @EnumSource
    void goCountsDownHoweverTheBodyEnds(Threads threads) throws Exception {
        AtomicInteger ran = new AtomicInteger();
        Thread starter =
                threads.run(
                                () -> {
                                    group.go(ran::incrementAndGet);
                                    Thread thread = group.go(() -> failSilently(ran));
                                    thread.join();
                                    group.await();
                                })
                        .thread();
        starter.join();
        assertThat(ran).hasValue(2);
        assertThat(group.count()).isZero();
        assertThatThrownBy(() -> group.go(Absent.of(Runnable.class)))
                .isInstanceOf(NullPointerException.class);
        assertThat(group.count()).isZero();
    }

    private static void failSilently(AtomicInteger ran) {
        ran.incrementAndGet();
        Thread.currentThread().setUncaughtExceptionHandler((thread, failure) -> {});
        throw new IllegalArgumentException("on purpose");
    }

    @ParameterizedTest
    @EnumSource
    void anInterruptEndsAWait(Threads threads) throws Exception {
        group.add(1);
        TestThread<Boolean> waits = threads.run(group::await).awaitParked();
        TestThread<Boolean> timed = threads.startParked(() -> group.await(LONG));
        TestThread<Boolean> stays = threads.run(group::await).awaitParked();
        waits.thread().interrupt();
        assertThatThrownBy(waits::result).hasCauseInstanceOf(InterruptedException.class);
        timed.thread().interrupt();
        assertThatThrownBy(timed::result).hasCauseInstanceOf(InterruptedException.class);
        assertThat(stays.isDone()).isFalse();
        group.done();
        assertThat(stays.result()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void anInterruptBeforeTheWaitEndsIt(Threads threads) throws Exception {
        group.add(1);
        TestThread<Boolean> waits =
                threads.start(
                        () -> {
                            Thread.currentThread().interrupt();
                            assertThatThrownBy(group::await)
                                    .isInstanceOf(InterruptedException.class);
                            return Thread.currentThread().isInterrupted();
                        });
        assertThat(waits.result()).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void aTimeOutIsNotEarly(Threads threads) throws Exception {
        group.add(1);
        TestThread<Long> waits =
                threads.start(
                        () -> {
                            long begin = System.nanoTime();
                            assertThat(group.await(SHORT)).isFalse();
                            return System.nanoTime() - begin;
                        });
        assertThat(waits.result()).isGreaterThanOrEqualTo(SHORT.toNanos());
        group.done();
        group.add(1);
        TestThread<Boolean> again = threads.run(group::await).awaitParked();
        group.done();
        assertThat(again.result()).as("who has given up stands in nobody's way").isTrue();
    }

    /** Waits that time out while the counter becomes zero, again and again. */
    @ParameterizedTest
    @EnumSource
    void aGroupIsUsableAfterTimeOutsThatMeetZero(Threads threads) throws Exception {
        for (int round = 0; round < 300; round++) {
            group.add(1);
            TestThread<Boolean> timed = threads.start(() -> group.await(Duration.ofNanos(50_000)));
            LockSupport.parkNanos(40_000);
            group.done();
            timed.result();
            assertThat(group.await(Duration.ZERO)).isTrue();
        }
    }
}
