package io.weft.bench.fairness.programs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.bench.load.LoadFigures;
import io.weft.bench.micro.operations.Figures;
import io.weft.bench.micro.operations.Threads;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The measured programs, on threads and timers of the JDK. */
@Timeout(60)
class ProgramsTest {

    private static final Threads THREADS = new Threads(Thread.ofVirtual().factory(), 2);

    private static Map<String, Double> numbers(Figures figures) throws Exception {
        return LoadFigures.parse(figures.toString()).numbers();
    }

    @Test
    void aSleepTellsItsOvershoot() throws Exception {
        Figures figures = new Figures();
        new Sleep(Duration.ofMillis(1), Duration.ofMillis(2), Duration.ofMillis(20))
                .measure(figures);
        assertThat(numbers(figures)).containsEntry("early", 0.0);
        assertThat(numbers(figures).get("sleeps")).isBetween(1.0, 21.0);
        assertThat(numbers(figures).get("over_p50_us"))
                .isBetween(0.0, numbers(figures).get("over_max_us"));
    }

    @Test
    void resetsAndMemoryArePerTimer() throws Exception {
        Figures figures = new Figures();
        new Reset(3, Duration.ofMillis(1), Duration.ofMillis(10)).measure(new JdkTimers(), figures);
        new Armed(10_000).measure(new JdkTimers(), figures);
        assertThat(numbers(figures).get("ns_per_op")).isPositive();
        assertThat(numbers(figures).get("ops")).isGreaterThanOrEqualTo(10_000);
        assertThat(numbers(figures).get("heap_bytes_per_timer")).isBetween(30.0, 1_000.0);
    }

    @Test
    void timersThatAreNeverEarlyAreNotCountedAsEarly() throws Exception {
        Figures figures = new Figures();
        new Early(5_000).measure(new LockedTimers(), THREADS, figures);
        assertThat(numbers(figures))
                .containsEntry("timers", 5_000.0)
                .containsEntry("early", 0.0)
                .containsEntry("never_fired", 0.0)
                .containsEntry("extra", 0.0);
        assertThat(numbers(figures).get("fired")).isBetween(4_000.0, 6_000.0);
    }

    @Test
    void timersThatAreEarlyAreFound() throws Exception {
        Figures figures = new Figures();
        new Early(2_000).measure(new EagerTimers(), THREADS, figures);
        assertThat(numbers(figures).get("early")).isGreaterThan(100);
    }

    @Test
    void aFiringIsJudgedByTheMomentThatItWasArmedFor() {
        Semaphore fired = new Semaphore(0);
        Shot early = new Shot(fired);
        early.firstDue = System.nanoTime() + Duration.ofHours(1).toNanos();
        early.run();
        assertThat(early.early()).isEqualTo(1);

        Shot twice = new Shot(fired);
        twice.firstDue = System.nanoTime();
        twice.secondDue = System.nanoTime() + Duration.ofHours(1).toNanos();
        twice.twice = true;
        twice.run();
        twice.run();
        assertThat(twice.early()).isEqualTo(1);

        Shot never = new Shot(fired);
        assertThat(never.early()).isZero();
        assertThat(never.firings()).isZero();
        assertThat(fired.availablePermits()).isEqualTo(3);
    }

    @Test
    void theEchoServes() throws IOException {
        int port = new JdkEcho().start();
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
            client.getOutputStream().write(new byte[] {1, 2, 3});
            assertThat(client.getInputStream().readNBytes(3)).containsExactly(1, 2, 3);
        }
    }

    @Test
    void aWrongArgumentNamesItself() {
        Arguments arguments = Arguments.of("--procs", "two");
        assertThatThrownBy(() -> arguments.number("--procs", 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("--procs wants a whole number, not two");
        assertThat(arguments.number("--timers", 7)).isEqualTo(7);
    }
}
