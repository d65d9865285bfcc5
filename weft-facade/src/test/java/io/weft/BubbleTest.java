package io.weft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.net.TcpConn;
import io.weft.net.TcpListener;
import io.weft.sync.Chan;
import io.weft.sync.Select;
import io.weft.testkit.Bubble;
import io.weft.testkit.BubbleError;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Weft in a {@link Bubble}; the names of Go's tests of its {@code synctest} stand above some. */
@Timeout(60)
class BubbleTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration HOUR = Duration.ofHours(1);

    /** TestNow. */
    @Test
    void timeStartsInTheYear2000AndMovesWhenAllWait() throws InterruptedException {
        Bubble.run(
                () -> {
                    assertThat(Bubble.now()).isEqualTo(Instant.parse("2000-01-01T00:00:00Z"));
                    Weft.go(() -> assertThat(Bubble.now()).isEqualTo(Bubble.START));
                    Weft.sleep(SECOND);
                    assertThat(Bubble.now()).isEqualTo(Bubble.START.plus(SECOND));
                    assertThat(Bubble.clock().instant()).isEqualTo(Bubble.now());
                });
    }

    @Test
    void anHourIsOverAtOnce() throws InterruptedException {
        AtomicReference<Instant> end = new AtomicReference<>();
        Bubble.run(
                () -> {
                    for (int i = 0; i < 3_600; i++) {
                        Weft.sleep(SECOND);
                    }
                    end.set(Bubble.now());
                });
        assertThat(end.get()).isEqualTo(Bubble.START.plus(HOUR));
    }

    /** TestTimerReset: exact, to the nanosecond. */
    @Test
    void aTimerFiresAtItsMomentExactly() throws InterruptedException {
        Bubble.run(
                () -> {
                    Chan<Instant> fired = Chan.buffered(1);
                    Timer timer = Weft.after(SECOND, () -> fired.trySend(Bubble.now()));
                    assertThat(fired.receive()).isEqualTo(Bubble.START.plus(SECOND));
                    timer.reset(SECOND.multipliedBy(2));
                    assertThat(fired.receive()).isEqualTo(Bubble.START.plusSeconds(3));
                    timer.reset(HOUR);
                    Weft.sleep(Duration.ofNanos(7));
                    assertThat(timer.reset(Duration.ofNanos(1))).isTrue();
                    assertThat(fired.receive()).isEqualTo(Bubble.START.plusSeconds(3).plusNanos(8));
                    assertThat(timer.stop()).isFalse();
                });
    }

    /** TestTimerRunsImmediately. */
    @Test
    void aTimerOfNoDelayFiresBeforeTimeMoves() throws InterruptedException {
        Bubble.run(
                () -> {
                    AtomicBoolean fired = new AtomicBoolean();
                    Weft.after(Duration.ZERO, () -> fired.set(true));
                    Bubble.settle();
                    assertThat(fired).isTrue();
                    assertThat(Bubble.now()).isEqualTo(Bubble.START);
                });
    }

    /** TestTimerNondeterminism: timers of one moment have no order but that of the seed. */
    @Test
    void timersOfOneMomentFireInAnyOrder() throws InterruptedException {
        List<Integer> firsts = new ArrayList<>();
        Bubble.explore(
                32,
                () -> {
                    Chan<Integer> fired = Chan.buffered(2);
                    Weft.after(SECOND, () -> fired.trySend(0));
                    Weft.after(SECOND, () -> fired.trySend(1));
                    firsts.add(fired.receive());
                    fired.receive();
                });
        assertThat(firsts).contains(0, 1);
    }

    @Test
    void aTickerTicksExactly() throws InterruptedException {
        Bubble.run(
                () -> {
                    try (Ticker ticker = Weft.ticker(SECOND)) {
                        for (int i = 1; i <= 10; i++) {
                            assertThat(ticker.await()).isEqualTo(1);
                            assertThat(Bubble.now()).isEqualTo(Bubble.START.plusSeconds(i));
                        }
                    }
                });
    }

    @Test
    void channelsAndSelectsWaitInTheTimeOfTheBubble() throws InterruptedException {
        Bubble.run(
                () -> {
                    Chan<String> answers = Chan.unbuffered();
                    assertThat(answers.tryReceive(HOUR)).isNull();
                    Select select = new Select();
                    select.receive(answers);
                    assertThat(select.await(HOUR)).isEqualTo(Select.NONE);
                    assertThat(Bubble.now()).isEqualTo(Bubble.START.plus(HOUR).plus(HOUR));
                    Weft.go(() -> sendAfter(SECOND, answers));
                    assertThat(answers.tryReceive(HOUR)).isEqualTo("answer");
                    assertThat(Bubble.now())
                            .isEqualTo(Bubble.START.plus(HOUR).plus(HOUR).plus(SECOND));
                });
    }

    private static void sendAfter(Duration delay, Chan<String> chan) {
        try {
            Weft.sleep(delay);
            chan.send("answer");
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** TestChannelFromOutsideBubble, for what is durable here: anybody may be at the other end. */
    @Test
    void aChannelFromOutsideMayBeServedFromOutside() throws Exception {
        Chan<String> questions = Chan.unbuffered();
        Chan<String> answers = Chan.unbuffered();
        Thread other =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    for (String question : questions) {
                                        sendAfter(Duration.ofMillis(1), answers);
                                        assertThat(question).isEqualTo("question");
                                    }
                                });
        Bubble.run(
                () -> {
                    for (int i = 0; i < 100; i++) {
                        Thread sleeper = Weft.go(() -> sleepFor(HOUR));
                        Bubble.outside(
                                () -> {
                                    questions.send("question");
                                    return answers.receive();
                                });
                        assertThat(Bubble.now()).isEqualTo(Bubble.START.plus(HOUR.multipliedBy(i)));
                        sleeper.join();
                    }
                });
        questions.close();
        other.join();
    }

    private static void sleepFor(Duration time) {
        try {
            Weft.sleep(time);
        } catch (InterruptedException e) {
            // the test is over
        }
    }

    /** TestWaitGroupInBubble, with the latch of the JDK. */
    @Test
    void aLatchOfTheBubbleIsDurable() throws InterruptedException {
        Bubble.run(
                () -> {
                    CountDownLatch done = new CountDownLatch(10);
                    for (int i = 1; i <= 10; i++) {
                        Duration time = SECOND.multipliedBy(i);
                        Weft.go(
                                () -> {
                                    sleepFor(time);
                                    done.countDown();
                                });
                    }
                    done.await();
                    assertThat(Bubble.now()).isEqualTo(Bubble.START.plusSeconds(10));
                });
    }

    /** TestDeadlockRoot. */
    @Test
    void aBodyThatWaitsForEverIsADeadlock() {
        assertThatThrownBy(() -> Bubble.run(() -> Chan.never().receive()))
                .isInstanceOf(BubbleError.class)
                .hasMessageContaining("deadlock: all goroutines in bubble are blocked")
                .hasMessageContaining("aBodyThatWaitsForEverIsADeadlock")
                .hasMessageContaining("io.weft.sync.Chan.receive");
    }

    /** TestDeadlockChild. */
    @Test
    void aChildThatWaitsForEverIsADeadlock() {
        AtomicBoolean interrupted = new AtomicBoolean();
        assertThatThrownBy(() -> Bubble.run(() -> Weft.go(() -> waitForEver(interrupted))))
                .isInstanceOf(BubbleError.class)
                .hasMessageContaining("deadlock: main bubble goroutine has exited but")
                .hasMessageContaining("started by goroutine")
                .hasMessageContaining("waitForEver");
        assertThat(interrupted).isTrue();
    }

    private static void waitForEver(AtomicBoolean interrupted) {
        try {
            Chan.never().receive();
        } catch (InterruptedException e) {
            interrupted.set(true);
        }
    }

    /**
     * TestDeadlockTicker: time stands still after the body, so a ticker that is left ticks no more.
     */
    @Test
    void aTickerThatIsLeftIsADeadlock() {
        AtomicBoolean ticked = new AtomicBoolean();
        assertThatThrownBy(() -> Bubble.run(() -> Weft.go(() -> tick(ticked))))
                .isInstanceOf(BubbleError.class)
                .hasMessageContaining("main bubble goroutine has exited")
                .hasMessageContaining("Ticker.await");
        assertThat(ticked).isFalse();
    }

    private static void tick(AtomicBoolean ticked) {
        try (Ticker ticker = Weft.ticker(SECOND)) {
            ticker.await();
            ticked.set(true);
        } catch (InterruptedException e) {
            // the bubble is over
        }
    }

    /** Nobody knows when bytes come, so time stands still until they do. */
    @Test
    void whoWaitsForASocketHoldsTheTime() throws Exception {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (TcpListener listener = TcpListener.bind(any)) {
            Thread server = Thread.ofPlatform().start(() -> echoLate(listener));
            Bubble.run(
                    () -> {
                        Thread sleeper = Weft.go(() -> sleepFor(HOUR));
                        try (TcpConn conn = TcpConn.connect(listener.localAddress())) {
                            conn.write(new byte[] {7});
                            byte[] answer = new byte[1];
                            assertThat(conn.read(answer)).isEqualTo(1);
                            assertThat(answer).containsExactly(7);
                        }
                        assertThat(Bubble.now()).isEqualTo(Bubble.START);
                        sleeper.join();
                        assertThat(Bubble.now()).isEqualTo(Bubble.START.plus(HOUR));
                    });
            server.join();
        }
    }

    private static void echoLate(TcpListener listener) {
        try (TcpConn conn = listener.accept()) {
            byte[] data = new byte[1];
            conn.read(data);
            Thread.sleep(50); // time enough for the hour of the bubble to pass, if it could
            conn.write(data);
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** The goroutine that gave its P away is busy outside of the scheduler. */
    @Test
    void whoBlocksAThreadHoldsTheTime() throws Exception {
        Bubble.run(
                () -> {
                    Thread sleeper = Weft.go(() -> sleepFor(HOUR));
                    Instant before = Weft.blocking(BubbleTest::computeFor50Milliseconds);
                    assertThat(before).isEqualTo(Bubble.START);
                    assertThat(Bubble.now()).isEqualTo(Bubble.START);
                    sleeper.join();
                });
    }

    private static Instant computeFor50Milliseconds() {
        long end = System.nanoTime() + 50_000_000;
        while (System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        return Bubble.now();
    }
}
