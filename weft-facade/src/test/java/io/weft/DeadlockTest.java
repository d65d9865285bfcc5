package io.weft;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.net.TcpListener;
import io.weft.sync.Chan;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(120)
class DeadlockTest {

    private static final List<String> STRICT = List.of("-Dweft.deadlock=exit");

    /** Longer than it takes to find a deadlock. */
    private static final Duration LONG_ENOUGH = Duration.ofMillis(1_500);

    /** How a goroutine waits for what will come. */
    enum Wait {
        /** For a timer. */
        TIMER,
        /** For a connection that may come. */
        SOCKET,
        /** The same with a socket of the JDK. */
        JDK_SOCKET,
        /** For a thread that is no goroutine. */
        THREAD,
        /** For a virtual thread that it has started by itself, which sleeps. */
        GUEST,
        /** For a virtual thread of the JDK that waits for a connection. */
        JDK_THREAD
    }

    /** The program: ten goroutines wait for each other, and the main one for them. */
    static final class Stuck {

        private Stuck() {}

        public static void main(String[] args) throws Exception {
            Chan<Integer> channel = Chan.unbuffered();
            Weft.run(
                    () -> {
                        for (int i = 0; i < 10; i++) {
                            Weft.go(() -> waitOn(channel));
                        }
                        new CountDownLatch(1).await();
                    });
        }

        private static void waitOn(Chan<Integer> channel) {
            try {
                channel.receive();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** The program: its goroutine waits for something, and then says so. */
    static final class Waiting {

        private Waiting() {}

        public static void main(String[] args) throws Exception {
            Chan<Integer> channel = Chan.unbuffered();
            Wait wait = Wait.valueOf(args[0]);
            if (wait == Wait.JDK_THREAD) {
                Thread.startVirtualThread(() -> acceptAndSend(channel));
            }
            if (wait == Wait.THREAD) {
                Thread.ofPlatform().daemon().start(() -> sendLater(channel));
            }
            Weft.run(() -> await(wait, channel));
            System.out.println("fine");
        }

        private static void await(Wait wait, Chan<Integer> channel) throws Exception {
            InetAddress loopback = InetAddress.getLoopbackAddress();
            switch (wait) {
                case TIMER -> Weft.sleep(LONG_ENOUGH);
                case JDK_THREAD -> {
                    System.out.println("fine");
                    assertThat(channel.receive()).isEqualTo(1);
                }
                case THREAD -> assertThat(channel.receive()).isEqualTo(1);
                case GUEST -> {
                    Thread guest = Thread.startVirtualThread(() -> sendLater(channel));
                    assertThat(channel.receive()).isEqualTo(1);
                    guest.join();
                }
                case SOCKET -> {
                    try (var listener = TcpListener.bind(new InetSocketAddress(loopback, 0))) {
                        System.out.println("fine");
                        assertThat(listener.accept()).isNull();
                    }
                }
                case JDK_SOCKET -> {
                    try (var listener = new ServerSocket(0, 1, loopback)) {
                        System.out.println("fine");
                        assertThat(listener.accept()).isNull();
                    }
                }
            }
        }

        private static void acceptAndSend(Chan<Integer> channel) {
            try (var listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                listener.accept().close();
                channel.send(1);
            } catch (java.io.IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        private static void sendLater(Chan<Integer> channel) {
            try {
                Thread.sleep(LONG_ENOUGH);
                channel.send(1);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** The program: waits for a shutdown hook, which the end of another process brings about. */
    static final class Hooked {

        private Hooked() {}

        public static void main(String[] args) throws InterruptedException {
            CountDownLatch told = new CountDownLatch(1);
            Runtime.getRuntime().addShutdownHook(new Thread(told::countDown));
            Weft.go(
                    () -> {
                        try {
                            Weft.sleep(LONG_ENOUGH);
                        } catch (InterruptedException e) {
                            throw new IllegalStateException(e);
                        }
                        System.out.println("fine");
                        Thread.ofPlatform().start(() -> System.exit(0));
                    });
            Weft.run(told::await);
        }
    }

    @Test
    void itIsReportedWithAllGoroutinesAndEndsTheProcess() throws Exception {
        ChildProgram.Ending ending = ChildProgram.run(Stuck.class, STRICT);
        assertThat(ending.output())
                .contains("all goroutines are asleep", "11 goroutines", "10 goroutines WAITING")
                .contains("1 goroutine WAITING")
                .contains("DeadlockTest$Stuck.waitOn", "on Chan[", "started at");
        assertThat(ending.status()).isEqualTo(ProcessEnd.STATUS);
    }

    @ParameterizedTest
    @EnumSource(
            value = Wait.class,
            names = {"TIMER", "THREAD", "GUEST"})
    void whoWaitsForWhatComesIsNoDeadlock(Wait wait) throws Exception {
        ChildProgram.Ending ending = ChildProgram.run(Waiting.class, STRICT, wait.name());
        assertThat(ending.output()).contains("fine").doesNotContain("asleep");
        assertThat(ending.status()).isZero();
    }

    @ParameterizedTest
    @EnumSource(
            value = Wait.class,
            names = {"SOCKET", "JDK_SOCKET", "JDK_THREAD"})
    void whoWaitsForAConnectionIsNoDeadlock(Wait wait) throws Exception {
        String output = ChildProgram.runFor(LONG_ENOUGH, Waiting.class, STRICT, wait.name());
        assertThat(output).contains("fine").doesNotContain("asleep");
    }

    @Test
    void aShutdownHookMayHaveAPart() throws Exception {
        ChildProgram.Ending ending = ChildProgram.run(Hooked.class, STRICT);
        assertThat(ending.output()).contains("fine").doesNotContain("asleep");
        assertThat(ending.status()).isZero();
    }
}
