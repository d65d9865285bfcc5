package io.weft.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ChanTest {

    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(5);

    private static Chan<Integer> full(int capacity) {
        Chan<Integer> channel = Chan.buffered(capacity);
        for (int i = 0; i < capacity; i++) {
            assertThat(channel.trySend(i)).isTrue();
        }
        return channel;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 7, 199})
    void anEmptyChannelBlocksReceiversAndAFullOneSenders(int capacity) throws Exception {
        Chan<Integer> empty = Chan.buffered(capacity);
        assertThat(empty.tryReceive()).isNull();
        assertThat(empty.tryReceive(SHORT)).isNull();
        TestThread<Integer> receiver = TestThread.start(empty::receive).awaitParked();
        empty.send(42);
        assertThat(receiver.result()).isEqualTo(42);

        Chan<Integer> full = full(capacity);
        assertThat(full.trySend(-1)).isFalse();
        assertThat(full.trySend(-1, SHORT)).isFalse();
        assertThat(full.size()).isEqualTo(capacity);
        assertThat(full.capacity()).isEqualTo(capacity);
        TestThread<Boolean> sender =
                TestThread.startPlatform(() -> full.trySend(capacity, LONG)).awaitParked();
        for (int i = 0; i <= capacity; i++) {
            assertThat(full.receive()).isEqualTo(i);
        }
        assertThat(sender.result()).isTrue();
        assertThat(full.size()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 10})
    void aClosedChannelIsDrainedThenAtItsEnd(int capacity) throws Exception {
        Chan<Integer> channel = full(capacity);
        channel.close();
        assertThat(channel.isClosed()).isTrue();
        assertThat(channel.isDrained()).isEqualTo(capacity == 0);
        for (int i = 0; i < capacity; i++) {
            assertThat(channel.receive()).isEqualTo(i);
        }
        assertThat(channel.receive()).isNull();
        assertThat(channel.tryReceive()).isNull();
        assertThat(channel.tryReceive(LONG)).isNull();
        assertThat(channel.isDrained()).isTrue();
    }

    @Test
    void closeWakesEveryReceiverWithTheEndAndEverySenderWithAnException() throws Exception {
        Chan<Integer> empty = Chan.unbuffered();
        Chan<Integer> full = full(1);
        List<TestThread<Boolean>> receivers = new ArrayList<>();
        List<TestThread<Boolean>> senders = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            receivers.add(TestThread.start(() -> empty.receive() == null).awaitParked());
            senders.add(TestThread.start(() -> full.trySend(7, LONG)).awaitParked());
        }
        empty.close();
        full.close();
        for (TestThread<Boolean> receiver : receivers) {
            assertThat(receiver.result()).isTrue();
        }
        for (TestThread<Boolean> sender : senders) {
            assertThatThrownBy(sender::result).hasCauseInstanceOf(ClosedChanException.class);
        }
        assertThat(full.receive()).as("what was in the buffer").isZero();
        assertThat(full.receive()).isNull();
    }

    @Test
    void thoseWhoWaitAreServedFirstComeFirstServed() throws Exception {
        Chan<Integer> channel = Chan.unbuffered();
        List<TestThread<Integer>> receivers = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            receivers.add(TestThread.start(channel::receive).awaitParked());
        }
        for (int i = 0; i < 100; i++) {
            assertThat(channel.trySend(i)).as("somebody waits").isTrue();
        }
        for (int i = 0; i < 100; i++) {
            assertThat(receivers.get(i).result()).isEqualTo(i);
        }
        List<TestThread<Boolean>> senders = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            int value = i;
            senders.add(TestThread.start(() -> channel.trySend(value, LONG)).awaitParked());
        }
        for (int i = 0; i < 100; i++) {
            assertThat(channel.tryReceive()).isEqualTo(i);
        }
        for (TestThread<Boolean> sender : senders) {
            assertThat(sender.result()).isTrue();
        }
    }

    /** Four senders and four receivers: each value comes as often as it was sent. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 10, 1_000})
    void manySendersAndReceiversLoseAndDoubleNothing(int capacity) throws Exception {
        int values = 5_000;
        Chan<Integer> channel = Chan.buffered(capacity);
        AtomicIntegerArray times = new AtomicIntegerArray(values);
        List<TestThread<Boolean>> senders = new ArrayList<>();
        List<TestThread<Boolean>> receivers = new ArrayList<>();
        for (int k = 0; k < 4; k++) {
            receivers.add(
                    TestThread.start(
                            () -> {
                                for (int value : channel) {
                                    times.incrementAndGet(value);
                                }
                                return true;
                            }));
            senders.add(
                    TestThread.start(
                            () -> {
                                for (int i = 0; i < values; i++) {
                                    channel.send(i);
                                }
                                return true;
                            }));
        }
        for (TestThread<Boolean> sender : senders) {
            sender.result();
        }
        channel.close();
        for (TestThread<Boolean> receiver : receivers) {
            receiver.result();
        }
        for (int i = 0; i < values; i++) {
            assertThat(times.get(i)).isEqualTo(4);
        }
    }

    /** Time-outs and hand-overs race; what was taken in time arrived, nothing else did. */
    @Test
    void noValueIsLostOrInventedByTimeOuts() throws Exception {
        Chan<Integer> channel = Chan.unbuffered();
        int rounds = 20_000;
        TestThread<Long> sender =
                TestThread.start(
                        () -> {
                            long sum = 0;
                            for (int i = 1; i <= rounds; i++) {
                                sum += channel.trySend(i, Duration.ofNanos(i % 50_000)) ? i : 0;
                            }
                            channel.close();
                            return sum;
                        });
        long sum = 0;
        for (int i = 1; !channel.isDrained(); i++) {
            Integer value = channel.tryReceive(Duration.ofNanos(i * 7 % 50_000));
            sum += value == null ? 0 : value;
        }
        assertThat(sum).isEqualTo(sender.result());
    }

    @Test
    void anInterruptEndsAWaitAndLosesNothing() throws Exception {
        Chan<Integer> channel = Chan.unbuffered();
        TestThread<Integer> receiver = TestThread.start(channel::receive).awaitParked();
        receiver.thread().interrupt();
        assertThatThrownBy(receiver::result).hasCauseInstanceOf(InterruptedException.class);
        assertThat(channel.trySend(1)).as("nobody waits any more").isFalse();
        TestThread<Boolean> sender = TestThread.start(() -> channel.trySend(1, LONG)).awaitParked();
        sender.thread().interrupt();
        assertThatThrownBy(sender::result).hasCauseInstanceOf(InterruptedException.class);
        assertThat(channel.tryReceive()).isNull();
    }

    @Test
    void anInterruptedLoopEndsWithACancellationAndStaysInterrupted() throws Exception {
        Chan<Integer> channel = Chan.unbuffered();
        TestThread<Boolean> loop =
                TestThread.start(
                                () -> {
                                    try {
                                        channel.forEach(value -> {});
                                        return false;
                                    } catch (CancellationException e) {
                                        return Thread.currentThread().isInterrupted();
                                    }
                                })
                        .awaitParked();
        loop.thread().interrupt();
        assertThat(loop.result()).isTrue();
    }

    @Test
    void nothingHappensOnTheChannelOfThatName() throws Exception {
        Chan<Integer> never = Chan.never();
        assertThat(never.trySend(1)).isFalse();
        assertThat(never.tryReceive()).isNull();
        TestThread<Integer> receiver = TestThread.start(never::receive).awaitParked();
        assertThat(never.trySend(1, SHORT)).isFalse();
        assertThat(receiver.isDone()).isFalse();
        receiver.thread().interrupt();
        assertThatThrownBy(receiver::result).hasCauseInstanceOf(InterruptedException.class);
        assertThatThrownBy(never::close).isInstanceOf(IllegalStateException.class);
    }

    @Test
    @SuppressWarnings("NullAway") // the mistake
    void mistakesAreNamed() {
        assertThatThrownBy(() -> Chan.buffered(-1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("-1");
        Chan<Integer> channel = Chan.buffered(1);
        assertThatThrownBy(() -> channel.send(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessageContaining("end of a channel");
        channel.close();
        assertThatThrownBy(channel::close)
                .isInstanceOf(ClosedChanException.class)
                .hasMessageContaining("closed already");
        assertThatThrownBy(() -> channel.trySend(1)).isInstanceOf(ClosedChanException.class);
        assertThatThrownBy(() -> channel.send(1)).isInstanceOf(ClosedChanException.class);
    }
}
