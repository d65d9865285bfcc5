package io.weft.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.bench.process.Child;
import io.weft.bench.process.ChildException;
import io.weft.bench.process.Home;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The load generator against servers whose latency is known.
 *
 * <p>A busy machine makes latencies longer and never shorter, so bounds are from below, or relate
 * two figures of one run that are far apart.
 */
@Timeout(60)
class LoadGeneratorTest {

    private static final Home HOME = new Home(Path.of("../..").toAbsolutePath().normalize());
    private static final int SIZE = 64;
    private static final double TIMEOUT_SECONDS = 30;

    @BeforeAll
    static void buildTheGenerator() throws Exception {
        HOME.build(List.of());
    }

    private static LoadFigures load(EchoStub server, String options) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(HOME.peers().resolve("load").toString());
        command.addAll(List.of("--port", String.valueOf(server.port())));
        command.addAll(List.of("--size", String.valueOf(SIZE)));
        command.addAll(List.of(options.split(" ")));
        try (Child generator = Child.start("load", command, Map.of())) {
            return LoadFigures.parse(generator.nextLine(TIMEOUT_SECONDS));
        }
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static double figure(LoadFigures figures, String name) {
        assertThat(figures.numbers()).containsKey(name);
        return figures.numbers().getOrDefault(name, Double.NaN);
    }

    /**
     * With 1,500 messages in the window and 150 of them due in the stall, the slowest 15 waited for
     * at least nine tenths of it. A generator that stops sending while it waits would have delayed
     * one message per connection: 4, which no p99 shows.
     */
    @Test
    void theOpenLoopShowsAStallToEveryMessageThatWasDueMeanwhile() throws Exception {
        int stallMillis = 150;
        AtomicInteger reads = new AtomicInteger();
        AtomicLong stallEnd = new AtomicLong(System.nanoTime());
        try (EchoStub server =
                new EchoStub(
                        (buffer, count) -> {
                            if (reads.incrementAndGet() == 700) {
                                stallEnd.set(System.nanoTime() + stallMillis * 1_000_000L);
                            }
                            long rest = stallEnd.get() - System.nanoTime();
                            EchoStub.sleepMillis(rest / 1_000_000);
                        })) {
            LoadFigures figures =
                    load(server, "--connections 4 --rate 1000 --warmup 0.2 --seconds 1.5");
            assertThat(figure(figures, "messages")).isEqualTo(1_500);
            assertThat(figure(figures, "p99_us")).isGreaterThan(stallMillis * 0.8 * 1_000);
            assertThat(figure(figures, "max_us")).isGreaterThan(stallMillis * 0.9 * 1_000);
            assertThat(figure(figures, "p50_us")).isLessThan(figure(figures, "p99_us") / 2);
        }
    }

    @Test
    void theClosedLoopTimesAMessageFromItsSendToItsEcho() throws Exception {
        int delayMillis = 20;
        try (EchoStub server = new EchoStub((buffer, count) -> EchoStub.sleepMillis(delayMillis))) {
            LoadFigures figures =
                    load(server, "--connections 4 --threads 2 --warmup 0.1 --seconds 0.5");
            // 0.4 % is the histogram's error.
            assertThat(figure(figures, "p50_us")).isGreaterThan(delayMillis * 0.99 * 1_000);
            assertThat(figure(figures, "p50_us")).isLessThanOrEqualTo(figure(figures, "p99_us"));
            assertThat(figure(figures, "p99_us")).isLessThanOrEqualTo(figure(figures, "max_us"));
            assertThat(figure(figures, "messages"))
                    .isBetween(4.0, 4 * (figure(figures, "seconds") * 1_000 / delayMillis + 1));
        }
    }

    @Test
    void aRateThatTheServerDoesNotAnswerIsNotHeld() throws Exception {
        try (EchoStub server = new EchoStub(SIZE, (buffer, count) -> EchoStub.sleepMillis(10))) {
            LoadFigures figures =
                    load(server, "--connections 1 --rate 400 --warmup 0 --seconds 0.3");
            assertThat(figure(figures, "held")).isZero();
            assertThat(figure(figures, "target_rate")).isEqualTo(400);
            assertThat(figure(figures, "rate")).isLessThan(110);
            // The last of 120 messages was due at 0.3 s and came after 120 echoes of 10 ms.
            assertThat(figure(figures, "p99_us")).isGreaterThan(800_000);
            assertThat(figures.words()).containsKey("why");
        }
    }

    @Test
    void aRateThatTheGeneratorCannotSendIsItsOwnFault() throws Exception {
        try (EchoStub server = new EchoStub((buffer, count) -> {})) {
            LoadFigures figures =
                    load(server, "--connections 1 --rate 20000000 --warmup 0 --seconds 0.1");
            assertThat(figure(figures, "held")).isZero();
            assertThat(figures.words()).containsEntry("why", "generator");
        }
    }

    @Test
    void twoThreadsShareTheMessagesOfARate() throws Exception {
        AtomicLong bytes = new AtomicLong();
        try (EchoStub server = new EchoStub((buffer, count) -> bytes.addAndGet(count))) {
            LoadFigures figures =
                    load(
                            server,
                            "--connections 5 --threads 2 --rate 500 --sleepy --warmup 0 --seconds"
                                    + " 0.4");
            assertThat(figure(figures, "messages")).isEqualTo(200);
            assertThat(bytes.get()).isEqualTo(200L * SIZE);
        }
    }

    /** The server swallows what comes after its first 50 reads. */
    @Test
    void messagesThatNeverComeBackAreCountedAsLost() throws Exception {
        AtomicInteger reads = new AtomicInteger();
        CountDownLatch over = new CountDownLatch(1);
        try (EchoStub server =
                new EchoStub(
                        SIZE,
                        (buffer, count) -> {
                            if (reads.incrementAndGet() > 50) {
                                awaitUninterrupted(over);
                            }
                        })) {
            LoadFigures figures =
                    load(
                            server,
                            "--connections 1 --rate 500 --sleepy --urgent --warmup 0 --seconds 0.2");
            over.countDown();
            assertThat(figure(figures, "sent")).isEqualTo(100);
            assertThat(figure(figures, "lost")).isEqualTo(50);
            assertThat(figure(figures, "messages")).isEqualTo(50);
            assertThat(figure(figures, "held")).isZero();
        }
    }

    @Test
    void anEchoThatDiffersEndsTheRun() throws Exception {
        try (EchoStub server = new EchoStub((buffer, count) -> buffer[count - 1]++)) {
            assertThatThrownBy(() -> load(server, "--connections 1 --seconds 0.2"))
                    .isInstanceOf(ChildException.class)
                    .hasMessageContaining("an echo differs from what was sent");
        }
    }
}
