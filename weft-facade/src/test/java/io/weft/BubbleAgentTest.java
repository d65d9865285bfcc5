package io.weft;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.testkit.Bubble;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Exchanger;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Phaser;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.StampedLock;
import java.util.function.LongSupplier;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The waits and clocks of the JDK in a {@link Bubble}, in a JVM with the testkit as its agent. */
@Timeout(120)
class BubbleAgentTest {

    private static final Duration HOUR = Duration.ofHours(1);

    /** What runs in that JVM. */
    static final class Program {

        private Program() {}

        public static void main(String[] args) throws Exception {
            takesAnHour(() -> Thread.sleep(HOUR));
            takesAnHour(() -> Weft.sleep(HOUR));
            takesAnHour(() -> new LinkedBlockingQueue<String>().poll(1, TimeUnit.HOURS));
            takesAnHour(() -> new SynchronousQueue<String>().poll(1, TimeUnit.HOURS));
            takesAnHour(() -> new CountDownLatch(1).await(1, TimeUnit.HOURS));
            takesAnHour(() -> new Semaphore(0).tryAcquire(1, TimeUnit.HOURS));
            takesAnHour(Program::waitForALock);
            takesAnHour(Program::waitForAStampedLock);
            takesAnHour(Program::scheduleATask);
            takesAnHour(() -> joinFor(HOUR));
            timesOut(() -> new CompletableFuture<String>().get(1, TimeUnit.HOURS));
            timesOut(() -> new FutureTask<>(() -> "").get(1, TimeUnit.HOURS));
            timesOut(() -> new Exchanger<String>().exchange("", 1, TimeUnit.HOURS));
            timesOut(() -> new Phaser(1).awaitAdvanceInterruptibly(0, 1, TimeUnit.HOURS));
            Bubble.run(Program::clocksAgree);
            realTimeIsLeftAlone();
        }

        private static void takesAnHour(Body<Exception> body) throws Exception {
            Bubble.run(
                    () -> {
                        body.run();
                        assertThat(Bubble.now()).isEqualTo(Bubble.START.plus(HOUR));
                    });
        }

        private static void timesOut(Body<Exception> body) throws Exception {
            takesAnHour(
                    () -> {
                        try {
                            body.run();
                            throw new AssertionError("came in time");
                        } catch (TimeoutException e) {
                            assertThat(Bubble.now()).isEqualTo(Bubble.START.plus(HOUR));
                        }
                    });
        }

        private static void waitForALock() throws InterruptedException {
            ReentrantLock lock = new ReentrantLock();
            lock.lock();
            List<Boolean> taken = new ArrayList<>();
            Thread other = Weft.go(() -> taken.add(tryFor(HOUR, lock)));
            other.join();
            assertThat(taken).containsExactly(false);
        }

        private static boolean tryFor(Duration time, ReentrantLock lock) {
            try {
                return lock.tryLock(time.toNanos(), TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        private static void waitForAStampedLock() throws InterruptedException {
            StampedLock lock = new StampedLock();
            lock.writeLock();
            assertThat(lock.tryWriteLock(1, TimeUnit.HOURS)).isZero();
        }

        private static void scheduleATask() throws Exception {
            try (var executor = Executors.newScheduledThreadPool(1, Thread.ofVirtual().factory())) {
                assertThat(executor.schedule(Bubble::now, 1, TimeUnit.HOURS).get())
                        .isEqualTo(Bubble.START.plus(HOUR));
            }
        }

        private static void joinFor(Duration time) throws InterruptedException {
            CountDownLatch end = new CountDownLatch(1);
            Thread other =
                    Weft.go(
                            () -> {
                                try {
                                    end.await();
                                } catch (InterruptedException e) {
                                    throw new AssertionError(e);
                                }
                            });
            assertThat(other.join(time)).isFalse();
            end.countDown();
        }

        @SuppressWarnings("JavaUtilDate") // programs use it
        private static void clocksAgree() throws InterruptedException {
            LongSupplier nanoTime = System::nanoTime;
            long nanos = nanoTime.getAsLong();
            long millis = System.currentTimeMillis();
            assertThat(Instant.now()).isEqualTo(Bubble.START);
            Thread.sleep(5_000);
            Instant now = Bubble.START.plusSeconds(5);
            assertThat(nanoTime.getAsLong() - nanos).isEqualTo(5_000_000_000L);
            assertThat(System.nanoTime() - nanos).isEqualTo(5_000_000_000L);
            assertThat(System.currentTimeMillis() - millis).isEqualTo(5_000);
            assertThat(Instant.now()).isEqualTo(now);
            assertThat(Clock.systemUTC().millis()).isEqualTo(now.toEpochMilli());
            assertThat(new Date()).isEqualTo(now);
            assertThat(LocalDate.now(ZoneOffset.UTC)).isEqualTo(LocalDate.of(2000, 1, 1));
        }

        private static void realTimeIsLeftAlone() throws InterruptedException {
            assertThat(Instant.now()).isAfter(Instant.parse("2026-01-01T00:00:00Z"));
            long start = System.nanoTime();
            Thread.sleep(20);
            new LinkedBlockingQueue<String>().poll(20, TimeUnit.MILLISECONDS);
            assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(40_000_000);
        }
    }

    @TempDir private Path folder = Path.of("");

    @Test
    void withTheAgentTheJdkSeesTheTimeOfTheBubble() throws Exception {
        Run run = run(List.of("-javaagent:" + agent()));
        assertThat(run.output()).isEmpty();
        assertThat(run.status()).isZero();
    }

    @Test
    void aJvmThatMayAttachToItselfNeedsNoJar() throws Exception {
        Run run =
                run(List.of("-Djdk.attach.allowAttachSelf=true", "-XX:+EnableDynamicAgentLoading"));
        assertThat(run.output()).isEmpty();
        assertThat(run.status()).isZero();
    }

    @Test
    void withoutItTheFirstWaitSaysWhatToDo() throws Exception {
        Run run = run(List.of());
        assertThat(run.output()).contains("-javaagent:weft-testkit.jar");
        assertThat(run.status()).isEqualTo(1);
    }

    /** What the jar of the testkit says, before there is one. */
    private Path agent() throws IOException {
        Manifest manifest = new Manifest();
        Attributes attributes = manifest.getMainAttributes();
        attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        attributes.putValue("Premain-Class", "io.weft.testkit.BubbleAgent");
        attributes.putValue("Can-Retransform-Classes", "true");
        Path jar = folder.resolve("agent.jar");
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file, manifest)) {
            out.finish();
        }
        return jar;
    }

    private record Run(int status, String output) {}

    private static Run run(List<String> options) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("--add-opens=java.base/java.lang=ALL-UNNAMED");
        command.add("--enable-native-access=ALL-UNNAMED");
        command.addAll(options);
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(Program.class.getName());
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            byte[] output = process.getInputStream().readAllBytes();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            return new Run(process.exitValue(), new String(output, StandardCharsets.UTF_8));
        } finally {
            process.destroyForcibly();
        }
    }
}
