package io.weft.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How a bubble ends, and with what. */
@Timeout(60)
class BubbleEndTest {

    /** The last act of an M may come a little after the run. */
    @AfterEach
    void noThreadIsLeft() throws InterruptedException {
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().startsWith("bubble")) {
                assertThat(thread.join(java.time.Duration.ofSeconds(10))).isTrue();
            }
        }
    }

    @Test
    void itEndsWhenAllHaveEnded() throws InterruptedException {
        AtomicInteger ended = new AtomicInteger();
        Bubble.run(
                () -> {
                    for (int i = 0; i < 100; i++) {
                        Thread.startVirtualThread(
                                () -> {
                                    Thread.yield();
                                    Thread.startVirtualThread(ended::incrementAndGet);
                                });
                    }
                });
        assertThat(ended).hasValue(100);
    }

    @Test
    void goroutinesOfAnExecutorBelongToIt() throws Exception {
        Bubble.run(
                () -> {
                    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
                        var first = executor.submit(Bubble::now);
                        assertThat(first.get()).isEqualTo(Bubble.START);
                    }
                });
    }

    @Test
    void whatTheBodyThrowsIsThrown() {
        IOException thrown = new IOException("thrown by the body");
        AtomicBoolean interrupted = new AtomicBoolean();
        assertThatThrownBy(
                        () ->
                                Bubble.seeded(42)
                                        .go(
                                                () -> {
                                                    startWaiter(interrupted);
                                                    Thread.yield();
                                                    throw thrown;
                                                }))
                .isSameAs(thrown)
                .satisfies(
                        e ->
                                assertThat(e.getSuppressed()[0])
                                        .hasMessageContaining("Bubble.seeded(42)"));
        assertThat(interrupted).isTrue();
    }

    private static void startWaiter(AtomicBoolean interrupted) {
        Thread.startVirtualThread(
                () -> {
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException e) {
                        interrupted.set(true);
                    }
                });
    }

    @Test
    void whatAGoroutineThrowsFailsTheRunAtOnce() {
        IllegalStateException thrown = new IllegalStateException("thrown by a goroutine");
        AtomicBoolean finished = new AtomicBoolean();
        assertThatThrownBy(
                        () ->
                                Bubble.run(
                                        () -> {
                                            Thread.startVirtualThread(
                                                    () -> {
                                                        throw thrown;
                                                    });
                                            new CountDownLatch(1).await();
                                            finished.set(true);
                                        }))
                .isSameAs(thrown);
        assertThat(finished).isFalse();
    }

    @Test
    void aThreadWithAHandlerKeepsIt() throws InterruptedException {
        AtomicReference<Throwable> handled = new AtomicReference<>();
        Bubble.run(
                () ->
                        Thread.ofVirtual()
                                .uncaughtExceptionHandler((thread, e) -> handled.set(e))
                                .start(
                                        () -> {
                                            throw new IllegalStateException("handled");
                                        }));
        assertThat(handled.get()).hasMessage("handled");
    }

    /** Interrupts do not reach it, so it is left behind, parked; the bubble ends all the same. */
    @Test
    void whoCannotBeEndedIsLeft() {
        AtomicReference<Thread> left = new AtomicReference<>();
        AtomicBoolean stop = new AtomicBoolean();
        assertThatThrownBy(
                        () ->
                                Bubble.run(
                                        () -> {
                                            left.set(Thread.currentThread());
                                            while (!stop.get()) {
                                                LockSupport.park();
                                                Thread.interrupted();
                                            }
                                        }))
                .isInstanceOf(BubbleError.class);
        stop.set(true);
        LockSupport.unpark(left.get());
        assertThat(joined(left.get())).isTrue();
    }

    private static boolean joined(Thread thread) {
        try {
            return thread.join(java.time.Duration.ofSeconds(30));
        } catch (InterruptedException e) {
            return false;
        }
    }

    @Test
    void anInterruptOfTheCallerReachesTheBody() {
        AtomicBoolean reached = new AtomicBoolean();
        Thread.currentThread().interrupt();
        assertThatThrownBy(
                        () ->
                                Bubble.run(
                                        () -> {
                                            try {
                                                Bubble.outside(
                                                        () -> {
                                                            new CountDownLatch(1).await();
                                                            return "";
                                                        });
                                            } catch (InterruptedException e) {
                                                reached.set(true);
                                                throw e;
                                            }
                                        }))
                .isInstanceOf(InterruptedException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(reached).isTrue();
    }

    /** The time limit of a test is an interrupt of its thread; here, two. */
    @Test
    void whatGoesOnAfterAnInterruptIsGivenUp() throws InterruptedException {
        AtomicBoolean stop = new AtomicBoolean();
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread caller =
                Thread.ofPlatform()
                        .uncaughtExceptionHandler((thread, e) -> thrown.set(e))
                        .start(
                                () ->
                                        Bubble.run(
                                                () -> {
                                                    while (!stop.get()) {
                                                        Thread.yield();
                                                    }
                                                }));
        while (caller.isAlive()) {
            caller.interrupt();
            caller.join(100);
        }
        assertThat(thrown.get())
                .isInstanceOf(BubbleError.class)
                .hasMessageContaining("interrupted and does not end")
                .hasMessageContaining("whatGoesOnAfterAnInterruptIsGivenUp");
        stop.set(true);
    }

    @Test
    void aBubbleInABubbleIsRefused() throws Exception {
        Bubble.run(
                () ->
                        assertThatThrownBy(() -> Bubble.run(() -> {}))
                                .isInstanceOf(IllegalStateException.class)
                                .hasMessageContaining("inside another one"));
    }

    @Test
    void outsideOfABubbleThereIsNoTimeOfOne() {
        assertThatThrownBy(Bubble::now)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("Bubble.run");
        assertThatThrownBy(Bubble::settle).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> Bubble.outside(() -> ""))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aClockIsReadFromAnywhereAndInAnyZone() throws InterruptedException {
        AtomicReference<java.time.Clock> clock = new AtomicReference<>();
        Bubble.run(
                () -> {
                    LockSupport.parkNanos(5);
                    clock.set(Bubble.clock());
                });
        var zone = java.time.ZoneId.of("Asia/Tokyo");
        assertThat(clock.get().instant()).isEqualTo(Bubble.START.plusNanos(5));
        assertThat(clock.get().withZone(zone).instant()).isEqualTo(Bubble.START.plusNanos(5));
        assertThat(clock.get().withZone(zone).getZone()).isEqualTo(zone);
    }

    @Test
    void twoBubblesRunAtTheSameTime() throws InterruptedException {
        CountDownLatch both = new CountDownLatch(2);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread[] threads = new Thread[2];
        for (int i = 0; i < threads.length; i++) {
            long nanos = 1_000L + i;
            threads[i] =
                    Thread.ofPlatform()
                            .uncaughtExceptionHandler((thread, e) -> failure.set(e))
                            .start(() -> runBeside(both, nanos));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(failure).hasNullValue();
    }

    private static void runBeside(CountDownLatch both, long nanos) {
        try {
            Bubble.run(
                    () -> {
                        both.countDown();
                        Bubble.outside(
                                () -> {
                                    both.await();
                                    return "";
                                });
                        for (int i = 0; i < 1_000; i++) {
                            LockSupport.parkNanos(nanos);
                        }
                        assertThat(Bubble.now()).isEqualTo(Bubble.START.plusNanos(1_000 * nanos));
                    });
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
