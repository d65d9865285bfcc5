package io.weft.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ErrGroupTest {

    private static void waitOn(Chan<Integer> channel) throws InterruptedException {
        assertThat(channel.receive()).isNull();
    }

    @Test
    void itWaitsForAll() throws Exception {
        AtomicInteger sum = new AtomicInteger();
        try (ErrGroup group = ErrGroup.in(Context.background())) {
            for (int i = 1; i <= 100; i++) {
                int number = i;
                group.go(() -> sum.addAndGet(number));
            }
            group.await();
            assertThat(sum).hasValue(5_050);
            group.await();
        }
    }

    @Test
    void theFirstFailureCancelsTheOthersAndIsTheGroups() throws Exception {
        Chan<Integer> silent = Chan.unbuffered();
        try (ErrGroup group = ErrGroup.in(Context.background())) {
            for (int i = 0; i < 10; i++) {
                group.go(() -> waitOn(silent));
            }
            group.go(
                    () -> {
                        throw new IOException("first");
                    });
            assertThatThrownBy(group::await)
                    .isInstanceOf(ExecutionException.class)
                    .hasRootCauseInstanceOf(IOException.class)
                    .hasRootCauseMessage("first");
            assertThat(group.context().cause()).hasMessage("first");
        }
    }

    @Test
    void furtherFailuresAreKeptWithTheFirst() throws Exception {
        CyclicBarrier together = new CyclicBarrier(3);
        try (ErrGroup group = ErrGroup.in(Context.background())) {
            for (int i = 0; i < 3; i++) {
                group.go(
                        () -> {
                            assertThat(together.await()).isBetween(0, 2);
                            throw new IOException("failed");
                        });
            }
            assertThatThrownBy(group::await)
                    .cause()
                    .isInstanceOf(IOException.class)
                    .satisfies(
                            e -> {
                                assertThat(e.getSuppressed()).hasSizeLessThanOrEqualTo(2);
                                assertThat(e.getSuppressed())
                                        .doesNotHaveAnyElementsOfTypes(CancelledException.class);
                            });
        }
    }

    @Test
    void theLimitHolds() throws Exception {
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        try (ErrGroup group = ErrGroup.in(Context.background())) {
            group.limit(3);
            for (int i = 0; i < 60; i++) {
                group.go(
                        () -> {
                            most.accumulateAndGet(running.incrementAndGet(), Math::max);
                            Thread.sleep(1);
                            running.decrementAndGet();
                        });
            }
            group.await();
        }
        assertThat(most.get()).isBetween(1, 3);
    }

    @Test
    void tryGoRefusesAtTheLimit() throws Exception {
        Chan<Integer> gate = Chan.unbuffered();
        try (ErrGroup group = ErrGroup.in(Context.background())) {
            group.limit(1);
            assertThat(group.tryGo(() -> waitOn(gate))).isTrue();
            assertThat(group.tryGo(() -> waitOn(gate))).isFalse();
            assertThatThrownBy(() -> group.limit(2)).isInstanceOf(IllegalStateException.class);
            TestThread<Boolean> waiting =
                    TestThread.start(
                            () -> {
                                group.go(() -> waitOn(gate));
                                return true;
                            });
            waiting.awaitParked();
            gate.close();
            assertThat(waiting.result()).isTrue();
            group.await();
        }
    }

    @Test
    void closeEndsWhatRuns() throws Exception {
        AtomicInteger ended = new AtomicInteger();
        Chan<Integer> silent = Chan.unbuffered();
        Chan<Integer> started = Chan.unbuffered();
        try (ErrGroup group = ErrGroup.in(Context.background())) {
            for (int i = 0; i < 5; i++) {
                group.go(
                        () -> {
                            try {
                                started.send(1);
                                assertThat(silent.receive()).isNull();
                            } finally {
                                ended.incrementAndGet();
                            }
                        });
            }
            for (int i = 0; i < 5; i++) {
                assertThat(started.receive()).isEqualTo(1);
            }
        }
        assertThat(ended).hasValue(5);
    }

    @Test
    void theParentCancelsTheGroup() throws Exception {
        CancelContext parent = Context.background().withCancel();
        Chan<Integer> silent = Chan.unbuffered();
        try (ErrGroup group = ErrGroup.in(parent)) {
            group.go(() -> waitOn(silent));
            parent.cancel();
            assertThatThrownBy(group::await).hasCauseInstanceOf(CancelledException.class);
        }
    }

    @Test
    @SuppressWarnings("NullAway") // the mistake
    void mistakesAreNamed() {
        try (ErrGroup group = ErrGroup.in(Context.background())) {
            assertThatThrownBy(() -> group.limit(0))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("0");
            assertThatThrownBy(() -> group.go(null)).isInstanceOf(NullPointerException.class);
        }
    }
}
