package io.weft.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class SelectTest {

    private static final Duration SHORT = Duration.ofMillis(5);

    @Test
    void aReadyCaseIsChosenAndOnlyThat() throws Exception {
        Chan<String> names = Chan.buffered(1);
        Chan<Integer> numbers = Chan.buffered(1);
        Select select = new Select();
        assertThat(select.receive(names)).isZero();
        assertThat(select.send(numbers, 1)).isEqualTo(1);
        assertThat(select.await()).isEqualTo(1);
        assertThat(numbers.size()).isEqualTo(1);
        assertThat(select.poll()).isEqualTo(Select.NONE);
        names.send("a");
        assertThat(select.await()).isZero();
        assertThat(select.received(names)).isEqualTo("a");
        assertThat(select.await(SHORT)).isEqualTo(Select.NONE);
        assertThatThrownBy(() -> select.received(names)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aWaitingSelectIsCompletedByWhoeverComes() throws Exception {
        Chan<String> names = Chan.unbuffered();
        Chan<Integer> numbers = Chan.unbuffered();
        TestThread<String> first = TestThread.start(() -> nameOrNumber(names, numbers));
        first.awaitParked();
        assertThat(names.trySend("a")).isTrue();
        assertThat(first.result()).isEqualTo("a");
        assertThat(numbers.tryReceive()).as("it has left the other queue").isNull();
        TestThread<String> second =
                TestThread.start(() -> nameOrNumber(names, numbers)).awaitParked();
        assertThat(numbers.tryReceive()).isEqualTo(7);
        assertThat(second.result()).isEqualTo("sent");
        assertThat(names.trySend("b")).isFalse();
    }

    private static String nameOrNumber(Chan<String> names, Chan<Integer> numbers)
            throws InterruptedException {
        Select select = new Select();
        select.receive(names);
        select.send(numbers, 7);
        return select.await() == 0 ? Objects.requireNonNull(select.received(names)) : "sent";
    }

    @Test
    void aClosedChannelIsReadyToReceiveAndAMistakeToSendOn() throws Exception {
        Chan<Integer> closed = Chan.unbuffered();
        closed.close();
        Select receive = new Select();
        receive.receive(closed);
        assertThat(receive.await()).isZero();
        assertThat(receive.received(closed)).isNull();
        Select send = new Select();
        send.send(closed, 1);
        assertThatThrownBy(send::await).isInstanceOf(ClosedChanException.class);

        Chan<Integer> open = Chan.unbuffered();
        TestThread<Integer> receiver = TestThread.start(() -> receiveFrom(open)).awaitParked();
        TestThread<Integer> sender =
                TestThread.start(
                                () -> {
                                    Select select = new Select();
                                    select.send(Chan.<Integer>never(), 1);
                                    select.receive(Chan.<Integer>never());
                                    select.receive(open);
                                    return select.await();
                                })
                        .awaitParked();
        open.close();
        assertThat(receiver.result()).isZero();
        assertThat(sender.result()).isEqualTo(2);
    }

    private static int receiveFrom(Chan<Integer> channel) throws InterruptedException {
        Select select = new Select();
        select.receive(channel);
        return select.await();
    }

    @Test
    void bothReadyCasesAreChosenEquallyOften() throws Exception {
        Chan<Integer> first = Chan.buffered(1);
        Chan<Integer> second = Chan.buffered(1);
        Select select = new Select();
        select.receive(first);
        select.receive(second);
        int trials = 10_000;
        int firsts = 0;
        for (int i = 0; i < trials; i++) {
            first.trySend(1);
            second.trySend(2);
            firsts += select.await() == 0 ? 1 : 0;
        }
        // one run in a million is outside by chance
        assertThat((double) firsts / trials).isBetween(0.5 - 0.02446, 0.5 + 0.02446);
    }

    /** One of the two is ready at every instant, so there is no instant for "none". */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void pollFindsWhatIsReadyAtEveryInstant(boolean byClose) throws Exception {
        for (int i = 0; i < 20_000; i++) {
            Chan<Integer> first = Chan.buffered(1);
            Chan<Integer> second = Chan.buffered(1);
            first.send(1);
            TestThread<Integer> poller =
                    TestThread.start(
                            () -> {
                                Select select = new Select();
                                select.receive(first);
                                select.receive(second);
                                return select.poll();
                            });
            if (byClose) {
                second.close();
            } else {
                second.send(1);
            }
            first.tryReceive();
            assertThat(poller.result()).isNotEqualTo(Select.NONE);
        }
    }

    /** It sends to and receives from the same channel, and must never serve itself. */
    @ParameterizedTest
    @ValueSource(ints = {0, 10})
    void aSelectDoesNotReceiveWhatItSends(int capacity) throws Exception {
        Chan<Integer> channel = Chan.buffered(capacity);
        List<TestThread<Boolean>> both = new ArrayList<>();
        for (int k = 0; k < 2; k++) {
            int mine = k;
            both.add(
                    TestThread.start(
                            () -> {
                                for (int i = 0; i < 1_000; i++) {
                                    exchange(channel, mine, capacity);
                                }
                                return true;
                            }));
        }
        for (TestThread<Boolean> each : both) {
            assertThat(each.result()).isTrue();
        }
    }

    private static void exchange(Chan<Integer> channel, int mine, int capacity)
            throws InterruptedException {
        Select select = new Select();
        if (mine == 0) {
            select.receive(channel);
            select.send(channel, mine);
        } else {
            select.send(channel, mine);
            select.receive(channel);
        }
        if (select.await() == mine && capacity == 0) {
            assertThat(select.received(channel)).isNotEqualTo(mine);
        }
    }

    @Test
    void theSameChannelTwiceDoesNotCorruptItsQueue() throws Exception {
        Chan<Integer> channel = Chan.unbuffered();
        TestThread<Integer> selecting =
                TestThread.start(
                                () -> {
                                    Select select = new Select();
                                    select.receive(channel);
                                    select.receive(channel);
                                    return select.await();
                                })
                        .awaitParked();
        TestThread<Integer> receiver = TestThread.start(channel::receive).awaitParked();
        assertThat(channel.trySend(1)).isTrue();
        assertThat(selecting.result()).isBetween(0, 1);
        assertThat(channel.trySend(2)).isTrue();
        assertThat(receiver.result()).isEqualTo(2);
    }

    /** Everyone sends and receives over the same channels in all combinations. */
    @Test
    void aStressOfSelectsCompletes() throws Exception {
        int rounds = 10_000;
        List<Chan<Integer>> channels = List.of(Chan.unbuffered(), Chan.unbuffered());
        List<TestThread<Boolean>> threads = new ArrayList<>();
        for (Chan<Integer> channel : channels) {
            threads.add(TestThread.start(() -> sendAll(channel, rounds)));
            threads.add(TestThread.start(() -> receiveAll(channel, rounds)));
        }
        threads.add(TestThread.start(() -> selectAll(channels, rounds, true)));
        threads.add(TestThread.start(() -> selectAll(channels, rounds, false)));
        for (TestThread<Boolean> thread : threads) {
            assertThat(thread.result()).isTrue();
        }
    }

    private static boolean sendAll(Chan<Integer> channel, int rounds) throws InterruptedException {
        for (int i = 0; i < rounds; i++) {
            channel.send(i);
        }
        return true;
    }

    private static boolean receiveAll(Chan<Integer> channel, int rounds)
            throws InterruptedException {
        for (int i = 0; i < rounds; i++) {
            channel.receive();
        }
        return true;
    }

    /** As many on each channel as {@link #sendAll} or {@link #receiveAll} has on it. */
    private static boolean selectAll(List<Chan<Integer>> channels, int rounds, boolean sends)
            throws InterruptedException {
        int[] done = new int[channels.size()];
        for (int i = 0; i < rounds * channels.size(); i++) {
            Select select = new Select();
            for (int k = 0; k < done.length; k++) {
                Chan<Integer> channel = done[k] < rounds ? channels.get(k) : Chan.never();
                if (sends) {
                    select.send(channel, i);
                } else {
                    select.receive(channel);
                }
            }
            done[select.await()]++;
        }
        return true;
    }

    @Test
    void manyConsumersShareEveryItem() throws Exception {
        int items = 100_000;
        Chan<Integer> channel = Chan.buffered(11);
        List<TestThread<Long>> workers = new ArrayList<>();
        for (int k = 0; k < 23; k++) {
            workers.add(
                    TestThread.start(
                            () -> {
                                long sum = 0;
                                for (int item : channel) {
                                    sum += item;
                                }
                                return sum;
                            }));
        }
        for (int i = 1; i <= items; i++) {
            channel.send(i);
        }
        channel.close();
        long sum = 0;
        for (TestThread<Long> worker : workers) {
            sum += worker.result();
        }
        assertThat(sum).isEqualTo((long) items * (items + 1) / 2);
    }

    @Test
    void anInterruptEndsTheWaitInEveryQueue() throws Exception {
        Chan<Integer> first = Chan.unbuffered();
        Chan<Integer> second = Chan.unbuffered();
        TestThread<Integer> selecting =
                TestThread.start(
                                () -> {
                                    Select select = new Select();
                                    select.receive(first);
                                    select.send(second, 1);
                                    return select.await();
                                })
                        .awaitParked();
        selecting.thread().interrupt();
        assertThatThrownBy(selecting::result).hasCauseInstanceOf(InterruptedException.class);
        assertThat(first.trySend(1)).isFalse();
        assertThat(second.tryReceive()).isNull();
    }

    @Test
    void aCaseOffersAnotherValue() throws Exception {
        Chan<Integer> channel = Chan.buffered(2);
        Select select = new Select();
        int sending = select.send(channel, 1);
        select.await();
        select.offer(sending, 2);
        select.await();
        assertThat(channel.receive()).isEqualTo(1);
        assertThat(channel.receive()).isEqualTo(2);
        int receiving = select.receive(channel);
        assertThatThrownBy(() -> select.offer(receiving, 3))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aSelectWithoutACaseIsAMistakeThatIsNamed() {
        Select select = new Select();
        assertThat(select.poll()).isEqualTo(Select.NONE);
        assertThatThrownBy(select::await)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("add one");
    }

    @Test
    void aSecondThreadIsRefusedWhileOneWaits() throws Exception {
        Chan<String> names = Chan.unbuffered();
        Select select = new Select();
        select.receive(names);
        TestThread<Integer> waiter = TestThread.start(select::await).awaitParked();
        assertThatThrownBy(select::poll)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("one thread at a time");
        names.send("a");
        assertThat(waiter.result()).as("the one that waited is not disturbed").isZero();
        assertThat(select.received(names)).isEqualTo("a");
    }
}
