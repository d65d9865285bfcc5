package io.weft.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.SocketTimeoutException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The part of {@link ConnContract} about one deadline at a time: it is obeyed by pending and later
 * calls, in its direction, never early; and the connection can be used afterwards.
 */
abstract class DeadlineContract extends TransferContract {

    static final Duration PAST = Duration.ofSeconds(-1);
    static final Duration SOON = Duration.ofMillis(50);
    static final Duration FAR = Duration.ofHours(1);

    /** Far enough that a busy machine does what has to come before it. */
    private static final Duration LATER = Duration.ofMillis(300);

    /** How long something that must not return is watched. */
    static final Duration WATCH = Duration.ofMillis(100);

    static void assertTimedOut(Exception failure, String call) {
        assertThat(failure)
                .isExactlyInstanceOf(SocketTimeoutException.class)
                .hasMessageStartingWith(call)
                .hasMessageContaining("deadline");
    }

    /** It has not returned, and does not within that time. */
    private static void assertStaysParked(ContractTask<?> task, Duration time)
            throws InterruptedException {
        task.awaitParked();
        Thread.sleep(time);
        assertThat(task.isDone()).isFalse();
    }

    private static void assertElapsed(long startNanos, Duration least) {
        assertThat(System.nanoTime() - startNanos).isGreaterThanOrEqualTo(least.toNanos());
    }

    private void assertRoundTrip(Pair pair) throws Exception {
        byte[] message = randomBytes(1000, 6);
        ContractTask<byte[]> other = go(() -> readFully(pair.server(), message.length));
        write(pair.client(), message);
        assertThat(other.join()).isEqualTo(message);
        write(pair.server(), message);
        assertThat(readFully(pair.client(), message.length)).isEqualTo(message);
    }

    @Test
    void aPassedReadDeadlineFailsEveryReadEvenWithDataThere() throws Exception {
        Pair pair = pair();
        write(pair.server(), new byte[] {1, 2});
        assertThat(readOne(pair.client())).isEqualTo(1);
        for (Duration passed : List.of(PAST, Duration.ZERO, Duration.ofSeconds(Long.MIN_VALUE))) {
            pair.client().setReadDeadline(passed);
            assertTimedOut(go(() -> readOne(pair.client())).failure(), "read");
            assertTimedOut(go(() -> readOne(pair.client())).failure(), "read");
        }
        pair.client().setReadDeadline(null);
        assertThat(readOne(pair.client())).isEqualTo(2);
        assertRoundTrip(pair);
    }

    @Test
    void aPassedWriteDeadlineFailsEveryWriteEvenWithRoomThere() throws Exception {
        Pair pair = pair();
        pair.client().setWriteDeadline(PAST);
        for (int i = 0; i < 2; i++) {
            Exception failure = goDo(() -> write(pair.client(), new byte[10])).failure();
            assertTimedOut(failure, "write");
            assertThat(((SocketTimeoutException) failure).bytesTransferred).isZero();
        }
        pair.client().setWriteDeadline(null);
        assertRoundTrip(pair);
    }

    @Test
    void aReadGetsWhatIsThereFirstAndTimesOutThen() throws Exception {
        Pair pair = pair();
        write(pair.server(), new byte[] {7});
        for (int i = 0; i < 2; i++) {
            long start = System.nanoTime();
            pair.client().setReadDeadline(LATER);
            if (i == 0) {
                assertThat(readOne(pair.client())).isEqualTo(7);
            }
            assertTimedOut(go(() -> readOne(pair.client())).failure(), "read");
            assertElapsed(start, LATER);
        }
        pair.client().setReadDeadline(FAR);
        assertRoundTrip(pair);
    }

    @Test
    void aWriteThatTimesOutSaysHowMuchWasSent() throws Exception {
        Pair pair = pair();
        byte[] data = randomBytes(32 << 20, 7);
        ContractTask<@Nullable Void> writing = goDo(() -> write(pair.client(), data));
        writing.awaitParked();
        long start = System.nanoTime();
        pair.client().setWriteDeadline(SOON);
        Exception failure = writing.failure();
        assertElapsed(start, SOON);
        assertTimedOut(failure, "write");
        int sent = ((SocketTimeoutException) failure).bytesTransferred;
        assertThat(sent).isBetween(1, data.length - 1);
        assertThat(failure).hasMessageContaining("%,d of %,d bytes".formatted(sent, data.length));

        pair.client().setWriteDeadline(null);
        ContractTask<@Nullable Void> rest =
                goDo(
                        () -> {
                            pair.client().write(data, sent, data.length - sent);
                            pair.client().shutdownOutput();
                        });
        assertThat(readFully(pair.server(), data.length)).isEqualTo(data);
        assertThat(readOne(pair.server())).isEqualTo(-1);
        rest.join();
    }

    @Test
    void aClearedReadDeadlineLetsAReadWait() throws Exception {
        Pair pair = pair();
        pair.client().setReadDeadline(PAST);
        assertTimedOut(go(() -> readOne(pair.client())).failure(), "read");
        pair.client().setReadDeadline(null);
        ContractTask<Integer> reading = go(() -> readOne(pair.client()));
        assertStaysParked(reading, WATCH);
        pair.client().close();
        assertThat(reading.failure()).isExactlyInstanceOf(AsynchronousCloseException.class);
    }

    @Test
    void aClearedWriteDeadlineLetsAWriteWait() throws Exception {
        Pair pair = pair();
        pair.client().setWriteDeadline(PAST);
        assertTimedOut(goDo(() -> writeForEver(pair.client())).failure(), "write");
        pair.client().setWriteDeadline(null);
        ContractTask<@Nullable Void> writing = goDo(() -> writeForEver(pair.client()));
        assertStaysParked(writing, WATCH);
        pair.client().close();
        assertThat(writing.failure()).isExactlyInstanceOf(AsynchronousCloseException.class);
    }

    @Test
    void aDeadlineInThePastEndsAPendingRead() throws Exception {
        Pair pair = pair();
        ContractTask<Integer> reading = go(() -> readOne(pair.client()));
        reading.awaitParked();
        pair.client().setReadDeadline(PAST);
        assertTimedOut(reading.failure(), "read");
        pair.client().setReadDeadline(null);
        assertRoundTrip(pair);
    }

    @Test
    void aDeadlineInThePastEndsAPendingWrite() throws Exception {
        Pair pair = pair();
        ContractTask<@Nullable Void> writing = goDo(() -> writeForEver(pair.client()));
        writing.awaitParked();
        pair.client().setWriteDeadline(PAST);
        assertTimedOut(writing.failure(), "write");
    }

    @Test
    void aPendingReadObeysAnEarlierDeadline() throws Exception {
        Pair pair = pair();
        pair.client().setReadDeadline(FAR);
        ContractTask<Integer> reading = go(() -> readOne(pair.client()));
        reading.awaitParked();
        long start = System.nanoTime();
        pair.client().setReadDeadline(SOON);
        assertTimedOut(reading.failure(), "read");
        assertElapsed(start, SOON);
    }

    @Test
    void aPendingReadObeysALaterDeadline() throws Exception {
        Pair pair = pair();
        pair.client().setReadDeadline(LATER);
        ContractTask<Integer> reading = go(() -> readOne(pair.client()));
        long start = System.nanoTime();
        for (int i = 0; i < 10; i++) {
            Thread.sleep(Duration.ofMillis(10));
            pair.client().setReadDeadline(LATER);
        }
        assertTimedOut(reading.failure(), "read");
        assertElapsed(start, LATER.plusMillis(100));
    }

    @Test
    void aPendingReadObeysThatItsDeadlineIsCleared() throws Exception {
        Pair pair = pair();
        pair.client().setReadDeadline(LATER);
        ContractTask<Integer> reading = go(() -> readOne(pair.client()));
        pair.client().setReadDeadline(null);
        assertStaysParked(reading, LATER.plus(WATCH));
        write(pair.server(), new byte[] {9});
        assertThat(reading.join()).isEqualTo(9);
    }

    @Test
    void pendingCallsFailAtADeadlineThatIsSetMeanwhileAndNotBefore() throws Exception {
        Pair pair = pair();
        ContractTask<Integer> reading = go(() -> readOne(pair.client()));
        ContractTask<@Nullable Void> writing = goDo(() -> writeForEver(pair.client()));
        reading.awaitParked();
        writing.awaitParked();
        long start = System.nanoTime();
        pair.client().setDeadline(WATCH);
        assertTimedOut(reading.failure(), "read");
        assertElapsed(start, WATCH);
        assertTimedOut(writing.failure(), "write");
        assertElapsed(start, WATCH);
    }

    @Test
    void afterAPassedDeadlineForBothTheConnectionGoesOn() throws Exception {
        Pair pair = pair();
        pair.client().setDeadline(SOON);
        assertTimedOut(go(() -> readOne(pair.client())).failure(), "read");
        assertTimedOut(goDo(() -> write(pair.client(), new byte[1])).failure(), "write");
        pair.client().setDeadline(null);
        assertRoundTrip(pair);
    }

    @Test
    void readingAndWritingHaveSeparateDeadlines() throws Exception {
        Pair pair = pair();
        pair.client().setReadDeadline(PAST);
        write(pair.client(), new byte[] {1});
        assertThat(readOne(pair.server())).isEqualTo(1);
        assertTimedOut(go(() -> readOne(pair.client())).failure(), "read");
        pair.client().setReadDeadline(null);
        pair.client().setWriteDeadline(PAST);
        write(pair.server(), new byte[] {2});
        assertThat(readOne(pair.client())).isEqualTo(2);
        assertTimedOut(goDo(() -> write(pair.client(), new byte[1])).failure(), "write");
    }

    @Test
    void closeEndsCallsThatHaveADeadline() throws Exception {
        Pair pair = pair();
        pair.client().setDeadline(FAR);
        ContractTask<Integer> reading = go(() -> readOne(pair.client()));
        ContractTask<@Nullable Void> writing = goDo(() -> writeForEver(pair.client()));
        reading.awaitParked();
        writing.awaitParked();
        pair.client().close();
        assertThat(reading.failure()).isExactlyInstanceOf(AsynchronousCloseException.class);
        assertThat(writing.failure()).isExactlyInstanceOf(AsynchronousCloseException.class);
        assertClosed(() -> pair.client().setDeadline(FAR));
        assertClosed(() -> pair.client().setReadDeadline(PAST));
        assertClosed(() -> pair.client().setWriteDeadline(null));
    }

    private void assertClosed(Body call) {
        assertThat(goDo(call).failure()).isExactlyInstanceOf(ClosedChannelException.class);
    }

    @Test
    void anInterruptClosesEvenWithADeadline() throws Exception {
        Pair pair = pair();
        pair.client().setReadDeadline(FAR);
        ContractTask<Integer> reading = go(() -> readOne(pair.client()));
        reading.awaitParked();
        reading.interrupt();
        assertThat(reading.failure()).isExactlyInstanceOf(ClosedByInterruptException.class);
        assertThat(pair.client().isOpen()).isFalse();
    }

    @Test
    void readersThatQueueTimeOutTogether() throws Exception {
        Pair pair = pair();
        List<ContractTask<Integer>> readers = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            readers.add(go(() -> readOne(pair.client())));
        }
        readers.forEach(ContractTask::awaitParked);
        pair.client().setReadDeadline(SOON);
        readers.forEach(reader -> assertTimedOut(reader.failure(), "read"));
    }

    @Test
    void timeOutsAreNeverEarly() throws Exception {
        Pair pair = pair();
        assertTimedOut(fillUntilTimeOut(pair.client()), "write");
        for (long micros = 50; micros <= 200_000; micros *= 3) {
            Duration timeout = Duration.ofNanos(micros * 1_000 + 1);
            long start = System.nanoTime();
            pair.client().setDeadline(timeout);
            ContractTask<Long> reading = go(() -> elapsedUntilReadFails(pair.client(), start));
            assertTimedOut(goDo(() -> writeForEver(pair.client())).failure(), "write");
            assertElapsed(start, timeout);
            assertThat(reading.join()).isGreaterThanOrEqualTo(timeout.toNanos());
        }
    }

    private Exception fillUntilTimeOut(ContractConn conn) throws Exception {
        conn.setWriteDeadline(SOON);
        return goDo(() -> writeForEver(conn)).failure();
    }

    private static long elapsedUntilReadFails(ContractConn conn, long start) throws Exception {
        try {
            return -readOne(conn);
        } catch (SocketTimeoutException timeout) {
            return System.nanoTime() - start;
        }
    }

    @Test
    void anAcceptWithAPassedDeadlineFailsEvenWithAConnectionThere() throws Exception {
        listener().setDeadline(PAST);
        ContractConn client = connect();
        for (int i = 0; i < 2; i++) {
            assertTimedOut(go(this::accept).failure(), "accept");
        }
        listener().setDeadline(null);
        ContractConn server = accept();
        write(client, new byte[] {5});
        assertThat(readOne(server)).isEqualTo(5);
    }

    @Test
    void anAcceptTimesOutAndTheListenerGoesOn() throws Exception {
        for (int i = 0; i < 3; i++) {
            long start = System.nanoTime();
            listener().setDeadline(SOON);
            assertTimedOut(go(this::accept).failure(), "accept");
            assertElapsed(start, SOON);
        }
        listener().setDeadline(FAR);
        assertRoundTrip(pair());
    }

    @Test
    void aPendingAcceptObeysChangesOfItsDeadline() throws Exception {
        listener().setDeadline(LATER);
        ContractTask<ContractConn> accepting = go(this::accept);
        listener().setDeadline(null);
        assertStaysParked(accepting, LATER.plus(WATCH));
        listener().setDeadline(PAST);
        assertTimedOut(accepting.failure(), "accept");
        listener().close();
        assertClosed(() -> listener().setDeadline(null));
    }
}
