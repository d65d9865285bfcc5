package io.weft.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class HangDumperTest {

    private static final Duration SHORT = Duration.ofMillis(500);

    private final List<String> printed = new ArrayList<>();

    private HangDumper dumper(Duration limit) {
        return new HangDumper(
                limit,
                () -> "three goroutines wait",
                body -> Thread.ofVirtual().name("waits for the dump").start(body),
                printed::add);
    }

    @Test
    void aTestThatEndsPasses() {
        assertThatCode(() -> dumper(HangDumper.DEFAULT_LIMIT).guard("quick", () -> null))
                .doesNotThrowAnyException();
    }

    @Test
    void aTestThatFailsFailsWithItsOwnException() {
        IOException failure = new IOException("disk full");
        assertThatThrownBy(
                        () ->
                                dumper(HangDumper.DEFAULT_LIMIT)
                                        .guard(
                                                "failing",
                                                () -> {
                                                    throw failure;
                                                }))
                .isSameAs(failure);
    }

    @Test
    void aTestThatHangsIsDumpedInterruptedAndFails() throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        AtomicBoolean interrupted = new AtomicBoolean();
        assertThatThrownBy(
                        () ->
                                dumper(SHORT)
                                        .guard(
                                                "stuck",
                                                () -> {
                                                    awaitInterrupt(never, interrupted);
                                                    ended.countDown();
                                                    return null;
                                                }))
                .isInstanceOf(AssertionError.class)
                .hasMessage("stuck hangs after PT0.5S; see the dump");
        ended.await();
        assertThat(interrupted).isTrue();
        assertThat(printed).hasSize(1);
        assertThat(printed.getFirst())
                .startsWith("stuck hangs after PT0.5S")
                .contains("three goroutines wait")
                .contains("waits for the dump")
                .contains("HangDumperTest.awaitInterrupt");
    }

    private static void awaitInterrupt(CountDownLatch never, AtomicBoolean interrupted) {
        try {
            never.await();
        } catch (InterruptedException expected) {
            interrupted.set(true);
        }
    }
}
