package io.weft;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.net.TcpConn;
import io.weft.net.TcpListener;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Phaser;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What goroutines need to wait, to be woken and to be handed over is loaded before the first one
 * runs. The JVM loads classes under locks: a carrier that waits for one, held by a goroutine that
 * waits for the carrier, would wait for ever.
 */
@Timeout(60)
class PrimingTest {

    private static final Pattern CARRIER = Pattern.compile("carrier (\\d+) .*");
    private static final Pattern LOADED = Pattern.compile("\\[(\\d+)\\s*] (\\S+) source: .*");

    /** The program: each way to wait once, and each part of the runtime. */
    static final class Program {

        private final WeftRuntime runtime = Weft.builder().procs(2).name("primed").build();

        private Program() {}

        public static void main(String[] args) throws Exception {
            Program program = new Program();
            program.runtime.run(program::waits);
            program.runtime.run(program::timers);
            program.runtime.run(program::handOffs);
            program.runtime.run(program::sockets);
            program.endlessLoops();
            program.printCarriers();
        }

        @SuppressWarnings({"WaitNotInLoop", "LockNotBeforeTry"}) // it is about the waits alone
        private void waits() throws Exception {
            Thread.yield();
            Thread.sleep(1);
            LockSupport.parkNanos(1_000);
            Object monitor = new Object();
            Thread contender;
            synchronized (monitor) {
                monitor.wait(1);
                contender =
                        runtime.go(
                                () -> {
                                    synchronized (monitor) {
                                        monitor.notifyAll();
                                    }
                                });
                Thread.sleep(5);
                monitor.wait();
            }
            contender.join();
            ReentrantLock lock = new ReentrantLock();
            Condition condition = lock.newCondition();
            lock.lock();
            condition.awaitNanos(1_000);
            lock.unlock();
            // A class that only the program wants: the log has it, or the test reads it wrongly.
            new Phaser().register();
        }

        private void timers() throws Exception {
            Weft.sleep(Duration.ofMillis(1));
            CountDownLatch fired = new CountDownLatch(3);
            runtime.after(Duration.ofMillis(1), fired::countDown);
            Timer far = runtime.after(Duration.ofHours(1), fired::countDown);
            far.reset(Duration.ofMillis(2));
            try (Ticker ticker = runtime.ticker(Duration.ofMillis(1))) {
                ticker.await();
            }
            try (ScheduledExecutorService executor = runtime.scheduledExecutor()) {
                executor.schedule(fired::countDown, 1, TimeUnit.MILLISECONDS).get();
            }
            fired.await();
        }

        private void handOffs() throws Exception {
            Weft.blocking(
                    () -> {
                        Thread.sleep(1);
                        return "";
                    });
            Weft.lockCarrier();
            Weft.sleep(Duration.ofMillis(1));
            Weft.unlockCarrier();
        }

        private void sockets() throws IOException {
            InetAddress loopback = InetAddress.getLoopbackAddress();
            try (TcpListener listener = TcpListener.bind(new InetSocketAddress(loopback, 0))) {
                runtime.go(() -> serve(listener));
                try (TcpConn conn = TcpConn.connect(listener.localAddress())) {
                    conn.write(new byte[] {1});
                    conn.read(new byte[1]);
                }
            }
            try (ServerSocket jdk = new ServerSocket(0, 1, loopback)) {
                jdk.setSoTimeout(1);
                jdk.accept();
            } catch (SocketTimeoutException e) {
                // as asked
            }
        }

        private static void serve(TcpListener listener) {
            try (TcpConn conn = listener.accept()) {
                conn.write(new byte[conn.read(new byte[1])]);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        /** Both Ps are taken from loops that never yield. */
        private void endlessLoops() throws InterruptedException {
            CountDownLatch over = new CountDownLatch(1);
            for (int i = 0; i < 4; i++) {
                runtime.go(
                        () -> {
                            while (over.getCount() > 0) {
                                Thread.onSpinWait();
                            }
                        });
            }
            runtime.go(over::countDown).join();
        }

        /** The numbers of the carriers, as the log of the JVM names threads. */
        private void printCarriers() throws IOException {
            try (var tasks = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
                for (Path task : tasks) {
                    String name = Files.readString(task.resolve("comm")).strip();
                    if (name.startsWith(runtime.name() + "-")) {
                        System.out.println("carrier " + task.getFileName() + " " + name);
                    }
                }
            }
        }
    }

    private static List<String> run(Path log) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("--add-opens=java.base/java.lang=ALL-UNNAMED");
        command.add("--enable-native-access=ALL-UNNAMED");
        command.add(ChosenPoller.option());
        command.add("-Xlog:class+load:file=" + log + ":tid");
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.add(Program.class.getName());
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            String output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as(output).isZero();
            return output.lines().toList();
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void carriersLoadNothingThatTheyNeedToWaitWakeAndHandOver(@TempDir Path folder)
            throws Exception {
        Path log = folder.resolve("loaded");
        List<String> carriers = new ArrayList<>();
        for (String line : run(log)) {
            Matcher matcher = CARRIER.matcher(line);
            if (matcher.matches()) {
                carriers.add(matcher.group(1));
            }
        }
        assertThat(carriers).hasSizeGreaterThanOrEqualTo(3);
        List<String> loaded = new ArrayList<>();
        for (String line : Files.readAllLines(log)) {
            Matcher matcher = LOADED.matcher(line);
            if (matcher.matches() && carriers.contains(matcher.group(1))) {
                loaded.add(matcher.group(2));
            }
        }
        assertThat(loaded).contains("java.util.concurrent.Phaser");
        assertThat(loaded).filteredOn(name -> !isOfTheProgram(name)).isEmpty();
    }

    /** Its own classes and lambdas, what they are linked with, and the one that it asks for. */
    private static boolean isOfTheProgram(String name) {
        return name.startsWith(PrimingTest.class.getName())
                || name.startsWith("java.lang.invoke.LambdaForm")
                || name.startsWith("java.util.concurrent.Phaser");
    }
}
