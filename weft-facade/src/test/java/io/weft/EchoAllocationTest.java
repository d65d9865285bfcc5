package io.weft;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.weft.net.LateBuffer;
import io.weft.net.TcpConn;
import io.weft.net.TcpListener;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * An echo makes no garbage. In a JVM of its own: whether the compiler spares the little objects
 * around a system call depends on what it has seen of the JDK's methods before, and other tests
 * show it what no server does.
 */
@Timeout(120)
class EchoAllocationTest {

    /** The program: prints how many bytes the best of some rounds has allocated for each echo. */
    static final class Program {

        private static final int WARM_UP = 30_000;
        private static final int ROUNDS = 20;
        private static final int MESSAGES = 5_000;

        private Program() {}

        public static void main(String[] args) throws IOException {
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
            try (TcpListener listener = TcpListener.bind(any)) {
                Weft.go(() -> echo(listener));
                try (TcpConn conn = TcpConn.connect(listener.localAddress())) {
                    exchange(conn, WARM_UP);
                    // A collection, a compilation or a profiler may allocate; no message may. So
                    // the best round must be close to nothing; one object per message is not.
                    long best = Long.MAX_VALUE;
                    for (int round = 0; round < ROUNDS; round++) {
                        long before = threads.getTotalThreadAllocatedBytes();
                        exchange(conn, MESSAGES);
                        best = Math.min(best, threads.getTotalThreadAllocatedBytes() - before);
                    }
                    System.out.println((double) best / MESSAGES);
                }
            }
        }

        private static void exchange(TcpConn conn, int count) throws IOException {
            byte[] message = new byte[64];
            for (int i = 0; i < count; i++) {
                conn.write(message);
                conn.readFully(message);
            }
        }

        private static void echo(TcpListener listener) {
            try (TcpConn conn = listener.accept()) {
                LateBuffer data = conn.readLate();
                while (data != null) {
                    conn.write(data);
                    data.close();
                    data = conn.readLate();
                }
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }

    @Test
    void echoAllocatesNothingOnceItIsWarm() throws Exception {
        List<String> command =
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--add-opens=java.base/java.lang=ALL-UNNAMED",
                        "--enable-native-access=ALL-UNNAMED",
                        ChosenPoller.option(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Program.class.getName());
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            byte[] output = process.getInputStream().readAllBytes();
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            String text = new String(output, StandardCharsets.UTF_8).strip();
            assertThat(process.exitValue()).as(text).isZero();
            assertThat(Double.parseDouble(text)).as("bytes per echo").isLessThan(1.0);
        } finally {
            process.destroyForcibly();
        }
    }
}
