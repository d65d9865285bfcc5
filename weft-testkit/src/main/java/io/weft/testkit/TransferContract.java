package io.weft.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The part of {@link ConnContract} that moves bytes. */
abstract class TransferContract extends ConnHarness {

    private static final int MEBIBYTE = 1 << 20;
    private static final int CHUNK = 1024;

    @Test
    void basicIo() throws Exception {
        Pair pair = pair();
        byte[] data = randomBytes(MEBIBYTE, 1);
        ContractTask<@Nullable Void> echo = goDo(() -> echo(pair.server()));
        ContractTask<@Nullable Void> sending =
                goDo(
                        () -> {
                            write(pair.client(), data);
                            pair.client().shutdownOutput();
                        });
        assertThat(readFully(pair.client(), MEBIBYTE)).isEqualTo(data);
        assertThat(readOne(pair.client())).isEqualTo(-1);
        sending.join();
        echo.join();
    }

    @Test
    void pingPong() throws Exception {
        Pair pair = pair();
        int rounds = 1000;
        ContractTask<@Nullable Void> other = goDo(() -> countTo(pair.server(), rounds, 0));
        write(pair.client(), counter(0));
        countTo(pair.client(), rounds, 1);
        other.join();
    }

    /** Reads numbers and answers with the next one, until the last. */
    private static void countTo(ContractConn conn, int last, int first) throws Exception {
        for (int expected = first; expected < last; expected += 2) {
            assertThat(readFully(conn, Integer.BYTES)).isEqualTo(counter(expected));
            write(conn, counter(expected + 1));
        }
    }

    private static byte[] counter(int value) {
        return new byte[] {
            (byte) (value >>> 24), (byte) (value >>> 16), (byte) (value >>> 8), (byte) value
        };
    }

    @Test
    void racyReadsShareTheStream() throws Exception {
        Pair pair = pair();
        int readers = 10;
        int reads = 100;
        byte[] data = randomBytes(readers * reads * CHUNK, 2);
        AtomicLong sum = new AtomicLong();
        ContractTask<@Nullable Void> sending =
                goDo(
                        () -> {
                            write(pair.server(), data);
                            pair.server().shutdownOutput();
                        });
        joinAll(goMany(readers, number -> sumUp(pair.client(), sum)));
        sending.join();
        assertThat(sum.get()).isEqualTo(sumOf(data, data.length));
    }

    private static void sumUp(ContractConn conn, AtomicLong sum) throws Exception {
        byte[] buffer = new byte[CHUNK];
        int count = conn.read(buffer, 0, CHUNK);
        while (count > 0) {
            sum.addAndGet(sumOf(buffer, count));
            count = conn.read(buffer, 0, CHUNK);
        }
        assertThat(count).isEqualTo(-1);
    }

    private static long sumOf(byte[] bytes, int length) {
        long sum = 0;
        for (int i = 0; i < length; i++) {
            sum += Byte.toUnsignedInt(bytes[i]);
        }
        return sum;
    }

    @Test
    void racyWritesAreNeverMixed() throws Exception {
        Pair pair = pair();
        int writers = 10;
        int writes = 20;
        // Larger than socket buffers hold, so that writers wait in the middle of a write.
        int frame = 64 << 10;
        List<ContractTask<@Nullable Void>> sending =
                goMany(writers, number -> writeFrames(pair.client(), number, writes, frame));
        int[] framesOf = new int[writers];
        for (int i = 0; i < writers * writes; i++) {
            byte[] bytes = readFully(pair.server(), frame);
            byte[] expected = new byte[frame];
            Arrays.fill(expected, bytes[0]);
            assertThat(bytes).isEqualTo(expected);
            framesOf[bytes[0]]++;
        }
        joinAll(sending);
        assertThat(framesOf).containsOnly(writes);
    }

    private static void writeFrames(ContractConn conn, int number, int writes, int frame)
            throws Exception {
        byte[] bytes = new byte[frame];
        Arrays.fill(bytes, (byte) number);
        for (int i = 0; i < writes; i++) {
            write(conn, bytes);
        }
    }

    @Test
    void concurrentMethodsLeaveAWorkingConnection() throws Exception {
        Pair pair = pair();
        ContractConn conn = pair.client();
        int rounds = 100;
        ContractTask<@Nullable Void> echo = goDo(() -> echo(pair.server()));
        List<ContractTask<@Nullable Void>> started = new ArrayList<>();
        AtomicLong bytesRead = new AtomicLong();
        for (int i = 0; i < rounds; i++) {
            started.add(goDo(() -> bytesRead.addAndGet(conn.read(new byte[CHUNK], 0, CHUNK))));
            started.add(goDo(() -> conn.write(new byte[CHUNK], 0, CHUNK)));
            started.add(goDo(() -> assertThat(conn.read(new byte[0], 0, 0)).isZero()));
            started.add(goDo(() -> conn.write(new byte[0], 0, 0)));
            started.add(goDo(() -> assertThat(conn.localAddress()).isNotNull()));
            started.add(goDo(() -> assertThat(conn.remoteAddress()).isNotNull()));
            started.add(goDo(() -> assertThat(conn.isOpen()).isTrue()));
        }
        joinAll(started);
        readFully(conn, Math.toIntExact((long) rounds * CHUNK - bytesRead.get()));
        byte[] last = randomBytes(CHUNK, 3);
        write(conn, last);
        assertThat(readFully(conn, CHUNK)).isEqualTo(last);
        conn.shutdownOutput();
        echo.join();
    }

    @Test
    void readsThatFillTheBufferExactlyDoNotHang() throws Exception {
        Pair pair = pair();
        ContractTask<@Nullable Void> echo = goDo(() -> echo(pair.server()));
        for (int i = 0; i < 200; i++) {
            byte[] data = randomBytes(CHUNK, i);
            write(pair.client(), data);
            assertThat(readFully(pair.client(), CHUNK)).isEqualTo(data);
        }
        pair.client().shutdownOutput();
        echo.join();
    }

    @Test
    void dribbledBytesArriveInOrder() throws Exception {
        Pair pair = pair();
        byte[] data = randomBytes(500, 4);
        ContractTask<@Nullable Void> sending =
                goDo(
                        () -> {
                            for (int i = 0; i < data.length; i++) {
                                pair.client().write(data, i, 1);
                            }
                        });
        assertThat(readFully(pair.server(), data.length)).isEqualTo(data);
        sending.join();
    }

    @Test
    void manyConnectionsEchoAtOnce() throws Exception {
        int connections = 100;
        ContractTask<@Nullable Void> accepting =
                goDo(
                        () -> {
                            for (int i = 0; i < connections; i++) {
                                ContractConn conn = accept();
                                goDo(() -> echo(conn));
                            }
                        });
        joinAll(goMany(connections, this::sendAndCheck));
        accepting.join();
    }

    private void sendAndCheck(int number) throws Exception {
        ContractConn conn = connect();
        for (int i = 0; i < 20; i++) {
            byte[] data = randomBytes(1 + 37 * i, number);
            write(conn, data);
            assertThat(readFully(conn, data.length)).isEqualTo(data);
        }
        conn.close();
    }

    @Test
    void anEndlessWriterWaitsWhileOthersGoOn() throws Exception {
        Pair stuck = pair();
        byte[] data = randomBytes(32 * MEBIBYTE, 5);
        ContractTask<@Nullable Void> writer = goDo(() -> write(stuck.client(), data));
        writer.awaitParked();
        Pair lively = pair();
        ContractTask<@Nullable Void> echo = goDo(() -> echo(lively.server()));
        for (int i = 0; i < 100; i++) {
            byte[] message = randomBytes(CHUNK, i);
            write(lively.client(), message);
            assertThat(readFully(lively.client(), CHUNK)).isEqualTo(message);
        }
        assertThat(writer.isDone()).isFalse();
        assertThat(readFully(stuck.server(), data.length)).isEqualTo(data);
        writer.join();
        lively.client().shutdownOutput();
        echo.join();
    }

    @Test
    void severalThreadsAcceptAtOnce() throws Exception {
        int acceptors = 10;
        int connections = 100;
        List<ContractTask<@Nullable Void>> accepting =
                goMany(
                        acceptors,
                        number -> {
                            for (int i = 0; i < connections / acceptors; i++) {
                                write(accept(), new byte[] {(byte) number});
                            }
                        });
        List<ContractTask<@Nullable Void>> connecting =
                goMany(
                        connections,
                        number -> assertThat(readOne(connect())).isBetween(0, acceptors - 1));
        joinAll(connecting);
        joinAll(accepting);
    }
}
