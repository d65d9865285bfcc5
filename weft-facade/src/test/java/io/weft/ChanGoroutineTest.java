package io.weft;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.sync.Chan;
import io.weft.sync.ReceiveChan;
import io.weft.sync.Select;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Channels between goroutines, on one P and on two. */
@Timeout(60)
class ChanGoroutineTest {

    private WeftRuntime runtime = Weft.builder().procs(1).build();

    @AfterEach
    void close() {
        runtime.close();
    }

    private void useProcs(int procs) {
        runtime.close();
        runtime = Weft.builder().procs(procs).build();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void twoGoroutinesPlayPingPong(int procs) throws Exception {
        useProcs(procs);
        Chan<Integer> there = Chan.unbuffered();
        Chan<Integer> back = Chan.unbuffered();
        runtime.go(
                () -> {
                    for (int ball : there) {
                        sendQuietly(back, ball + 1);
                    }
                });
        runtime.run(
                () -> {
                    for (int i = 0; i < 10_000; i++) {
                        there.send(i);
                        assertThat(back.receive()).isEqualTo(i + 1);
                    }
                    there.close();
                });
    }

    /** A chain of goroutines, one for each prime, as in Go's introduction to channels. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aSieveOfGoroutinesFindsPrimes(int procs) throws Exception {
        useProcs(procs);
        runtime.run(
                () -> {
                    Chan<Integer> numbers = Chan.unbuffered();
                    runtime.go(
                            () -> {
                                for (int i = 2; i < 542; i++) {
                                    sendQuietly(numbers, i);
                                }
                                numbers.close();
                            });
                    ReceiveChan<Integer> rest = numbers;
                    int prime = 0;
                    for (int count = 0; count < 100; count++) {
                        prime = Objects.requireNonNull(rest.receive());
                        rest = withoutMultiples(rest, prime);
                    }
                    assertThat(prime).isEqualTo(541);
                    assertThat(rest.receive()).isNull();
                });
    }

    private ReceiveChan<Integer> withoutMultiples(ReceiveChan<Integer> numbers, int prime) {
        Chan<Integer> rest = Chan.unbuffered();
        runtime.go(
                () -> {
                    for (int number : numbers) {
                        if (number % prime != 0) {
                            sendQuietly(rest, number);
                        }
                    }
                    rest.close();
                });
        return rest;
    }

    /** A platform thread and a goroutine at the two ends. */
    @ParameterizedTest
    @ValueSource(ints = {0, 3})
    void aPlatformThreadSelectsWhatGoroutinesSend(int capacity) throws Exception {
        Chan<Integer> odd = Chan.buffered(capacity);
        Chan<Integer> even = Chan.buffered(capacity);
        int count = 2_000;
        runtime.go(() -> sendEverySecond(odd, 1, count));
        runtime.go(() -> sendEverySecond(even, 0, count));
        Select select = new Select();
        select.receive(odd);
        select.receive(even);
        long sum = 0;
        for (int i = 0; i < count; i++) {
            Integer value = select.await() == 0 ? select.received(odd) : select.received(even);
            sum += Objects.requireNonNull(value);
        }
        assertThat(sum).isEqualTo((long) count * (count - 1) / 2);
    }

    private static void sendEverySecond(Chan<Integer> channel, int first, int end) {
        for (int i = first; i < end; i += 2) {
            sendQuietly(channel, i);
        }
    }

    private static void sendQuietly(Chan<Integer> channel, int value) {
        try {
            channel.send(value);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
