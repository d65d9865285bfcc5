package io.weft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.net.TcpConn;
import io.weft.net.TcpListener;
import io.weft.sync.CancelledException;
import io.weft.sync.Chan;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class ShutdownTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    /** The program: its goroutine ends with the lifetime of the default runtime. */
    static final class Program {

        private Program() {}

        public static void main(String[] args) {
            Weft.go(
                    () -> {
                        try {
                            Weft.runtime().lifetime().sleep(LONG);
                        } catch (CancelledException e) {
                            System.out.println("told");
                        } catch (InterruptedException e) {
                            throw new IllegalStateException(e);
                        }
                    });
            System.out.println("ended=" + Weft.shutdown(LONG));
            try {
                Weft.go(() -> System.out.println("late"));
            } catch (RejectedExecutionException e) {
                System.out.println("refused=" + e.getMessage());
            }
        }
    }

    @Test
    void goroutinesFinishTheirWorkWithTheHelpOfOthers() throws Exception {
        WeftRuntime runtime = Weft.builder().procs(1).build();
        Chan<String> log = Chan.buffered(4);
        runtime.go(
                () -> {
                    try {
                        runtime.lifetime().sleep(LONG);
                    } catch (CancelledException e) {
                        runtime.go(() -> log.trySend("tidied up"));
                    } catch (InterruptedException e) {
                        log.trySend("interrupted");
                    }
                });
        assertThat(runtime.shutdown(LONG)).isTrue();
        assertThat(log.tryReceive()).isEqualTo("tidied up");
        assertThatThrownBy(() -> runtime.go(() -> {}))
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessageContaining("is closed");
        assertThat(runtime.shutdown(LONG)).as("again").isTrue();
        runtime.close();
    }

    @Test
    void othersStartNothingMeanwhile() throws Exception {
        WeftRuntime runtime = Weft.builder().procs(1).build();
        Chan<Integer> gate = Chan.unbuffered();
        AtomicReference<@Nullable Throwable> refusal = new AtomicReference<>();
        runtime.go(
                () -> {
                    try {
                        gate.receive();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                });
        Thread outside =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    try {
                                        runtime.lifetime().done().receive();
                                        runtime.go(() -> {});
                                    } catch (RejectedExecutionException | InterruptedException e) {
                                        refusal.set(e);
                                    } finally {
                                        gate.close();
                                    }
                                });
        assertThat(runtime.shutdown(LONG)).isTrue();
        outside.join();
        assertThat(refusal.get())
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessageContaining("only its own goroutines");
    }

    @Test
    void stragglersAreInterruptedAndTheirConnectionsClosed() throws Exception {
        WeftRuntime runtime = Weft.builder().procs(1).trackGoroutines().build();
        Chan<String> log = Chan.buffered(4);
        Chan<Integer> started = Chan.buffered(4);
        runtime.go(() -> waitForEver(started, log));
        runtime.go(() -> readForEver(started, log));
        assertThat(started.receive()).isEqualTo(1);
        assertThat(started.receive()).isEqualTo(1);
        assertThat(runtime.shutdown(Duration.ofMillis(50))).isTrue();
        log.close();
        assertThat(log).containsExactlyInAnyOrder("interrupted", "closed");
    }

    private static void waitForEver(Chan<Integer> started, Chan<String> log) {
        try {
            started.send(1);
            Chan.never().receive();
        } catch (InterruptedException e) {
            log.trySend("interrupted");
        }
    }

    private static void readForEver(Chan<Integer> started, Chan<String> log) {
        try (TcpListener listener =
                        TcpListener.bind(
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                TcpConn conn = TcpConn.connect(listener.localAddress())) {
            started.send(1);
            log.trySend("read " + conn.read(new byte[1]));
        } catch (IOException e) {
            log.trySend("closed");
        } catch (InterruptedException e) {
            log.trySend("interrupted early");
        }
    }

    @Test
    void whoeverDoesNotListenIsLeft() throws Exception {
        WeftRuntime runtime = Weft.builder().procs(1).build();
        Chan<Integer> gate = Chan.unbuffered();
        Thread deaf =
                runtime.go(
                        () -> {
                            try {
                                gate.receive();
                            } catch (InterruptedException e) {
                                throw new IllegalStateException(e);
                            }
                        });
        assertThat(runtime.shutdown(Duration.ofMillis(20))).isFalse();
        gate.close();
        deaf.join(); // on the JDK's scheduler
    }

    @Test
    void aGoroutineCannotEndItsOwnRuntime() {
        try (WeftRuntime runtime = Weft.builder().procs(1).build()) {
            runtime.run(
                    () ->
                            assertThatThrownBy(() -> runtime.shutdown(LONG))
                                    .isInstanceOf(IllegalStateException.class));
        }
    }

    @Test
    void theDefaultRuntimeEndsForGood() throws Exception {
        ChildProgram.Ending ending = ChildProgram.run(Program.class, List.of());
        assertThat(ending.output()).contains("told", "ended=true", "refused=", "is closed");
        assertThat(ending.status()).isZero();
    }
}
