package io.weft.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The part of {@link ConnContract} about many deadlines at once: none hangs, no byte is lost. */
abstract class DeadlineRaceContract extends DeadlineContract {

    private static final int CHUNK = 1024;

    @Test
    void aCopyEndsAtItsDeadlineHoweverMuchArrives() throws Exception {
        List<Duration> timeouts = new ArrayList<>();
        for (long nanos = 1; nanos <= 300_000_000; nanos *= 7) {
            timeouts.add(Duration.ofNanos(nanos));
        }
        for (Duration timeout : timeouts) {
            Pair pair = pair();
            ContractTask<@Nullable Void> sending = goDo(() -> writeForEver(pair.server()));
            long start = System.nanoTime();
            pair.client().setReadDeadline(timeout);
            assertTimedOut(goDo(() -> readForEver(pair.client())).failure(), "read");
            assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(timeout.toNanos());
            pair.client().close();
            assertThat(sending.failure()).isInstanceOf(IOException.class);
            pair.server().close();
        }
    }

    private static void readForEver(ContractConn conn) throws IOException {
        byte[] buffer = new byte[64 << 10];
        while (true) {
            assertThat(conn.read(buffer, 0, buffer.length)).isPositive();
        }
    }

    @Test
    void aWriteEndsAtItsDeadlineHoweverMuchIsRead() throws Exception {
        Pair pair = pair();
        ContractTask<@Nullable Void> reading =
                goDo(
                        () -> {
                            byte[] buffer = new byte[64 << 10];
                            while (pair.server().read(buffer, 0, buffer.length) > 0) {}
                        });
        long start = System.nanoTime();
        pair.client().setWriteDeadline(WATCH);
        assertTimedOut(goDo(() -> writeForEver(pair.client())).failure(), "write");
        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(WATCH.toNanos());
        pair.client().shutdownOutput();
        reading.join();
    }

    @Test
    void deadlinesMovedBeforeEachCallNeverPass() throws Exception {
        Pair pair = pair();
        int rounds = 1000;
        ContractTask<@Nullable Void> other = goDo(() -> pingPong(pair.server(), rounds, false));
        pingPong(pair.client(), rounds, true);
        other.join();
    }

    private static void pingPong(ContractConn conn, int rounds, boolean first) throws IOException {
        for (int i = 0; i < rounds; i++) {
            if (first) {
                conn.setWriteDeadline(FAR);
                write(conn, new byte[] {(byte) i});
            }
            conn.setReadDeadline(FAR);
            assertThat(readOne(conn)).isEqualTo(i & 0xff);
            if (!first) {
                conn.setWriteDeadline(FAR);
                write(conn, new byte[] {(byte) i});
            }
        }
    }

    /** Tiny deadlines fall between all the steps of reads and writes. */
    @Test
    void noByteIsLostToDeadlinesThatRaceWithTransfers() throws Exception {
        Pair pair = pair();
        byte[] data = randomBytes(256 << 10, 8);
        ContractTask<@Nullable Void> racing =
                goDo(
                        () -> {
                            for (int i = 0; i < 1000; i++) {
                                pair.client().setReadDeadline(Duration.ofNanos(2_000));
                                pair.server().setWriteDeadline(Duration.ofNanos(2_000));
                                Thread.yield();
                            }
                            pair.client().setReadDeadline(null);
                            pair.server().setWriteDeadline(null);
                        });
        ContractTask<@Nullable Void> sending = goDo(() -> writeDoggedly(pair.server(), data));
        assertThat(readDoggedly(pair.client(), data.length)).isEqualTo(data);
        sending.join();
        racing.join();
    }

    /** In small pieces, so that the receive queue runs empty again and again. */
    private static void writeDoggedly(ContractConn conn, byte[] data) throws IOException {
        int sent = 0;
        while (sent < data.length) {
            int piece = Math.min(100, data.length - sent);
            try {
                conn.write(data, sent, piece);
                sent += piece;
            } catch (SocketTimeoutException timeout) {
                sent += timeout.bytesTransferred;
                Thread.yield();
            }
        }
    }

    private static byte[] readDoggedly(ContractConn conn, int length) throws IOException {
        byte[] received = new byte[length];
        int done = 0;
        while (done < length) {
            try {
                int count = conn.read(received, done, length - done);
                assertThat(count).isPositive();
                done += count;
            } catch (SocketTimeoutException timeout) {
                assertThat(timeout.bytesTransferred).isZero();
                Thread.yield();
            }
        }
        return received;
    }

    @Test
    void readersWithTinyDeadlinesShareTheStream() throws Exception {
        Pair pair = pair();
        byte[] data = randomBytes(200 * CHUNK, 9);
        AtomicLong received = new AtomicLong();
        ContractTask<@Nullable Void> sending =
                goDo(
                        () -> {
                            for (int i = 0; i < data.length; i += CHUNK) {
                                pair.server().write(data, i, CHUNK);
                                Thread.sleep(1);
                            }
                        });
        List<ContractTask<@Nullable Void>> readers =
                goMany(
                        10,
                        number -> {
                            byte[] buffer = new byte[CHUNK];
                            for (int i = 0; i < 100; i++) {
                                pair.client().setReadDeadline(Duration.ofMillis(1));
                                received.addAndGet(readOrTimeOut(pair.client(), buffer));
                            }
                        });
        joinAll(readers);
        pair.client().setReadDeadline(null);
        byte[] buffer = new byte[CHUNK];
        while (received.get() < data.length) {
            received.addAndGet(pair.client().read(buffer, 0, CHUNK));
        }
        sending.join();
        assertThat(received.get()).isEqualTo(data.length);
    }

    private static int readOrTimeOut(ContractConn conn, byte[] buffer) throws IOException {
        try {
            return conn.read(buffer, 0, buffer.length);
        } catch (SocketTimeoutException timeout) {
            return 0;
        }
    }

    @Test
    void writersWithTinyDeadlinesSendWhatTheySayTheyDid() throws Exception {
        Pair pair = pair();
        AtomicLong sent = new AtomicLong();
        ContractTask<Long> reading = go(() -> countToTheEnd(pair.server()));
        joinAll(
                goMany(
                        10,
                        number -> {
                            byte[] bytes = new byte[32 * CHUNK];
                            for (int i = 0; i < 100; i++) {
                                pair.client().setWriteDeadline(Duration.ofMillis(1));
                                sent.addAndGet(writeOrTimeOut(pair.client(), bytes));
                            }
                        }));
        pair.client().shutdownOutput();
        assertThat(reading.join()).isEqualTo(sent.get());
    }

    private static int writeOrTimeOut(ContractConn conn, byte[] bytes) throws IOException {
        try {
            write(conn, bytes);
            return bytes.length;
        } catch (SocketTimeoutException timeout) {
            return timeout.bytesTransferred;
        }
    }

    private static long countToTheEnd(ContractConn conn) throws IOException {
        byte[] buffer = new byte[4 * CHUNK];
        long total = 0;
        int count = conn.read(buffer, 0, buffer.length);
        while (count > 0) {
            total += count;
            count = conn.read(buffer, 0, buffer.length);
        }
        return total;
    }

    @Test
    void deadlinesMayBeSetByManyAtOnce() throws Exception {
        List<Pair> pairs = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            pairs.add(pair());
        }
        joinAll(
                goMany(
                        8,
                        number -> {
                            for (int i = 0; i < 100; i++) {
                                Duration earlier = Duration.ofHours(2).minusSeconds(36L * i);
                                for (Pair pair : pairs) {
                                    pair.client().setDeadline(earlier);
                                }
                            }
                        }));
        for (Pair pair : pairs) {
            write(pair.server(), new byte[] {3});
            assertThat(readOne(pair.client())).isEqualTo(3);
            pair.client().setReadDeadline(Duration.ofMillis(1));
            assertTimedOut(go(() -> readOne(pair.client())).failure(), "read");
        }
    }

    /** Each round, data and deadline come at the same time, after a read that left nothing. */
    @Test
    void dataThatMeetsItsDeadlineIsReadThenOrLater() throws Exception {
        Pair pair = pair();
        for (int i = 0; i < 300; i++) {
            int round = i;
            Duration delay = Duration.ofNanos(50_000 + 1_000 * (i % 100));
            pair.client().setReadDeadline(delay);
            ContractTask<@Nullable Void> sending =
                    goDo(
                            () -> {
                                Thread.sleep(delay);
                                write(pair.server(), new byte[] {(byte) round});
                            });
            byte[] buffer = new byte[8];
            int count = readOrTimeOut(pair.client(), buffer);
            if (count == 0) {
                pair.client().setReadDeadline(null);
                count = pair.client().read(buffer, 0, buffer.length);
            }
            assertThat(count).isEqualTo(1);
            assertThat(buffer[0]).isEqualTo((byte) round);
            sending.join();
        }
    }
}
