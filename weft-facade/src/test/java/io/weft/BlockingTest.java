package io.weft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.testkit.LogRecorder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@link Weft#blocking}. */
@Timeout(60)
class BlockingTest {

    private static final java.time.Duration LONG_SLICE = java.time.Duration.ofHours(1);

    /** Neither the slice nor the kernel's view of the thread can end what spins. */
    private static WeftRuntime patient() {
        return Weft.builder().procs(1).timeSlice(LONG_SLICE).build();
    }

    private static void spinUntil(AtomicBoolean flag) {
        while (!flag.get()) {
            Thread.onSpinWait();
        }
    }

    /**
     * One P, held by a goroutine that computes until another has run: that can only be if the P was
     * given away at once.
     */
    @Test
    void othersRunWhileTheCallIsUnderWay() throws InterruptedException {
        try (WeftRuntime runtime = patient()) {
            AtomicBoolean ran = new AtomicBoolean();
            CountDownLatch over = new CountDownLatch(1);
            runtime.go(
                    () -> {
                        runtime.go(() -> ran.set(true));
                        callUnchecked(
                                () -> {
                                    spinUntil(ran);
                                    return "";
                                });
                        over.countDown();
                    });
            assertThat(over.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(runtime.dump()).contains("P0");
        }
    }

    private static void callUnchecked(java.util.concurrent.Callable<String> call) {
        try {
            Weft.blocking(call);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void resultsAndFailuresPassThrough() throws Exception {
        try (WeftRuntime runtime = patient()) {
            runtime.run(
                    () -> {
                        assertThat(Weft.blocking(() -> 42)).isEqualTo(42);
                        assertThatThrownBy(
                                        () ->
                                                Weft.blocking(
                                                        () -> {
                                                            throw new IOException("disk full");
                                                        }))
                                .isInstanceOf(IOException.class)
                                .hasMessage("disk full");
                    });
        }
    }

    @Test
    void onAPlatformThreadItIsThePlainCall() throws Exception {
        Thread caller = Thread.currentThread();
        assertThat(Weft.blocking(Thread::currentThread)).isSameAs(caller);
        assertThatThrownBy(
                        () ->
                                Weft.blocking(
                                        () -> {
                                            throw new IOException("disk full");
                                        }))
                .isInstanceOf(IOException.class);
    }

    /** Nested and repeated, with other goroutines about: each gets its turn, nothing is lost. */
    @Test
    void manyBlockingCallsAllComeBack() throws InterruptedException {
        try (WeftRuntime runtime = Weft.builder().procs(2).build()) {
            AtomicInteger calls = new AtomicInteger();
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                threads.add(
                        runtime.go(
                                () -> {
                                    for (int call = 0; call < 20; call++) {
                                        callUnchecked(
                                                () -> {
                                                    callUnchecked(
                                                            () -> "" + calls.incrementAndGet());
                                                    return "";
                                                });
                                        Thread.yield();
                                    }
                                }));
            }
            for (Thread thread : threads) {
                assertThat(thread.join(java.time.Duration.ofSeconds(30))).isTrue();
            }
            assertThat(calls).hasValue(1_000);
        }
    }

    /**
     * After the call the goroutine is one of those that share the P again. Now and then one loses
     * it all the same, while the system puts its thread to sleep, and for the rest of that attempt
     * two compute. Without turns it would be so in every attempt.
     */
    @Test
    void afterTheCallAGoroutineWaitsForItsTurn() throws InterruptedException {
        int goroutines = 8;
        int rounds = 50;
        int together = Integer.MAX_VALUE;
        try (WeftRuntime runtime = patient()) {
            for (int attempt = 0; attempt < 5; attempt++) {
                together = Math.min(together, computingTogether(runtime, goroutines, rounds));
            }
        }
        assertThat(together).isLessThan(goroutines * rounds / 10);
    }

    /** In how many of their rounds goroutines on one P have met another that computes. */
    private static int computingTogether(WeftRuntime runtime, int goroutines, int rounds)
            throws InterruptedException {
        AtomicInteger computing = new AtomicInteger();
        AtomicInteger together = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < goroutines; i++) {
            threads.add(
                    runtime.go(
                            () -> {
                                for (int round = 0; round < rounds; round++) {
                                    callUnchecked(() -> "");
                                    if (computing.incrementAndGet() > 1) {
                                        together.incrementAndGet();
                                    }
                                    for (int spin = 0; spin < 2_000; spin++) {
                                        Thread.onSpinWait();
                                    }
                                    computing.decrementAndGet();
                                }
                            }));
        }
        for (Thread thread : threads) {
            assertThat(thread.join(java.time.Duration.ofSeconds(30))).isTrue();
        }
        return together.get();
    }

    @Test
    void withoutSpareCarriersItIsThePlainCallAndAWarningNamesTheCure() throws Exception {
        try (LogRecorder log = new LogRecorder("io.weft.sched");
                WeftRuntime runtime = Weft.builder().procs(1).maxSpareCarriers(0).build()) {
            runtime.run(() -> assertThat(Weft.blocking(() -> 42)).isEqualTo(42));
            // It is logged by a thread of its own.
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
            while (log.warnings().isEmpty() && System.nanoTime() < end) {
                Thread.sleep(1);
            }
            assertThat(log.warnings()).hasSize(1);
            assertThat(log.warnings().getFirst())
                    .contains("0 goroutines of " + runtime.name(), "maxSpareCarriers");
        }
    }
}
