package io.weft.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link Flows} beside the JDK's publisher; the rules of reactive streams have their own suite. */
@Timeout(60)
class FlowsTest {

    /** What the subscriber did to its subscription. */
    private static final class Script implements Flow.Subscription {

        final List<Long> requests = Collections.synchronizedList(new ArrayList<>());
        volatile boolean cancelled;
        volatile Runnable onRequest = () -> {};

        @Override
        public void request(long count) {
            requests.add(count);
            onRequest.run();
        }

        @Override
        public void cancel() {
            cancelled = true;
        }

        long sum() {
            return requests.stream().mapToLong(Long::longValue).sum();
        }
    }

    /** Notes everything, and asks for nothing by itself. */
    private static class Notes<T> implements Flow.Subscriber<T> {

        final BlockingQueue<Object> signals = new LinkedBlockingQueue<>();
        volatile Flow.@Nullable Subscription subscription;

        Flow.Subscription subscription() {
            Flow.Subscription given = subscription;
            assertThat(given).isNotNull();
            return Objects.requireNonNull(given);
        }

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription = given;
        }

        @Override
        public void onNext(T value) {
            signals.add(value);
        }

        @Override
        public void onError(Throwable failure) {
            signals.add(failure);
        }

        @Override
        public void onComplete() {
            signals.add("end");
        }

        Object next() throws InterruptedException {
            Object signal = signals.poll(TestThread.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertThat(signal).as("a signal").isNotNull();
            return Objects.requireNonNull(signal);
        }
    }

    private static Chan<Integer> numbers(int count) {
        Chan<Integer> channel = Chan.buffered(count);
        for (int i = 0; i < count; i++) {
            assertThat(channel.trySend(i)).isTrue();
        }
        return channel;
    }

    private static void finish(SubmissionPublisher<Integer> publisher) {
        publisher.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 16, 1_000})
    void allValuesOfAPublisherAreReceivedInOrder(int capacity) throws Exception {
        try (SubmissionPublisher<Integer> publisher = new SubmissionPublisher<>(Runnable::run, 8);
                ChanSubscriber<Integer> values = Flows.from(publisher, capacity)) {
            TestThread<Integer> sender =
                    TestThread.start(
                            () -> {
                                for (int i = 0; i < 5_000; i++) {
                                    publisher.submit(i);
                                }
                                finish(publisher);
                                return publisher.getNumberOfSubscribers();
                            });
            for (int i = 0; i < 5_000; i++) {
                assertThat(values.receive()).isEqualTo(i);
            }
            assertThat(values.receive()).isNull();
            assertThat(values.failure()).isNull();
            assertThat(sender.result()).isZero();
        }
    }

    /** Platform and virtual threads share the channel, in each of its ways to receive. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void manyReceiversLoseNothing(int capacity) throws Exception {
        try (SubmissionPublisher<Integer> publisher = new SubmissionPublisher<>();
                ChanSubscriber<Integer> values = Flows.from(publisher, capacity)) {
            List<TestThread<Long>> receivers =
                    List.of(
                            TestThread.start(() -> sumOfLoop(values.channel())),
                            TestThread.startPlatform(() -> sumOfLoop(values.channel())),
                            TestThread.start(() -> sumOfSelect(values.channel())),
                            TestThread.startPlatform(() -> sumOfSelect(values.channel())),
                            TestThread.startPlatform(() -> sumOfTries(values.channel())));
            for (int i = 1; i <= 20_000; i++) {
                publisher.submit(i);
            }
            finish(publisher);
            long sum = 0;
            for (TestThread<Long> receiver : receivers) {
                sum += receiver.result();
            }
            assertThat(sum).isEqualTo(20_000L * 20_001 / 2);
        }
    }

    private static long sumOfLoop(ReceiveChan<Integer> values) {
        long sum = 0;
        for (int value : values) {
            sum += value;
        }
        return sum;
    }

    private static long sumOfSelect(ReceiveChan<Integer> values) throws InterruptedException {
        Select select = new Select();
        select.receive(values);
        select.receive(Chan.never());
        long sum = 0;
        while (true) {
            assertThat(select.await()).isZero();
            Integer value = select.received(values);
            if (value == null) {
                return sum;
            }
            sum += value;
        }
    }

    private static long sumOfTries(ReceiveChan<Integer> values) {
        long sum = 0;
        while (!values.isDrained()) {
            Integer value = values.tryReceive();
            sum += value == null ? 0 : value;
            Thread.yield();
        }
        return sum;
    }

    @Test
    void noMoreIsAskedForThanFits() throws Exception {
        ChanSubscriber<Integer> values = new ChanSubscriber<>(4);
        Script script = new Script();
        values.onSubscribe(script);
        assertThat(script.requests).containsExactly(4L);
        for (int i = 0; i < 4; i++) {
            values.onNext(i);
        }
        assertThat(values.receive()).isEqualTo(0);
        assertThat(script.requests).containsExactly(4L);
        assertThat(values.channel().tryReceive()).isEqualTo(1);
        assertThat(script.requests).containsExactly(4L, 2L);
        values.onNext(4);
        values.onNext(5);
        values.onComplete();
        for (int i = 2; i < 6; i++) {
            assertThat(values.receive()).isEqualTo(i);
        }
        assertThat(values.receive()).isNull();
        assertThat(script.requests).containsExactly(4L, 2L);
    }

    /** A publisher that sends within the request, to somebody who waits. */
    @Test
    void valuesThatAreHandedOverCountAsReceived() throws Exception {
        ChanSubscriber<Integer> values = new ChanSubscriber<>(1);
        Script script = new Script();
        TestThread<Integer> receiver =
                TestThread.start(() -> Objects.requireNonNull(values.receive())).awaitParked();
        script.onRequest =
                () -> {
                    if (script.sum() <= 2) {
                        values.onNext((int) script.sum());
                    }
                };
        values.onSubscribe(script);
        assertThat(receiver.result()).isEqualTo(1);
        assertThat(script.requests).containsExactly(1L, 1L);
        assertThat(values.receive()).isEqualTo(2);
        assertThat(script.requests).containsExactly(1L, 1L, 1L);
    }

    @Test
    void aFailureIsThrownAfterTheLastValue() throws Exception {
        ChanSubscriber<Integer> values = new ChanSubscriber<>(4);
        values.onSubscribe(new Script());
        values.onNext(7);
        values.onError(new IOException("disk full"));
        assertThat(values.receive()).isEqualTo(7);
        assertThatThrownBy(values::receive)
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(IOException.class)
                .hasMessageContaining("disk full");
        assertThat(values.channel().receive()).isNull();
        assertThatThrownBy(values::throwIfFailed).hasCauseInstanceOf(IOException.class);
        assertThat(values.failure()).hasMessage("disk full");
    }

    @Test
    void closeCancelsAndEndsTheWait() throws Exception {
        ChanSubscriber<Integer> values = new ChanSubscriber<>(4);
        Script script = new Script();
        values.onSubscribe(script);
        TestThread<Boolean> receiver = TestThread.start(() -> values.receive() == null);
        receiver.awaitParked();
        values.close();
        values.close();
        assertThat(script.cancelled).isTrue();
        assertThat(receiver.result()).isTrue();
        values.onNext(1);
        values.onError(new IOException("too late"));
        assertThat(values.receive()).isNull();
    }

    @Test
    void oneThatIsClosedBeforeItsPublisherComesCancelsThen() {
        ChanSubscriber<Integer> values = new ChanSubscriber<>(4);
        values.close();
        Script script = new Script();
        values.onSubscribe(script);
        assertThat(script.cancelled).isTrue();
        assertThat(script.requests).isEmpty();
    }

    @Test
    void aPublisherThatBreaksTheRulesIsAFailure() {
        ChanSubscriber<Integer> tooMany = new ChanSubscriber<>(1);
        Script script = new Script();
        tooMany.onSubscribe(script);
        tooMany.onNext(1);
        tooMany.onNext(2);
        assertThat(script.cancelled).isTrue();
        assertThat(tooMany.failure()).hasMessageContaining("more than it was asked for");

        ChanSubscriber<Integer> refused = new ChanSubscriber<>(1);
        Script broken = new Script();
        broken.onRequest =
                () -> {
                    throw new IllegalStateException("no");
                };
        refused.onSubscribe(broken);
        assertThat(broken.cancelled).isTrue();
        assertThat(refused.failure()).hasMessage("no");
    }

    @Test
    void aSubscriberNeedsRoom() {
        for (int capacity : new int[] {0, -1, Chan.CAPACITY_MAX + 1}) {
            assertThatThrownBy(() -> new ChanSubscriber<>(capacity))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("needs room for 1..");
        }
    }

    @Test
    void nothingIsTakenBeforeItIsAskedFor() throws Exception {
        Chan<Integer> channel = numbers(3);
        Notes<Integer> notes = new Notes<>();
        Flows.publisher(channel).subscribe(notes);
        assertThat(channel.size()).isEqualTo(3);
        notes.subscription().request(2);
        assertThat(notes.next()).isEqualTo(0);
        assertThat(notes.next()).isEqualTo(1);
        assertThat(channel.size()).isEqualTo(1);
        notes.subscription().request(Long.MAX_VALUE);
        notes.subscription().request(Long.MAX_VALUE);
        assertThat(notes.next()).isEqualTo(2);
        channel.close();
        assertThat(notes.next()).isEqualTo("end");
    }

    @Test
    void subscribersCompeteAndAllAreToldTheEnd() throws Exception {
        Chan<Integer> channel = Chan.unbuffered();
        Flow.Publisher<Integer> publisher = Flows.publisher(channel);
        List<Notes<Integer>> all = List.of(new Notes<>(), new Notes<>(), new Notes<>());
        for (Notes<Integer> notes : all) {
            publisher.subscribe(notes);
            notes.subscription().request(Long.MAX_VALUE);
        }
        for (int i = 1; i <= 1_000; i++) {
            channel.send(i);
        }
        channel.close();
        int sum = 0;
        for (Notes<Integer> notes : all) {
            for (Object next = notes.next(); next instanceof Integer number; next = notes.next()) {
                sum += number;
            }
            assertThat(notes.signals).isEmpty();
        }
        assertThat(sum).isEqualTo(500_500);
    }

    @Test
    void anEndIsToldWithoutBeingAskedFor() throws Exception {
        Chan<Integer> channel = numbers(1);
        channel.close();
        Notes<Integer> first = new Notes<>();
        Flows.publisher(channel).subscribe(first);
        first.subscription().request(1);
        assertThat(first.next()).isEqualTo(0);
        assertThat(first.next()).isEqualTo("end");
        Notes<Integer> second = new Notes<>();
        Flows.publisher(channel).subscribe(second);
        assertThat(second.next()).isEqualTo("end");
        second.subscription().request(1);
        second.subscription().cancel();
    }

    /** Threads ask at the same time; the subscriber is called by one at a time. */
    @Test
    void noDemandIsForgottenAndNoCallsOverlap() throws Exception {
        Chan<Integer> channel = numbers(8_000);
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger overlaps = new AtomicInteger();
        Notes<Integer> notes =
                new Notes<>() {
                    @Override
                    public void onNext(Integer value) {
                        overlaps.addAndGet(inside.getAndIncrement());
                        super.onNext(value);
                        inside.decrementAndGet();
                    }
                };
        Flows.publisher(channel).subscribe(notes);
        List<TestThread<Integer>> askers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Callable<Integer> asker =
                    () -> {
                        int asked = 0;
                        for (; asked < 1_000; asked++) {
                            notes.subscription().request(1);
                        }
                        return asked;
                    };
            askers.add(i % 2 == 0 ? TestThread.start(asker) : TestThread.startPlatform(asker));
        }
        for (TestThread<Integer> asker : askers) {
            assertThat(asker.result()).isEqualTo(1_000);
        }
        for (int i = 0; i < 4_000; i++) {
            assertThat(notes.next()).isEqualTo(i);
        }
        assertThat(notes.signals).isEmpty();
        assertThat(channel.size()).isEqualTo(4_000);
        assertThat(overlaps).hasValue(0);
    }

    /** Who waits for a value lets go, and the value is for others. */
    @Test
    void aSubscriberThatHasCancelledTakesNothing() throws Exception {
        for (int i = 0; i < 200; i++) {
            Chan<Integer> channel = Chan.unbuffered();
            Notes<Integer> notes = new Notes<>();
            Flows.publisher(channel).subscribe(notes);
            notes.subscription().request(1);
            if (i % 2 == 0) {
                TestThread<Boolean> sender =
                        TestThread.start(() -> channel.trySend(1, TestThread.PATIENCE));
                assertThat(sender.result()).isTrue();
                assertThat(notes.next()).isEqualTo(1);
                notes.subscription().request(1);
            }
            notes.subscription().cancel();
            notes.subscription().cancel();
            notes.subscription().request(5);
            assertThat(notes.signals).isEmpty();
        }
    }

    /** After one value, or after some, in the same turn or a later one. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 5})
    void aSubscriberThatThrowsIsLeft(int last) throws Exception {
        Chan<Integer> channel = numbers(10);
        BlockingQueue<Throwable> reported = new LinkedBlockingQueue<>();
        Notes<Integer> notes =
                new Notes<>() {
                    @Override
                    public void onNext(Integer value) {
                        super.onNext(value);
                        if (value == last) {
                            Thread.currentThread()
                                    .setUncaughtExceptionHandler((t, e) -> reported.add(e));
                            throw new IllegalStateException("full");
                        }
                        subscription().request(1);
                    }
                };
        Flows.publisher(channel).subscribe(notes);
        notes.subscription().request(1);
        for (int i = 0; i <= last; i++) {
            assertThat(notes.next()).isEqualTo(i);
        }
        assertThat(reported.poll(TestThread.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .hasMessage("full");
        notes.subscription().request(5);
        notes.subscription().cancel();
        assertThat(channel.size()).isEqualTo(9 - last);
        assertThat(notes.signals).isEmpty();
    }

    @Test
    void askingForNothingIsAFailure() throws Exception {
        Notes<Integer> notes = new Notes<>();
        Flows.publisher(Chan.<Integer>never()).subscribe(notes);
        notes.subscription().request(3);
        notes.subscription().request(0);
        assertThat(notes.next())
                .isInstanceOf(IllegalArgumentException.class)
                .hasToString(
                        "java.lang.IllegalArgumentException: rule 3.9: request at least 1 value: 0");
        notes.subscription().request(1);
        assertThat(notes.signals).isEmpty();
    }

    /** Publisher, channel, publisher, channel: the demand of the last reaches the first. */
    @Test
    void bridgesCanBeChained() throws Exception {
        try (SubmissionPublisher<Integer> publisher = new SubmissionPublisher<>();
                ChanSubscriber<Integer> first = Flows.from(publisher, 4);
                ChanSubscriber<Integer> second = Flows.from(Flows.publisher(first.channel()), 3)) {
            TestThread<Integer> sender =
                    TestThread.start(
                            () -> {
                                for (int i = 0; i < 3_000; i++) {
                                    publisher.submit(i);
                                }
                                finish(publisher);
                                return publisher.getNumberOfSubscribers();
                            });
            for (int i = 0; i < 3_000; i++) {
                assertThat(second.receive()).isEqualTo(i);
            }
            assertThat(second.receive()).isNull();
            assertThat(sender.result()).isZero();
        }
    }
}
