package io.weft.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What every connection does, whatever it runs over and whatever kind of thread calls: the
 * behaviours that Go's {@code nettest.TestConn} asks for, deadlines included, and those that Java
 * users know from interruptible channels. A subclass says which transport and which threads.
 */
public abstract class ConnContract extends DeadlineRaceContract {

    private static final int RACES = 100;

    /** For subclasses. */
    protected ConnContract() {}

    @Test
    void closeUnblocksAPendingRead() throws Exception {
        Pair pair = pair();
        ContractTask<Integer> reading = go(() -> readOne(pair.client()));
        reading.awaitParked();
        pair.client().close();
        assertThat(reading.failure()).isExactlyInstanceOf(AsynchronousCloseException.class);
    }

    @Test
    void closeUnblocksReadersThatQueue() throws Exception {
        Pair pair = pair();
        ContractTask<Integer> first = go(() -> readOne(pair.client()));
        first.awaitParked();
        ContractTask<Integer> second = go(() -> readOne(pair.client()));
        second.awaitParked();
        pair.client().close();
        assertThat(first.failure()).isExactlyInstanceOf(AsynchronousCloseException.class);
        assertThat(second.failure()).isExactlyInstanceOf(AsynchronousCloseException.class);
    }

    @Test
    void closeUnblocksAPendingWrite() throws Exception {
        Pair pair = pair();
        ContractTask<@Nullable Void> writing = goDo(() -> writeForEver(pair.client()));
        writing.awaitParked();
        pair.client().close();
        assertThat(writing.failure()).isExactlyInstanceOf(AsynchronousCloseException.class);
    }

    @Test
    void closeUnblocksAPendingAccept() throws Exception {
        ContractTask<ContractConn> accepting = go(this::accept);
        accepting.awaitParked();
        listener().close();
        assertThat(accepting.failure()).isExactlyInstanceOf(AsynchronousCloseException.class);
    }

    @Test
    void callsAfterCloseFail() throws Exception {
        Pair pair = pair();
        ContractConn conn = pair.client();
        conn.close();
        conn.close();
        assertThat(conn.isOpen()).isFalse();
        assertClosed(() -> readOne(conn));
        assertClosed(() -> conn.read(new byte[0], 0, 0));
        assertClosed(() -> write(conn, new byte[1]));
        assertClosed(conn::shutdownInput);
        assertClosed(conn::shutdownOutput);
        listener().close();
        assertThat(listener().isOpen()).isFalse();
        assertClosed(this::accept);
    }

    private void assertClosed(Body call) {
        assertThat(goDo(call).failure()).isExactlyInstanceOf(ClosedChannelException.class);
    }

    @Test
    void peerCloseIsTheEndForAPendingRead() throws Exception {
        Pair pair = pair();
        ContractTask<Integer> reading = go(() -> readOne(pair.client()));
        reading.awaitParked();
        pair.server().close();
        assertThat(reading.join()).isEqualTo(-1);
        assertThat(readOne(pair.client())).isEqualTo(-1);
        assertThat(readOne(pair.client())).isEqualTo(-1);
    }

    @Test
    void dataAndEndThatComeTogetherAreBothRead() throws Exception {
        byte[] data = randomBytes(100, 1);
        for (int i = 0; i < RACES; i++) {
            Pair pair = pair();
            ContractTask<byte[]> reading = go(() -> readToTheEnd(pair.server()));
            write(pair.client(), data);
            pair.client().close();
            assertThat(reading.join()).isEqualTo(data);
            pair.server().close();
        }
    }

    /** Reads with a buffer that the data never fills. */
    private static byte[] readToTheEnd(ContractConn conn) throws IOException {
        byte[] buffer = new byte[4096];
        int length = 0;
        int count = conn.read(buffer, 0, buffer.length);
        while (count >= 0) {
            length += count;
            count = conn.read(buffer, length, buffer.length - length);
        }
        return Arrays.copyOf(buffer, length);
    }

    @Test
    void halfCloseLeavesTheOtherDirectionOpen() throws Exception {
        Pair pair = pair();
        write(pair.client(), new byte[] {1});
        pair.client().shutdownOutput();
        assertThat(readOne(pair.server())).isEqualTo(1);
        assertThat(readOne(pair.server())).isEqualTo(-1);
        for (int i = 0; i < 10; i++) {
            write(pair.server(), new byte[] {(byte) i});
            assertThat(readOne(pair.client())).isEqualTo(i);
        }
        pair.server().shutdownOutput();
        assertThat(readOne(pair.client())).isEqualTo(-1);
    }

    @Test
    void writeAfterShutdownOutputFails() throws Exception {
        Pair pair = pair();
        pair.client().shutdownOutput();
        pair.client().shutdownOutput();
        ContractTask<@Nullable Void> writing = goDo(() -> write(pair.client(), new byte[1]));
        assertThat(writing.failure()).isInstanceOf(IOException.class);
        assertThat(pair.client().isOpen()).isTrue();
    }

    @Test
    void shutdownOutputUnblocksAPendingWrite() throws Exception {
        Pair pair = pair();
        ContractTask<@Nullable Void> writing = goDo(() -> writeForEver(pair.client()));
        writing.awaitParked();
        pair.client().shutdownOutput();
        assertThat(writing.failure()).isInstanceOf(IOException.class);
    }

    @Test
    void shutdownInputEndsPendingAndLaterReads() throws Exception {
        Pair pair = pair();
        ContractTask<Integer> reading = go(() -> readOne(pair.client()));
        reading.awaitParked();
        pair.client().shutdownInput();
        assertThat(reading.join()).isEqualTo(-1);
        write(pair.server(), new byte[1]);
        assertThat(readOne(pair.client())).isEqualTo(-1);
        write(pair.client(), new byte[] {7});
        assertThat(readOne(pair.server())).isEqualTo(7);
    }

    @Test
    void zeroLengthReadAndWriteDoNotWait() throws Exception {
        Pair pair = pair();
        assertThat(pair.client().read(new byte[0], 0, 0)).isZero();
        pair.client().write(new byte[0], 0, 0);
        pair.server().shutdownOutput();
        assertThat(readOne(pair.client())).isEqualTo(-1);
        assertThat(pair.client().read(new byte[0], 0, 0)).isZero();
    }

    @Test
    void resetIsAnErrorAndNeverTheEnd() throws Exception {
        Pair pair = pair();
        ContractTask<Integer> reading = go(() -> readOne(pair.client()));
        reading.awaitParked();
        pair.server().reset();
        assertReset(reading.failure());
        assertReset(go(() -> readOne(pair.client())).failure());
        assertReset(go(() -> readOne(pair.client())).failure());
    }

    @Test
    void resetInTheMiddleOfAMessageIsAnError() throws Exception {
        for (int i = 0; i < RACES; i++) {
            Pair pair = pair();
            ContractTask<byte[]> reading = go(() -> readFully(pair.client(), 100));
            write(pair.server(), new byte[50]);
            pair.server().reset();
            assertReset(reading.failure());
            pair.client().close();
        }
    }

    @Test
    void resetUnblocksAPendingWriteAndIsAnErrorForTheReader() throws Exception {
        Pair pair = pair();
        ContractTask<@Nullable Void> writing = goDo(() -> writeForEver(pair.client()));
        writing.awaitParked();
        pair.server().reset();
        assertThat(writing.failure()).isInstanceOf(SocketException.class);
        assertReset(go(() -> readOne(pair.client())).failure());
    }

    private static void assertReset(Exception failure) {
        assertThat(failure)
                .isInstanceOf(SocketException.class)
                .isNotInstanceOf(EOFException.class)
                .hasMessageContaining("ECONNRESET");
    }

    @Test
    void closeRacingWithTransfersEndsThemAll() throws Exception {
        for (int i = 0; i < RACES; i++) {
            Pair pair = pair();
            List<ContractTask<@Nullable Void>> transfers =
                    goMany(
                            4,
                            number -> {
                                if (number % 2 == 0) {
                                    writeForEver(pair.client());
                                } else {
                                    echo(pair.client());
                                }
                            });
            ContractTask<@Nullable Void> other = goDo(() -> echo(pair.server()));
            goMany(2, number -> pair.client().close()).forEach(ContractTask::awaitEnd);
            transfers.forEach(
                    task -> assertThat(task.failure()).isInstanceOf(ClosedChannelException.class));
            other.awaitEnd();
            pair.server().close();
        }
    }

    /** What was written and not read holds up nobody who writes as well: it is dropped. */
    @Test
    void closeEndsAPeerThatWritesToAWriter() throws Exception {
        Pair pair = pair();
        ContractTask<@Nullable Void> writing = goDo(() -> writeForEver(pair.client()));
        ContractTask<@Nullable Void> peer = goDo(() -> writeForEver(pair.server()));
        writing.awaitParked();
        peer.awaitParked();
        pair.client().close();
        assertThat(writing.failure()).isExactlyInstanceOf(AsynchronousCloseException.class);
        assertThat(peer.failure()).isInstanceOf(SocketException.class);
    }

    @Test
    void interruptDuringAReadClosesTheConnection() throws Exception {
        Pair pair = pair();
        ContractTask<Integer> reading = go(() -> keepingInterrupt(() -> readOne(pair.client())));
        reading.awaitParked();
        reading.interrupt();
        assertThat(reading.failure()).isExactlyInstanceOf(ClosedByInterruptException.class);
        assertThat(pair.client().isOpen()).isFalse();
        assertThat(readOne(pair.server())).isEqualTo(-1);
    }

    @Test
    void interruptDuringAWriteClosesTheConnection() throws Exception {
        Pair pair = pair();
        ContractTask<Integer> writing =
                go(
                        () ->
                                keepingInterrupt(
                                        () -> {
                                            writeForEver(pair.client());
                                            return 0;
                                        }));
        writing.awaitParked();
        writing.interrupt();
        assertThat(writing.failure()).isExactlyInstanceOf(ClosedByInterruptException.class);
        assertThat(pair.client().isOpen()).isFalse();
    }

    @Test
    void interruptDuringAnAcceptClosesTheListener() throws Exception {
        ContractTask<Integer> accepting =
                go(() -> keepingInterrupt(() -> accept().read(new byte[1], 0, 1)));
        accepting.awaitParked();
        accepting.interrupt();
        assertThat(accepting.failure()).isExactlyInstanceOf(ClosedByInterruptException.class);
        assertThat(listener().isOpen()).isFalse();
    }

    @Test
    void interruptBeforeAReadClosesTheConnectionEvenWithDataThere() throws Exception {
        Pair pair = pair();
        write(pair.server(), new byte[1]);
        ContractTask<Integer> reading =
                go(
                        () -> {
                            Thread.currentThread().interrupt();
                            return keepingInterrupt(() -> readOne(pair.client()));
                        });
        assertThat(reading.failure()).isExactlyInstanceOf(ClosedByInterruptException.class);
        assertThat(pair.client().isOpen()).isFalse();
    }

    /** Something that returns a number. */
    @FunctionalInterface
    private interface Reading {
        int run() throws IOException;
    }

    /** Fails if the interrupt status is gone when the call has thrown. */
    private static int keepingInterrupt(Reading call) throws IOException {
        try {
            return call.run();
        } catch (ClosedByInterruptException closed) {
            assertThat(Thread.interrupted()).as("interrupt status").isTrue();
            throw closed;
        }
    }
}
