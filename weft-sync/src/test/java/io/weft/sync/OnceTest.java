package io.weft.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class OnceTest {

    private final Once once = new Once();

    /** Go's TestOnce: ten at the same time, and it runs once. */
    @ParameterizedTest
    @EnumSource
    void itRunsOnceAndAllSeeItDone(Threads threads) throws Exception {
        for (int round = 0; round < 100; round++) {
            Once fresh = new Once();
            int[] runs = {0};
            List<TestThread<Integer>> all = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                all.add(
                        threads.start(
                                () -> {
                                    fresh.run(() -> runs[0]++);
                                    return runs[0];
                                }));
            }
            for (TestThread<Integer> each : all) {
                assertThat(each.result()).isEqualTo(1);
            }
        }
    }

    /** Go's TestOncePanic: who runs it gets the exception, and it counts as done. */
    @Test
    void aBodyThatThrowsCountsAsDone() {
        assertThatThrownBy(() -> once.run(OnceTest::fail)).hasMessage("on purpose");
        assertThat(once.isDone()).isTrue();
        once.run(OnceTest::fail);
        assertThat(once).hasToString("Once[done]");
    }

    private static void fail() {
        throw new IllegalArgumentException("on purpose");
    }

    @ParameterizedTest
    @EnumSource
    void theOthersWaitUntilItIsDone(Threads threads) throws Exception {
        Chan<Boolean> gate = Chan.unbuffered();
        TestThread<Boolean> runner =
                threads.run(() -> once.run(() -> receiveQuietly(gate))).awaitParked();
        assertThat(once).hasToString("Once[to do]");
        TestThread<Boolean> waiter =
                threads.startParked(
                        () -> {
                            once.run(OnceTest::fail);
                            return Thread.interrupted();
                        });
        waiter.thread().interrupt();
        assertThat(waiter.awaitParked().isDone()).as("an interrupt does not end it").isFalse();
        gate.send(true);
        assertThat(runner.result()).isTrue();
        assertThat(waiter.result()).as("the interrupt is pending").isTrue();
    }

    private static void receiveQuietly(Chan<Boolean> gate) {
        try {
            gate.receive();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aBodyThatCallsForItselfIsAMistakeThatIsNamed() {
        AtomicInteger runs = new AtomicInteger();
        assertThatThrownBy(
                        () ->
                                once.run(
                                        () -> {
                                            runs.incrementAndGet();
                                            once.run(runs::incrementAndGet);
                                        }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("take the inner call out");
        assertThat(runs).hasValue(1);
        assertThat(once.isDone()).isTrue();
        assertThatThrownBy(() -> once.run(Absent.of(Runnable.class)))
                .isInstanceOf(NullPointerException.class);
    }

    @ParameterizedTest
    @EnumSource
    void aValueIsComputedOnce(Threads threads) throws Exception {
        AtomicInteger computed = new AtomicInteger();
        OnceValue<String> value = new OnceValue<>(() -> "value " + computed.incrementAndGet());
        assertThat(value).hasToString("OnceValue[to be computed]");
        List<TestThread<String>> all = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            all.add(threads.start(value::get));
        }
        for (TestThread<String> each : all) {
            assertThat(each.result()).isSameAs(value.get());
        }
        assertThat(computed).hasValue(1);
        assertThat(value).hasToString("OnceValue[value 1]");
    }

    @Test
    void anExceptionIsThrownToAllTheSame() {
        AtomicInteger computed = new AtomicInteger();
        OnceValue<String> value =
                new OnceValue<>(
                        () -> {
                            throw new IllegalArgumentException("try " + computed.incrementAndGet());
                        });
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(value::get)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("try 1");
        }
        assertThat(value.isDone()).isTrue();
        assertThat(value)
                .hasToString("OnceValue[failed: java.lang.IllegalArgumentException: try 1]");
        OnceValue<String> error =
                new OnceValue<>(
                        () -> {
                            throw new AssertionError("an error");
                        });
        assertThatThrownBy(error::get).isInstanceOf(AssertionError.class);
        assertThatThrownBy(error::get).isInstanceOf(AssertionError.class);
    }

    @Test
    void aValueMayBeNullAndMayNotAskForItself() {
        OnceValue<@Nullable String> nothing = new OnceValue<>(() -> null);
        assertThat(nothing.get()).isNull();
        assertThat(nothing.get()).isNull();
        List<OnceValue<String>> itself = new ArrayList<>();
        itself.add(new OnceValue<>(() -> itself.getFirst().get()));
        assertThatThrownBy(itself.getFirst()::get).isInstanceOf(IllegalStateException.class);
    }
}
