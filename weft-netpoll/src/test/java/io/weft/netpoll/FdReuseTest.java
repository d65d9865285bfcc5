package io.weft.netpoll;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.linux.CallStates;
import io.weft.linux.Errno;
import io.weft.linux.NativeSys;
import io.weft.linux.Sockets;
import io.weft.linux.Sys;
import io.weft.testkit.FdWatcher;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Descriptor numbers come back at once: nobody may be served by the events of an earlier owner. */
@Timeout(120)
class FdReuseTest {

    private final FdWatcher open = FdWatcher.start();
    private final InterceptedSys kernel = new InterceptedSys(new NativeSys(CallStates.perThread()));
    private final Sys sys = kernel.sys();
    private final Netpoll netpoll = new Netpoll(sys, 2, () -> -1);
    private final PollLoop first = new PollLoop(netpoll.poller(0));
    private final PollLoop second = new PollLoop(netpoll.poller(1));

    @AfterEach
    void nothingIsLeftOpen() throws Exception {
        first.stop();
        second.stop();
        netpoll.close();
        open.assertNothingLeaked(Duration.ofSeconds(5));
    }

    /** The kernel gives the number to another thread before close(2) has returned. */
    @Test
    void theNextOwnerOfANumberFindsItFree() {
        SocketPair pair = SocketPair.open(sys);
        PollDesc server = netpoll.open(pair.server());
        netpoll.open(pair.client());
        AtomicReference<@Nullable PollDesc> next = new AtomicReference<>();
        kernel.on(
                "close",
                (arguments, _) -> {
                    next.set(netpoll.open((Integer) arguments[0]));
                    return 0;
                });
        assertThat(server.close()).isTrue();
        kernel.heal("close");
        PollDesc owner = Objects.requireNonNull(next.get());
        assertThat(owner.fd()).isEqualTo(pair.server());
        assertThat(owner.generation()).isNotEqualTo(server.generation());
        assertThat(owner.close()).isTrue();
    }

    /** Connections come and go on the same numbers while two pollers deliver. */
    @Test
    void everyConnectionReadsItsOwnBytesWhileNumbersAreReused() throws Exception {
        int rounds = 400;
        List<TestThread<Boolean>> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            byte tag = (byte) (i + 1);
            TestThread.Kind kind = TestThread.Kind.ofRound(i);
            threads.add(
                    kind.start(
                            () -> {
                                for (int round = 0; round < rounds; round++) {
                                    exchange(tag);
                                }
                                return true;
                            }));
        }
        for (TestThread<Boolean> thread : threads) {
            assertThat(thread.result()).isTrue();
        }
    }

    /** One connection: a byte after the reader has parked, an end after the short read. */
    private void exchange(byte tag) throws Exception {
        SocketPair pair = SocketPair.open(sys);
        PollDesc server = netpoll.open(pair.server());
        TestThread<Integer> reader = TestThread.Kind.VIRTUAL.start(() -> readToTheEnd(server, tag));
        for (int i = 0; i < ThreadLocalRandom.current().nextInt(3); i++) {
            Thread.yield();
        }
        sys.send(pair.client(), new byte[] {tag, tag}, 0, 2);
        sys.close(pair.client());
        assertThat(reader.result()).isEqualTo(2);
        server.close();
        server.awaitClosed();
    }

    /** Reads by the short-read rule; the bytes until the end of the stream. */
    private int readToTheEnd(PollDesc descriptor, byte tag) throws IOException {
        byte[] buffer = new byte[8];
        int total = 0;
        assertThat(descriptor.lockRead()).isTrue();
        try {
            boolean drained = false;
            while (true) {
                if (drained) {
                    assertThat(descriptor.awaitRead()).isEqualTo(Wait.READY);
                } else {
                    descriptor.prepareRead();
                }
                int received = sys.recv(descriptor.fd(), buffer, 0, buffer.length);
                if (received == 0) {
                    return total;
                }
                total += received == -Errno.EAGAIN ? 0 : countOwn(buffer, received, tag);
                drained = received < buffer.length && !descriptor.sawHangup();
                drained |= received == -Errno.EAGAIN;
            }
        } finally {
            descriptor.unlockRead();
        }
    }

    private static int countOwn(byte[] buffer, int received, byte tag) {
        for (int i = 0; i < SocketPair.checked(received); i++) {
            assertThat(buffer[i]).isEqualTo(tag);
        }
        return received;
    }

    /** The end of the stream comes with the last bytes, just after them, or much later. */
    @Test
    void theShortReadRuleMissesNoEndOfStream() throws Exception {
        for (int round = 0; round < 600; round++) {
            SocketPair pair = SocketPair.open(sys);
            PollDesc server = netpoll.open(pair.server());
            TestThread<Integer> reader =
                    TestThread.Kind.ofRound(round).start(() -> readToTheEnd(server, (byte) 7));
            int pause = ThreadLocalRandom.current().nextInt(60);
            for (int i = 0; i < 3; i++) {
                sys.send(pair.client(), new byte[] {7}, 0, 1);
                for (int spin = 0; spin < pause * 50; spin++) {
                    Thread.onSpinWait();
                }
            }
            sys.shutdown(pair.client(), Sockets.SHUT_WR);
            assertThat(reader.result()).isEqualTo(3);
            sys.close(pair.client());
            server.close();
        }
    }

    /** Close comes at any point of somebody's read, and the number is taken by the next at once. */
    @Test
    void closeUnblocksAReadAtAnyPointAndTheNumberIsNotTouchedAfterwards() throws Exception {
        for (int round = 0; round < 600; round++) {
            SocketPair pair = SocketPair.open(sys);
            PollDesc server = netpoll.open(pair.server());
            TestThread<Wait> reader =
                    TestThread.Kind.ofRound(round).start(() -> readUntilClosed(server));
            sys.send(pair.client(), new byte[1], 0, 1);
            int pause = ThreadLocalRandom.current().nextInt(40);
            for (int spin = 0; spin < pause * 50; spin++) {
                Thread.onSpinWait();
            }
            server.close();
            assertThat(reader.result()).isEqualTo(Wait.CLOSED);
            sys.close(pair.client());
        }
    }

    private Wait readUntilClosed(PollDesc descriptor) throws IOException {
        if (!descriptor.lockRead()) {
            return Wait.CLOSED;
        }
        try {
            while (true) {
                descriptor.prepareRead();
                int received = sys.recv(descriptor.fd(), new byte[8], 0, 8);
                assertThat(received).isIn(1, -Errno.EAGAIN);
                if (descriptor.awaitRead() == Wait.CLOSED) {
                    return Wait.CLOSED;
                }
            }
        } finally {
            descriptor.unlockRead();
        }
    }
}
